"""Which parameters are searched, and which figure each of them answers for."""

from typing import NamedTuple

from onevoice.experiments.claims.levels import LEVELS


class Goal(NamedTuple):
    """Where a figure should be."""

    source: str
    target: float
    tolerance: float
    """The distance that counts 1 in the objective."""


GOALS = {
    **{key: Goal(level.claim, level.centre, level.tolerance) for key, level in LEVELS.items()},
    "email_10": Goal("Zhang, Kumar & Cosguner 2017", 16.0, 8.0),
}


class Knob(NamedTuple):
    """A parameter that is searched, and the figure that it moves most."""

    field: str
    """Dotted name in the scenario."""
    figure: str
    """Key in :data:`GOALS` and in what ``measure`` returns."""
    slope: float
    """Rough change of the figure when the parameter is multiplied by e; sets the search's steps."""

    @property
    def goal(self) -> Goal:
        """Where the figure should be."""
        return GOALS[self.figure]


CROSS_SLOPES = {("channels.email.engagement_awareness", "without_social"): 14.0}
"""Where a parameter moves another's figure too much to be left out, likewise."""
KNOBS = (
    Knob("channels.email.engagement", "open", 22.0),
    Knob("channels.social.engagement", "social", 7.5),
    Knob("channels.content.engagement", "content", 15.0),
    Knob("customers.purchase_in_market", "roas", 2.8),
    Knob("customers.purchase_discount", "roas_gain", 1.0),
    Knob("channels.social.click", "social_clicks", 340.0),
    Knob("channels.search.cost", "search_clicks", -1850.0),
    Knob("channels.email.engagement_awareness", "aware", 6.0),
    Knob("customers.brand_queries", "true_roas", -0.5),
    Knob("channels.social.awareness", "without_social", -20.0),
    Knob("customers.tolerance", "email_10", -120.0),
)
"""Everything that is tuned; all other claims and all other published effects are left alone."""

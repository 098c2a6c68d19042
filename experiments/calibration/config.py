"""What ``onevoice calibrate`` can be told, and which parameter answers for which figure."""

from typing import NamedTuple

from pydantic import Field

from onevoice.envs.scenario import Model
from onevoice.experiments.claims.config import ArticleCompany


class Knob(NamedTuple):
    """A parameter that is searched, and the figure that it moves most."""

    field: str
    """Dotted name in the scenario."""
    figure: str
    """Key in what ``measure`` returns."""
    target: float
    tolerance: float
    """The distance that counts 1 in the objective."""
    slope: float
    """Rough change of the figure when the parameter is multiplied by e; sets the search's steps."""
    source: str


CROSS_SLOPES = {("channels.email.engagement_awareness", "without_social"): 14.0}
"""Where a parameter moves another's figure too much to be left out, likewise."""
KNOBS = (
    Knob("channels.email.engagement", "open", 34.0, 1.5, 22.0, "C1"),
    Knob("channels.social.engagement", "social", 8.2, 0.5, 7.5, "C1"),
    Knob("channels.content.engagement", "content", 18.0, 1.0, 15.0, "C1"),
    Knob("customers.purchase_in_market", "roas", 2.8, 0.15, 2.8, "C1"),
    Knob("customers.purchase_discount", "roas_gain", 0.6, 0.2, 1.0, "C1"),
    Knob("channels.social.click", "social_clicks", 340.0, 34.0, 340.0, "C7"),
    Knob("channels.search.cost", "search_clicks", 1850.0, 92.5, -1850.0, "C7"),
    Knob("channels.email.engagement_awareness", "aware", 40.0, 3.0, 6.0, "C8"),
    Knob("customers.brand_queries", "true_roas", 1.4, 0.2, -0.5, "C9"),
    Knob("channels.social.awareness", "without_social", -22.5, 2.5, -20.0, "C10"),
    Knob("customers.tolerance", "email_10", 16.0, 8.0, -120.0, "Zhang, Kumar & Cosguner 2017"),
)
"""Everything that is tuned; all other claims and all other published effects are left alone."""


class Config(Model):
    """A calibration: the company's market, with other customers than those claims are judged on."""

    scenario: ArticleCompany = Field(description="the company to start from")
    worlds: int = Field(8, ge=1, le=1000, description="customers and random numbers, each other")
    trials: int = Field(8, ge=1, le=1000, description="parameter sets to try at most")
    seed: int = Field(1, ge=0, description="of customers' random numbers")
    workers: int | None = Field(
        None, ge=1, le=1024, description="threads side by side; one per core if not given"
    )

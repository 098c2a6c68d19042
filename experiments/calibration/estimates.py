"""The parameters that are searched, and the figures that a parameter set leads to."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.calibration.config import Config
from onevoice.experiments.claims.config import Config as Claims
from onevoice.experiments.claims.estimates import Simulations, estimate
from onevoice.experiments.claims.level_targets import LEVELS
from onevoice.experiments.claims.run import Simulation
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.tasks import cores
from onevoice.experiments.validation.replays import FREQUENCY_DAYS, frequency_profit
from onevoice.experiments.validation.simulations import Setting

EMAILS = (5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
"""E-mails a month among which the best is sought."""
EMAIL_MARKETS, EMAIL_POPULATION = 12, 2500


class Target(NamedTuple):
    """The value that a figure should have."""

    source: str
    value: float
    tolerance: float
    """The distance that counts 1 in the objective."""


TARGETS = {
    **{
        key: Target(level.claim, level.check.centre, level.check.tolerance)
        for key, level in LEVELS.items()
    },
    "email_10": Target("Zhang, Kumar & Cosguner 2017", 16.0, 8.0),
}


class Parameter(NamedTuple):
    """A parameter that is searched, and the figure that it moves most."""

    field: str
    """Dotted name in the scenario."""
    figure: str
    """Key in :data:`TARGETS` and in the figures that ``measure`` returns."""
    slope: float
    """Rough change of the figure when the parameter is multiplied by e; sets the search's steps."""

    @property
    def target(self) -> Target:
        """The value that the figure should have."""
        return TARGETS[self.figure]


PARAMETERS = (
    Parameter("channels.email.engagement", "open", 22.0),
    Parameter("channels.social.engagement", "social", 7.5),
    Parameter("channels.content.engagement", "content", 15.0),
    Parameter("customers.purchase_in_market", "roas", 2.8),
    Parameter("customers.purchase_discount", "roas_gain", 1.0),
    Parameter("channels.social.click", "social_clicks", 340.0),
    Parameter("channels.search.cost", "search_clicks", -1850.0),
    Parameter("channels.email.engagement_awareness", "aware", 6.0),
    Parameter("customers.brand_queries", "true_roas", -0.5),
    Parameter("channels.social.awareness", "without_social", -20.0),
    Parameter("customers.tolerance", "email_10", -120.0),
)
"""All tuned parameters; no other claim and no other published effect is tuned for."""
CROSS_SLOPES = {("channels.email.engagement_awareness", "without_social"): 14.0}
"""Slopes of another parameter's figure that are too large to be left out."""


def measure(scenario: Scenario, config: Config, advance: Callable[[], None]) -> dict[str, float]:
    """The figures of ``PARAMETERS``, each over all simulations, as ``onevoice claims`` has them.

    Args:
        scenario: the company with the parameters to try.
        config: the search.
        advance: called ``stages(config)`` times on the way.
    """
    claims = Claims(scenario=scenario, seeds=config.seeds, seed=config.seed)
    threads = config.workers or cores()
    simulations = Simulations(claims, list(_simulations(claims, threads, advance)))
    figures = {key: estimate(level, simulations)[0].value for key, level in LEVELS.items()}
    figures["email_10"] = loss_at_ten(scenario, config)
    advance()
    return figures


def stages(config: Config) -> int:
    """Calls of ``advance`` in a trial: one per simulation and one for the number of e-mails."""
    return config.seeds + 1


def _simulations(claims: Claims, threads: int, advance: Callable[[], None]) -> Iterator[Arrays]:
    for index in range(claims.seeds):
        yield Simulation(claims, index, lambda *_: None, threads).play_levels()
        advance()


def loss_at_ten(scenario: Scenario, config: Config) -> float:
    """Lifetime profit lost with 10 e-mails a month, % of the gain of the best number over none."""
    markets = market_ids("validation", EMAIL_MARKETS)
    seeds = episode_seeds(config.seed, EMAIL_MARKETS)
    setting = Setting(scenario, markets, seeds, EMAIL_POPULATION)
    profit = frequency_profit(setting, EMAILS, FREQUENCY_DAYS).mean(axis=1)
    return float(100 * (1 - profit[-1] / profit.max()))

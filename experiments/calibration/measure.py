"""What one parameter set leads to: the figures that the search compares with their targets."""

from collections.abc import Callable, Iterator

from onevoice.envs.engine.market import market_ids
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.calibration.config import Config
from onevoice.experiments.claims.config import Config as Claims
from onevoice.experiments.claims.judge import STATISTICS
from onevoice.experiments.claims.levels import LEVELS
from onevoice.experiments.claims.scenes import World
from onevoice.experiments.claims.story import Story
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.tasks import cores
from onevoice.experiments.validation.frequency import frequency_profit

EMAILS = (5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
"""E-mails a month among which the best is sought."""
FREQUENCY_MARKETS = 12


def measure(scenario: Scenario, config: Config, tell: Callable[[], None]) -> dict[str, float]:
    """The figures that ``KNOBS`` names, each over all worlds, as ``onevoice claims`` reads them.

    Args:
        scenario: the company with the parameters to try.
        config: the search.
        tell: called ``stages(config)`` times on the way.
    """
    claims = Claims(scenario=scenario, seeds=config.worlds, seed=config.seed)
    story = Story(claims, list(_worlds(claims, config.workers or cores(), tell)))
    figures = {}
    for key, level in LEVELS.items():
        samples = level.of(story)
        figures[key] = float(STATISTICS[len(samples)](*samples))
    figures["email_10"] = loss_at_ten(scenario, config)
    tell()
    return figures


def stages(config: Config) -> int:
    """Calls of ``tell`` in a trial: one a world and one for the number of e-mails."""
    return config.worlds + 1


def _worlds(claims: Claims, threads: int, tell: Callable[[], None]) -> Iterator[Arrays]:
    for index in range(claims.seeds):
        yield World(claims, index, lambda *_: None, threads).level_scenes()
        tell()


def loss_at_ten(scenario: Scenario, config: Config) -> float:
    """Lifetime profit lost with 10 e-mails a month, % of what the best number gains over none."""
    markets = market_ids("validation", FREQUENCY_MARKETS)
    seeds = episode_seeds(config.seed, FREQUENCY_MARKETS)
    profit = frequency_profit(scenario, EMAILS, markets, seeds).mean(axis=1)
    return float(100 * (1 - profit[-1] / profit.max()))

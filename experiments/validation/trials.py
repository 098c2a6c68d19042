"""Every experiment that is replayed, in the order of the report."""

from onevoice.envs.engine.market import market_ids
from onevoice.envs.typing import Arrays
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.workers import Tell
from onevoice.experiments.validation.complaints import COMPLAINTS, LONG_RUN
from onevoice.experiments.validation.config import Config
from onevoice.experiments.validation.consistency import CONSISTENCY
from onevoice.experiments.validation.contacts import CONTACT
from onevoice.experiments.validation.display import DISPLAY
from onevoice.experiments.validation.frequency import FREQUENCY
from onevoice.experiments.validation.one_email import ONE_EMAIL
from onevoice.experiments.validation.pooled import POOLED
from onevoice.experiments.validation.relevance import RELEVANCE
from onevoice.experiments.validation.rows import Trial
from onevoice.experiments.validation.search import BRAND_ADS, CLAIMS
from onevoice.experiments.validation.worlds import Worlds

TRIALS: dict[str, Trial] = {
    trial.name: trial
    for trial in (
        FREQUENCY,
        ONE_EMAIL,
        DISPLAY,
        BRAND_ADS,
        POOLED,
        COMPLAINTS,
        CONTACT,
        RELEVANCE,
        LONG_RUN,
        CONSISTENCY,
        CLAIMS,
    )
}


def run_trial(config: Config, name: str, tell: Tell) -> Arrays:
    """Play all arms of a trial on held-out markets; the same worlds for every trial."""
    trial = TRIALS[name]
    worlds = Worlds(market_ids("test", config.markets), episode_seeds(config.seed, config.markets))
    arrays = trial.run(config.scenario, worlds, max(1, round(config.population * trial.share)))
    tell("part", 1, 1)
    return arrays

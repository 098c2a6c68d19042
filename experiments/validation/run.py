"""Runs the replays, each as one task."""

from pathlib import Path

from onevoice.envs.engine.market import market_ids
from onevoice.envs.typing import Arrays
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.core.tasks import complete
from onevoice.experiments.core.workers import Tell
from onevoice.experiments.validation.config import Config
from onevoice.experiments.validation.replays import REPLAYS
from onevoice.experiments.validation.simulations import Setting


def run(config: Config, out: Path) -> dict[str, Arrays]:
    """Run every replay that ``out`` does not hold yet; arrays by replay."""
    costs = {name: replay.cost for name, replay in REPLAYS.items()}
    return complete(config, out, "validation", costs, run_replay, workers=config.workers)


def run_replay(config: Config, name: str, tell: Tell) -> Arrays:
    """Play all arms of a replay on held-out markets, with the same seeds in every replay."""
    replay = REPLAYS[name]
    markets, seeds = market_ids("test", config.markets), episode_seeds(config.seed, config.markets)
    population = max(1, round(config.population * replay.share))
    arrays = replay.run(Setting(config.scenario, markets, seeds, population))
    tell("task", 1, 1)
    return arrays

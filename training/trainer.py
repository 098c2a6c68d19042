"""The trainer: collect, update, save; a killed run continues bit for bit.

Every iteration reseeds torch from the seed and its number, so that no random state needs
storing and an iteration depends on nothing but what the last checkpoint holds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.baselines import make
from onevoice.policies.checkpoint import Checkpoint, digest, read, write
from onevoice.policies.learned import (
    CHECKPOINT,
    LearnedPolicy,
    check_config,
    read_actors,
    with_partners,
)
from onevoice.policies.threads import one_thread
from onevoice.training.config import TrainingConfig, mode_named
from onevoice.training.curve import COLUMNS, CURVE, TIMES, Row, read_rows, write_rows
from onevoice.training.environment import EnvFactory, make_vector_env
from onevoice.training.learner import make_learners
from onevoice.training.recorder import Recorder, grouped
from onevoice.training.rollout import Collector, Rollout
from onevoice.training.run import RunConfig, check_new, check_same, write_run
from onevoice.training.trainer_state import (
    actor_arrays,
    collector_arrays,
    describe_network,
    learner_arrays,
    restore_collector,
    restore_learner,
)
from onevoice.training.validation import Best, Validator

NETWORKS, EPISODES, ITERATION, VALIDATION = range(4)
"""Purposes of random streams: initial weights, environments' seeds, one iteration, validation."""
TENSORBOARD = "tensorboard"

Progress = Callable[[int, int], None]
"""Called with the environment steps done and those of the whole training."""


def train(
    scenario: Scenario,
    mode: str,
    config: TrainingConfig,
    run: Path,
    *,
    resume: bool = False,
    progress: Progress | None = None,
    make_env: EnvFactory = make_vector_env,
) -> None:
    """Train all agents of ``scenario`` together and write the run into the folder ``run``.

    Args:
        scenario: the environment; the mode sets its reward, its markets are training markets, and
            ``config`` may let it be smaller and coarser.
        mode: a name in ``MODES``.
        config: the numbers of the trainer.
        run: gets ``config.json``, ``checkpoint/``, ``validation.csv`` and ``tensorboard/``. The
            checkpoint holds the best actors, to be played, and the last state, to be resumed.
        resume: continue the run, with its own configuration, from its last checkpoint.
        progress: told after each iteration what is done.
        make_env: builds the environments.

    Raises:
        OneVoiceError: unknown mode; the agents cannot learn like that; ``run`` is in use, cannot
            be written, or cannot be resumed.
    """
    mode_named(mode)
    config.check_agents(scenario)
    whole = RunConfig(scenario=scenario, mode=mode, training=config)
    if resume:
        check_same(run, whole)
    else:
        check_new(run)
    with isolated():
        trainer = Trainer(whole, run, make_env)
        if resume:
            trainer.restore(read(run / CHECKPOINT))
        else:
            trainer.save()
            write_run(run, whole)
        trainer.train(progress or (lambda done, total: None))


class Trainer:
    """A training run in memory."""

    def __init__(self, whole: RunConfig, run: Path, make_env: EnvFactory) -> None:
        """Build environments and networks and start the first episodes."""
        self.whole, self.config, self.run = whole, whole.training, run
        self.config_sha256 = digest(whole.to_bytes())
        self.iteration = 0
        self.mode = mode_named(whole.mode)
        config = self.config
        self.training_scenario = config.training_scenario(whole.scenario)
        self.env = make_env(
            self.mode.apply(self.training_scenario), config.num_envs, config.threads
        )
        torch.manual_seed(_seeds(config.seed, NETWORKS)[0])
        self.learners = make_learners(self.env, self.mode, config)
        partners = config.partners and make(config.partners, self.training_scenario)
        self.collector = Collector(self.env, self.learners, config, partners or None)
        self.collector.start(_seeds(config.seed, EPISODES, count=config.num_envs))
        validation_seeds = _seeds(0, VALIDATION, count=config.validation_markets)
        self.validator = Validator(
            self.training_scenario, self.mode, validation_seeds, config, make_env
        )
        self.best = Best(actor_arrays(self.learners))
        self.curve: list[Row] = []
        self.seconds = dict.fromkeys(TIMES, 0.0)

    @property
    def done_steps(self) -> int:
        """Environment steps done."""
        return self.iteration * self.config.rollout_steps

    @property
    def finished(self) -> bool:
        """Whether all iterations are done, or the policy has stopped getting better."""
        patience = self.config.patience
        given_up = patience is not None and self.best.waiting >= patience
        return given_up or self.iteration >= self.config.iterations

    def train(self, progress: Progress) -> None:
        """Run the remaining iterations."""
        total = self.config.iterations * self.config.rollout_steps
        progress(self.done_steps, total)
        with Recorder(self.run / TENSORBOARD, self.done_steps) as recorder:
            while not self.finished:
                values = self.iterate()
                if self._due(self.config.validate_every):
                    values |= self.validate()
                    self._draw(recorder)
                recorder.write(self.done_steps, values)
                if self.finished or self._due(self.config.checkpoint_every):
                    recorder.flush()
                    self.save()
                progress(self.done_steps, self.done_steps if self.finished else total)

    def _due(self, every: int) -> bool:
        return self.iteration % every == 0 or self.iteration == self.config.iterations

    def iterate(self) -> dict[str, float]:
        """Collect one rollout, update every learner, and return the values to record."""
        self._reseed()
        begin = perf_counter()
        rollout = self.collector.collect()
        middle = perf_counter()
        left = 1.0 - self.iteration / self.config.iterations
        values = grouped(rollout.episodes) | self._reward_values(rollout)
        for learner, last in zip(self.learners, rollout.last, strict=True):
            logged = learner.learn(rollout.targets, last, rollout.ended, left, rollout.without)
            values |= {f"learning/{learner.name}/{key}": value for key, value in logged.items()}
        self.iteration += 1
        times = dict(zip(TIMES, (middle - begin, perf_counter() - middle), strict=True))
        self.seconds = {name: self.seconds[name] + value for name, value in times.items()}
        return values | {f"time/{name}": value for name, value in times.items()}

    def validate(self) -> dict[str, float]:
        """Play validation markets, record the metrics, and keep the actors if they are the best."""
        actors = actor_arrays(self.learners)
        learned = LearnedPolicy(
            self.training_scenario, read_actors(Checkpoint(actors, self._metadata(), self.run))
        )
        means = self.validator(with_partners(learned, self.config.partners))
        means["churned"] = means["churn"]
        self.best.update(means["reward"], actors)
        row = {"steps": self.done_steps, **self.seconds, **means}
        self.curve.append({name: row.get(name, np.nan) for name in COLUMNS})
        write_rows(self.run, self.curve)
        return {f"validation/{name}": means[name] for name in COLUMNS if name in means}

    def _draw(self, recorder: Recorder) -> None:
        if self.config.pictures and self.best.waiting == 0:
            recorder.write_picture(self.done_steps, "validation/best", self.validator.picture())

    def save(self) -> None:
        """Replace the checkpoint."""
        arrays = collector_arrays(self.collector) | self.best.arrays()
        for learner in self.learners:
            arrays |= learner_arrays(learner)
        write(self.run / CHECKPOINT, arrays, self._metadata())

    def restore(self, checkpoint: Checkpoint) -> None:
        """Continue from a checkpoint of this very run."""
        self.config_sha256 = check_config(self.run, checkpoint)
        self.iteration = checkpoint.metadata_value("iteration")
        for learner in self.learners:
            restore_learner(learner, checkpoint, updated=self.iteration > 0)
        restore_collector(self.collector, checkpoint)
        self.best.restore(checkpoint)
        if (self.run / CURVE).exists():
            self.curve = [row for row in read_rows(self.run) if row["steps"] <= self.done_steps]
        if self.curve:
            self.seconds = {name: self.curve[-1][name] for name in TIMES}

    def _metadata(self) -> dict[str, Any]:
        return {
            "iteration": self.iteration,
            "config_sha256": self.config_sha256,
            "network": describe_network(self.env, self.mode, self.config),
        }

    def _reseed(self) -> None:
        torch.manual_seed(_seeds(self.config.seed, ITERATION, self.iteration)[0])

    def _reward_values(self, rollout: Rollout) -> dict[str, float]:
        means, scales = rollout.rewards.mean(axis=(0, 1)), self.collector.scale.sd
        values = {}
        for index, agent in enumerate(self.env.agents):
            values[f"learning/{agent}/reward"] = float(means[index])
            values[f"learning/{agent}/reward_sd"] = float(scales[index])
        return values


def _seeds(seed: int, *purpose: int, count: int = 1) -> list[int]:
    """Return ``count`` seeds, each below 2^32, of the stream for ``purpose``."""
    sequence = np.random.SeedSequence(seed, spawn_key=purpose)
    return [int(number) for number in sequence.generate_state(count)]


@contextmanager
def isolated() -> Iterator[None]:
    """Run torch on one thread, and leave the caller's random stream as it was."""
    with one_thread(), torch.random.fork_rng(devices=[]):
        yield

"""The joint rollout: all agents act in all environments; each learner stores its own rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from stable_baselines3.common.running_mean_std import RunningMeanStd

from onevoice.envs.interface.step import Counterfactual, Step
from onevoice.envs.typing import F32, F64
from onevoice.policies.base import Actions, Policy
from onevoice.training.buffer import Without
from onevoice.training.config import TrainingConfig
from onevoice.training.environment import Flags, VectorEnv
from onevoice.training.learner import Learner
from onevoice.training.networks import JointPolicy


class RewardScale:
    """Divides each channel's rewards by the running sd of its discounted return.

    The statistics are those of SB3's ``VecNormalize``, taken in before the rollout is scaled, so
    that one scale holds for a whole rollout.
    """

    def __init__(self, num_envs: int, agents: int, config: TrainingConfig) -> None:
        """Start with an empty record of ``num_envs`` returns for each of ``agents`` channels."""
        self.config = config
        self.returns = np.zeros((num_envs, agents))
        self.stats = RunningMeanStd(shape=(agents,))

    def __call__(self, rewards: F32, segment_rewards: F32, ended: Flags) -> F32:
        """Scale the rewards of the segments.

        Args:
            rewards: ``[T, B, A]``.
            segment_rewards: ``[T, B, A, S]``, the rewards by segment.
            ended: where episodes end, bool ``[T, B]``.

        Returns:
            Float32 ``[T, B, A, S]``.
        """
        if self.config.normalize_rewards:
            for reward, end in zip(rewards, ended, strict=True):
                self.returns = self.returns * self.config.gamma + reward
                self.stats.update(self.returns)
                self.returns[end] = 0.0
        return self.apply(segment_rewards)

    def apply(self, segment_rewards: npt.NDArray[np.floating[Any]]) -> F32:
        """Scale segment rewards ``[..., A, S]`` by the statistics so far, to float32."""
        if not self.config.normalize_rewards:
            return segment_rewards.astype(np.float32)
        limit = self.config.clip_reward
        return np.clip(segment_rewards / self.sd[:, None], -limit, limit).astype(np.float32)

    @property
    def sd(self) -> npt.NDArray[np.float64]:
        """The divisor of each agent's rewards, float64 ``[A]``."""
        return np.sqrt(self.stats.var + 1e-8)


class EpisodeMeans:
    """Means of the metrics of the episodes that ended."""

    def __init__(self) -> None:
        """Start with no episode."""
        self._values: defaultdict[str, list[npt.NDArray[np.float64]]] = defaultdict(list)

    def add(self, metrics: Mapping[str, npt.NDArray[np.float64]] | None, ended: Flags) -> None:
        """Add ``metrics``, ``[B]`` by name, of the environments that ``ended``."""
        for name, values in (metrics or {}).items():
            self._values[name].append(values[ended])

    def means(self) -> dict[str, float]:
        """Return the mean by name, without missing values; names never seen are left out."""
        known = {k: np.concatenate(v) for k, v in self._values.items()}
        known = {k: v[np.isfinite(v)] for k, v in known.items()}
        return {k: float(v.mean()) for k, v in known.items() if len(v)}


def learned_rewards(step: Step) -> F32 | F64:
    """The rewards by segment that agents learn from, ``[B, A or 1, S]``.

    They are the environment's, but with credit ``incremental``: then every channel learns from the
    company's value, and its advantage is the difference to the value without it, see
    ``training.buffer``.
    """
    if step.counterfactual is None:
        return step.segment_rewards
    return step.counterfactual.value[:, None]


@dataclass(frozen=True)
class Rollout:
    """A collected rollout, and the observations after it."""

    rewards: F32
    """``[T, B, A]``, the sums of :func:`learned_rewards`."""
    targets: F32
    """``[T, B, A, S]``, as learned from."""
    without: Without | None
    """With credit ``incremental``."""
    last: list[F32]
    ended: Flags
    episodes: dict[str, float]


class Collector:
    """Steps the environments with the learners' actions and keeps their last observations."""

    def __init__(
        self,
        env: VectorEnv,
        learners: Sequence[Learner],
        config: TrainingConfig,
        partners: Policy | None = None,
    ) -> None:
        """Collect in ``env`` for ``learners``, of whom the last agents are; call ``start`` next.

        ``partners`` play the other agents, and begin anew with every episode.
        """
        self.env = env
        self.learners = learners
        self.partners = partners
        self.config = config
        self.scale = RewardScale(env.num_envs, len(env.agents), config)
        shape = (env.num_envs, len(env.agents), env.observation_size)
        self.observations = np.zeros(shape, dtype=np.float32)
        self.starts = np.ones(env.num_envs, dtype=np.bool_)

    def start(self, seeds: Sequence[int]) -> None:
        """Begin an episode per seed."""
        self.observations = self.env.reset(seeds)

    def collect(self) -> Rollout:
        """Play ``n_steps`` joint steps; the learners' buffers are then full.

        Nothing follows the last day of an episode: the calendar shows that it comes, and customer
        equity pays for what the customers are still worth.
        """
        steps, envs, agents = self.config.n_steps, self.env.num_envs, len(self.env.agents)
        segment_rewards = np.zeros((steps, envs, agents, self.env.segments), dtype=np.float32)
        ended = np.zeros((steps, envs), dtype=np.bool_)
        episodes, counterfactuals = EpisodeMeans(), []
        policy = self._policy()
        for t in range(steps):
            if self.partners is not None and t % self.env.max_steps == 0:
                self.partners.reset(envs, int(torch.randint(2**31, ())))
            step = self.env.step(self._act(policy))
            segment_rewards[t] = learned_rewards(step)
            if step.counterfactual is not None:
                counterfactuals.append(step.counterfactual)
            ended[t] = self.starts = step.terminated | step.truncated
            self.observations = step.observations
            episodes.add(step.final_metrics, ended[t])
        rewards = segment_rewards.sum(axis=3)
        targets = self.scale(rewards, segment_rewards, ended)
        without = self._without(counterfactuals) if counterfactuals else None
        return Rollout(rewards, targets, without, self._inputs(), self.starts, episodes.means())

    def _without(self, counterfactuals: Sequence[Counterfactual]) -> Without:
        values = np.stack([one.value_without for one in counterfactuals])
        states = np.stack([one.states_without for one in counterfactuals])
        return Without(self.scale.apply(values), states)

    def _policy(self) -> JointPolicy:
        return JointPolicy([one.policy for one in self.learners], self.config.activation)

    def _act(self, policy: JointPolicy) -> Actions:
        inputs = np.stack(self._inputs())
        with torch.no_grad():
            drawn = [part.numpy() for part in policy(torch.from_numpy(inputs))]
        rows = zip(self.learners, inputs, *drawn, strict=True)
        rows_of_actions = [one.record(*own, self.starts) for one, *own in rows]
        learned: Actions = np.concatenate(rows_of_actions, axis=1)
        if self.partners is None:
            return learned
        actions = self.partners.act_batch(self.observations).copy()
        actions[:, -learned.shape[1] :] = learned
        return actions

    def _inputs(self) -> list[F32]:
        states = self.env.states() if self._sees_state else None
        return [learner.inputs(self.observations, states) for learner in self.learners]

    @property
    def _sees_state(self) -> bool:
        return any(learner.sees_state for learner in self.learners)

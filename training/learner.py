"""PPO for one agent, or for several with shared parameters or one controller."""

import numpy as np
import torch
from stable_baselines3.common.utils import explained_variance
from torch import Tensor

from onevoice.envs.typing import F32
from onevoice.policies.base import Actions, Observations
from onevoice.policies.heads import Heads
from onevoice.policies.learned import Layout, learning
from onevoice.training.buffer import Batch, Buffer, Without, Worth
from onevoice.training.config import Mode, TrainingConfig
from onevoice.training.credit import Credit
from onevoice.training.environment import Flags, States, VectorEnv
from onevoice.training.networks import ActorCritic, chosen, entropy

ADAM_EPS = 1e-5


class Learner:
    """Networks, optimiser and rollout buffer of the ``a`` channels that share them.

    Its input, float32 ``[B * r, D]``, has ``r`` rows per environment: one of each channel, or one
    of all channels together if a single controller plays them. The columns are ``[observations of
    the row's channels | one-hot of the channel, if shared | state, if the critic sees it]``.
    The actor sees the first two parts. The critic sees the same, the last two, or all.
    """

    def __init__(
        self,
        name: str,
        agents: slice,
        rows: int,
        env: VectorEnv,
        mode: Mode,
        config: TrainingConfig,
    ) -> None:
        """Build networks, from torch's global generator, for the channels ``agents`` of ``env``."""
        self.name, self.agents, self.rows, self.config = name, agents, rows, config
        self.sees_state = mode.critic != "own"
        shared = network_layout(mode, config) == "shared"
        self.names = np.eye(rows, dtype=np.float32) if shared else None
        self.channels = len(env.agents[agents])
        self._observed = (len(env.agents), env.observation_size)
        together = self.channels // rows
        own_size = together * env.observation_size
        actor_size = own_size + (0 if self.names is None else rows)
        self.width = actor_size + (env.state_size if self.sees_state else 0)
        columns = (
            slice(0, actor_size),
            slice(own_size if mode.critic == "state" else 0, self.width),
        )
        options = env.agent_choices[agents][:together].ravel()
        heads = Heads(options, int(env.agent_choices.max()))
        self.policy = ActorCritic(*columns, heads, env.segments, config)
        self.optimizer = torch.optim.Adam(
            self.policy.parameters(), config.learning_rate, eps=ADAM_EPS
        )
        whole = np.tile(env.entry_segments == env.segments, together)
        self.least_entropy = torch.from_numpy(np.where(whole, mode.audience_entropy, 0.0)).float()
        self.credit = Credit(env.entry_segments, env.segments, together, config.segment_credit)
        self.buffer = Buffer(
            (config.n_steps, env.num_envs * rows), self.width, len(options), env.segments
        )

    def inputs(self, observations: Observations, states: States | None) -> F32:
        """Concatenate observations ``[B, A, F]`` and states as the networks' input.

        States are ``[B, Z]``, or ``[B, r, Z]`` where the rows of an environment differ.
        """
        envs = len(observations)
        parts: list[F32] = [observations[:, self.agents].reshape(envs, self.rows, -1)]
        if self.names is not None:
            parts.append(np.broadcast_to(self.names, (envs, *self.names.shape)))
        if self.sees_state:
            assert states is not None
            by_row = states.reshape(envs, -1, states.shape[-1])
            parts.append(np.broadcast_to(by_row, (envs, self.rows, by_row.shape[2])))
        return np.concatenate(parts, axis=2).reshape(envs * self.rows, -1)

    def record(
        self, inputs: F32, actions: Actions, values: F32, log_probs: F32, starts: Flags
    ) -> Actions:
        """Store a step by row, without its reward; return actions ``[B, a, E]``."""
        self.buffer.add(inputs, actions, values, log_probs, self._by_row(starts))
        return actions.reshape(len(starts), self.channels, -1)

    def values(self, inputs: F32) -> F32:
        """Return the critic's values ``[B, r, S]``, in units of scaled reward."""
        with torch.no_grad():
            values: F32 = self.policy.values(torch.from_numpy(inputs)).numpy()
        return values.reshape(-1, self.rows, values.shape[1])

    def learn(
        self,
        rewards: F32,
        last: F32,
        ended: Flags,
        left: float,
        without: Without | None = None,
    ) -> dict[str, float]:
        """Update the networks on the rollout.

        Args:
            rewards: ``[T, B, A, S]`` of all channels.
            last: the input that follows the rollout.
            ended: ``[B]``, which environments ended in its last step.
            left: share of the training still to come, for the learning rate.
            without: the steps without each channel. If it is given, they are what a channel's
                steps are held against: their reward, and what the critic sees follow.

        Returns:
            Diagnostics by name, means over the batches.
        """
        config, buffer = self.config, self.buffer
        own = rewards[:, :, self.agents]
        own = own.reshape(*own.shape[:2], self.rows, -1, own.shape[3]).mean(axis=3)
        own = own.reshape(buffer.values.shape)
        following = self.values(last).reshape(-1, own.shape[2])
        ends, gamma = self._by_row(ended), config.gamma
        advantages = buffer.advantages(own, following, ends, gamma, config.gae_lambda)
        returns = advantages + buffer.values
        if without is not None:
            advantages = buffer.margins(returns, ends, gamma, self._worth(without))
        self._set_rate(left)
        entropy_share = config.entropy_end + (config.entropy_start - config.entropy_end) * left
        known = self._update(advantages, returns, entropy_share)
        totals = (buffer.values.sum(axis=2).ravel(), returns.sum(axis=2).ravel())
        return known | {"explained_variance": float(explained_variance(*totals))}

    def _worth(self, without: Without) -> Worth:
        """Rewards and next values without each row's channel."""
        rewards, states = (part[:, :, self.agents] for part in without)
        flat = states.reshape(-1, *states.shape[2:])
        unseen = np.zeros((len(flat), *self._observed), np.float32)
        shape = self.buffer.values.shape
        following = self.values(self.inputs(unseen, flat)).reshape(shape)
        return Worth(rewards.reshape(shape), following)

    def _set_rate(self, left: float) -> None:
        end = self.config.learning_rate_end
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.learning_rate * (end + (1.0 - end) * left)

    def _update(self, advantages: F32, returns: F32, entropy_share: float) -> dict[str, float]:
        """Pass over the rollout ``n_epochs`` times, or until ``target_kl`` is exceeded."""
        config, known = self.config, []
        size = config.batch_size * self.rows
        entropy_shares = self.least_entropy.clamp(min=entropy_share)
        limit = np.inf if config.target_kl is None else 1.5 * config.target_kl
        for _ in range(config.n_epochs):
            for batch in self.buffer.batches(advantages, returns, size):
                loss, entropies, diagnostics = self._loss(batch)
                known.append(diagnostics)
                if diagnostics["approx_kl"] > limit:
                    return _means(known)
                self.optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(self.policy.parameters(), config.max_grad_norm)
                self.optimizer.step()
                self.policy.temperature.follow(entropies, entropy_shares)
        return _means(known)

    def _loss(self, batch: Batch) -> tuple[Tensor, Tensor, dict[str, float]]:
        """PPO's loss, with a ratio for each segment's choices; also the entropies ``[E]``."""
        config, policy = self.config, self.policy
        log_probs = policy.log_probs(batch.inputs)
        moved = self.credit.group(chosen(log_probs, batch.actions) - batch.log_probs)
        ratio, advantages = moved.exp(), self.credit.share(batch.advantages)
        kept = ratio.clamp(1.0 - config.clip_range, 1.0 + config.clip_range)
        policy_loss = -torch.min(ratio * advantages, kept * advantages).sum(dim=1).mean()
        value_loss = (policy.values(batch.inputs) - batch.returns).square().sum(dim=1).mean()
        entropies = entropy(log_probs).mean(dim=0)
        entropy_loss = -(policy.temperature.weights * entropies).sum()
        loss = policy_loss + config.vf_coef * value_loss + entropy_loss
        with torch.no_grad():
            known = {
                "loss": loss,
                "policy_gradient_loss": policy_loss,
                "value_loss": value_loss,
                "entropy": entropies.sum(),
                "approx_kl": (ratio - 1.0 - moved).sum(dim=1).mean(),
                "clip_fraction": (ratio != kept).float().mean(),
            }
            return loss, entropies, {name: float(value) for name, value in known.items()}

    def _by_row(self, flags: Flags) -> Flags:
        return np.repeat(flags, self.rows)


def _means(known: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([values[name] for values in known])) for name in known[0]}


def make_learners(env: VectorEnv, mode: Mode, config: TrainingConfig) -> list[Learner]:
    """Build one learner per agent that learns, or one named ``all`` that plays every agent."""
    layout = network_layout(mode, config)
    if layout != "separate":
        rows = len(env.agents) if layout == "shared" else 1
        return [Learner("all", slice(None), rows, env, mode, config)]
    return [
        Learner(agent, slice(index, index + 1), 1, env, mode, config)
        for index, agent in [*enumerate(env.agents)][learning(config.partners)]
    ]


def network_layout(mode: Mode, config: TrainingConfig) -> Layout:
    """Return how channels share networks."""
    if config.partners is not None:
        return "separate"
    if mode.controller == "team":
        return "together"
    return "shared" if config.parameter_sharing else "separate"

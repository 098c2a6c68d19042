"""PPO from Stable-Baselines3 for one channel, or for all of them with shared parameters."""

import numpy as np
import numpy.typing as npt
import torch
from gymnasium import spaces
from stable_baselines3 import PPO
from stable_baselines3.common.logger import Logger
from torch import Tensor

from onevoice.policies.base import Actions, Observations
from onevoice.policies.learned import Layout
from onevoice.policies.stack import ACTIVATIONS
from onevoice.training.config import Mode, TrainingConfig
from onevoice.training.environment import Flags, States, VectorEnv
from onevoice.training.networks import ChannelPolicy

Floats = npt.NDArray[np.float32]


class Learner:
    """Networks, optimiser and rollout buffer of the ``a`` channels that share them.

    Its input, float32 ``[B * r, D]``, has ``r`` rows per environment: one of each channel, or one
    of all channels together if a single controller plays them. The columns are ``[observations of
    the row's channels | one-hot of the channel, if shared | state, if the critic sees it]``.
    The actor sees the first two parts. The critic sees the same, or the last two.
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
        self.name = name
        self.agents = agents
        self.rows = rows
        self.sees_state = mode.critic == "state"
        shared = network_layout(mode, config) == "shared"
        self.names = np.eye(rows, dtype=np.float32) if shared else None
        self.channels = len(env.agents[agents])
        together = self.channels // rows
        own_size = together * env.observation_size
        actor_size = own_size + (0 if self.names is None else rows)
        width = actor_size + (env.state_size if self.sees_state else 0)
        critic_from = own_size if self.sees_state else 0
        self.ppo = _ppo(config, slice(0, actor_size), slice(critic_from, width))
        self.ppo.observation_space = spaces.Box(-np.inf, np.inf, (width,), np.float32)
        self.ppo.action_space = spaces.MultiDiscrete(
            np.tile(env.single_action_space.nvec, together)
        )
        self.ppo.n_envs = env.num_envs * rows
        self.ppo.batch_size = config.batch_size * rows
        self.ppo._setup_model()
        self.ppo.set_logger(Logger(None, []))

    def inputs(self, observations: Observations, states: States | None) -> Floats:
        """Lay out observations ``[B, A, F]`` and states ``[B, Z]`` as the networks' input."""
        envs = len(observations)
        parts: list[Floats] = [observations[:, self.agents].reshape(envs, self.rows, -1)]
        if self.names is not None:
            parts.append(np.broadcast_to(self.names, (envs, *self.names.shape)))
        if self.sees_state:
            assert states is not None
            parts.append(np.broadcast_to(states[:, None], (envs, self.rows, states.shape[1])))
        return np.concatenate(parts, axis=2).reshape(envs * self.rows, -1)

    def record(
        self, inputs: Floats, actions: Actions, starts: Flags, values: Tensor, log_probs: Tensor
    ) -> Actions:
        """Note a step, by row; ``learn`` fills in its reward. Returns actions ``[B, a, K]``."""
        self.ppo.rollout_buffer.add(
            inputs, actions, np.zeros(len(inputs)), self._by_row(starts), values, log_probs
        )
        return actions.reshape(len(starts), self.channels, -1)

    def values(self, inputs: Floats) -> Floats:
        """Return the critic's values ``[B, r]``, in units of scaled reward."""
        with torch.no_grad():
            values: Floats = self.ppo.policy.predict_values(torch.from_numpy(inputs)).numpy()
        return values.reshape(-1, self.rows)

    def learn(self, rewards: Floats, last: Floats, ended: Flags, left: float) -> dict[str, float]:
        """Update the networks on the rollout and empty the buffer.

        Args:
            rewards: ``[T, B, A]`` of all channels, the bootstrap of cut episodes included.
            last: the input that follows the rollout.
            ended: ``[B]``, which environments ended in its last step.
            left: share of the training still to come, for the learning rate.

        Returns:
            PPO's diagnostics by name.
        """
        ppo, buffer = self.ppo, self.ppo.rollout_buffer
        own = rewards[:, :, self.agents].reshape(*rewards.shape[:2], self.rows, -1).mean(axis=3)
        buffer.rewards[:] = own.reshape(buffer.rewards.shape)
        values = torch.from_numpy(self.values(last))
        buffer.compute_returns_and_advantage(values, self._by_row(ended))
        ppo._current_progress_remaining = left
        ppo.train()
        buffer.reset()
        logged = {k.removeprefix("train/"): float(v) for k, v in ppo.logger.name_to_value.items()}
        ppo.logger.dump()
        return logged

    def _by_row(self, flags: Flags) -> Flags:
        return np.repeat(flags, self.rows)


def _ppo(config: TrainingConfig, actor: slice, critic: slice) -> PPO:
    """Make a PPO that has no environment yet: its spaces and networks are set by ``Learner``."""
    end = config.learning_rate_end
    return PPO(
        ChannelPolicy,
        None,  # type: ignore[arg-type]  # SB3 allows it, for loading
        learning_rate=lambda left: config.learning_rate * (end + (1.0 - end) * left),
        n_steps=config.n_steps,
        n_epochs=config.n_epochs,
        gamma=config.gamma,
        gae_lambda=config.gae_lambda,
        clip_range=config.clip_range,
        ent_coef=config.ent_coef,
        vf_coef=config.vf_coef,
        max_grad_norm=config.max_grad_norm,
        target_kl=config.target_kl,
        device="cpu",
        policy_kwargs={
            "actor": actor,
            "critic": critic,
            "net_arch": {"pi": list(config.hidden_actor), "vf": list(config.hidden_critic)},
            "activation_fn": ACTIVATIONS[config.activation][0],
        },
        _init_setup_model=False,
    )


def make_learners(env: VectorEnv, mode: Mode, config: TrainingConfig) -> list[Learner]:
    """Build one learner per channel, or one named ``all`` that plays every channel."""
    layout = network_layout(mode, config)
    if layout != "separate":
        rows = len(env.agents) if layout == "shared" else 1
        return [Learner("all", slice(None), rows, env, mode, config)]
    return [
        Learner(agent, slice(index, index + 1), 1, env, mode, config)
        for index, agent in enumerate(env.agents)
    ]


def network_layout(mode: Mode, config: TrainingConfig) -> Layout:
    """Return how the channels divide into networks."""
    if mode.controller == "team":
        return "together"
    return "shared" if config.share_parameters else "separate"

"""Learned policies: the actors of a training run, loaded without executing code."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.base import Actions, Observations, Policy
from onevoice.policies.baselines import make
from onevoice.policies.batched_mlp import BatchedMLP
from onevoice.policies.checkpoint import (
    MEND,
    Checkpoint,
    digest,
    read,
    read_bytes,
    read_json,
    stored_scenario,
)
from onevoice.policies.heads import Heads
from onevoice.policies.mixed import Mixed
from onevoice.policies.threads import one_thread

CHECKPOINT = "checkpoint"
CONFIG = "config.json"
BEST = "best/"
"""Prefix of the actors that did best on validation markets, beside those of the last update."""
Layout = Literal["separate", "shared", "together"]
"""A network for each channel, one that is told which channel it plays, or one for all at once."""


@dataclass(frozen=True)
class Actors:
    """All channels' actor networks: one each if the layout is ``separate``, otherwise one.

    In the layout ``shared`` each agent's one-hot is the network's last input.
    """

    agents: tuple[str, ...]
    observation_size: int
    layout: Layout
    heads: Heads
    """Those of each agent, or of all agents one behind the other if one network plays them."""
    ordered: Tensor
    """Which choices of an agent have options in order, bool ``[A, 1, E]``."""
    networks: BatchedMLP

    def log_probs(self, observations: Observations) -> Tensor:
        """Return log probabilities ``[A, B, E, width]`` for ``observations`` ``[B, A, F]``."""
        envs, agents = observations.shape[:2]
        rows = 1 if self.layout == "together" else agents
        inputs = observations.reshape(envs, rows, -1).swapaxes(0, 1)
        batch = torch.from_numpy(np.ascontiguousarray(inputs))
        if self.layout == "shared":
            names = torch.eye(rows)[:, None, :].expand(rows, envs, rows)
            batch = torch.cat([batch, names], dim=2)
        log_probs = self.heads.log_probs(self.networks(batch)).swapaxes(0, 1)
        return log_probs.reshape(envs, agents, -1, self.heads.width).swapaxes(0, 1)


def read_actors(checkpoint: Checkpoint, prefix: str = "") -> Actors:
    """Build the actors from a checkpoint's arrays and its description of the networks."""
    network: dict[str, Any] = checkpoint.metadata_value("network")
    agents, layout = tuple(network["agents"]), network["layout"]
    learners = list(agents) if layout == "separate" else ["all"]
    nvec, ordered = (_by_agent(network[key], len(agents)) for key in ("nvec", "ordered"))
    weights, biases = [], []
    for layer in range(network["hidden_layers"] + 1):
        names = [f"{prefix}{learner}/policy/actor.{2 * layer}" for learner in learners]
        weights.append(np.stack([checkpoint.array(f"{name}.weight").T for name in names]))
        biases.append(np.stack([checkpoint.array(f"{name}.bias")[None] for name in names]))
    return Actors(
        agents=agents,
        observation_size=network["observation_size"],
        layout=layout,
        heads=Heads(nvec.ravel() if layout == "together" else nvec[:, None], network.get("width")),
        ordered=torch.tensor(ordered[:, None]),
        networks=BatchedMLP(
            weights=tuple(torch.from_numpy(weight) for weight in weights),
            biases=tuple(torch.from_numpy(bias) for bias in biases),
            activation=network["activation"],
        ),
    )


def _by_agent(rows: Any, agents: int) -> npt.NDArray[Any]:
    """One row for each agent ``[A, E]``, also where a row for all ``[E]`` was stored."""
    values = np.array(rows)
    return np.broadcast_to(values, (agents, values.shape[-1])).copy()


class LearnedPolicy(Policy):
    """Plays the actors of a training run, by default each agent's mode action.

    Agents that have no actor do nothing; see ``with_partners``.
    """

    def __init__(
        self, scenario: Scenario, actors: Actors, *, deterministic: bool = True, source: str = ""
    ) -> None:
        """Play ``actors``, trained on ``scenario``; ``source`` names them in errors."""
        super().__init__(scenario)
        self.actors = actors
        self.deterministic = deterministic
        self.source = source
        first = scenario.agents.index(actors.agents[0])
        self._rows = slice(first, first + len(actors.agents))
        self._generator = torch.Generator()

    def reset(self, num_envs: int, seed: int) -> None:
        """Start the draws of a stochastic policy anew from ``seed``."""
        super().reset(num_envs, seed)
        self._generator.manual_seed(seed)

    def act_batch(self, observations: Observations) -> Actions:
        """Return the actions, int64 ``[B, A, E]``, for ``observations``, float32 ``[B, A, F]``."""
        self._check(observations.shape)
        with one_thread(), torch.no_grad():
            log_probs = self.actors.log_probs(observations[:, self._rows])
            if self.deterministic:
                choice = Heads.mode_action(log_probs, self.actors.ordered)
            else:
                choice = Heads.sample(log_probs, self._generator)
        played: Actions = choice.numpy().swapaxes(0, 1)
        if len(self.actors.agents) == len(self.agents):
            return played
        actions = np.zeros((len(played), len(self.agents), played.shape[2]), np.int64)
        actions[:, self._rows] = played
        return actions

    def _check(self, shape: tuple[int, ...]) -> None:
        wanted = (len(self.agents), self.actors.observation_size)
        if len(shape) != 3 or shape[1:] != wanted:
            raise OneVoiceError(
                f"observations of shape {list(shape)} do not fit {self.source}: it was trained on "
                f"{', '.join(self.agents)} with {wanted[1]} features each, so give [B, "
                f"{wanted[0]}, {wanted[1]}] from the scenario in its {CONFIG}"
            )


def with_partners(learned: LearnedPolicy, partners: str | None) -> Policy:
    """Let the baseline ``partners``, if it is named, play the agents that have no actor."""
    if partners is None:
        return learned
    scenario, others = learned.scenario, make(partners, learned.scenario)
    mine = learned.actors.agents
    pairs = zip(scenario.roles, scenario.agents, strict=True)
    return Mixed(scenario, {role: learned if agent in mine else others for role, agent in pairs})


def load_learned(run: str | Path, *, deterministic: bool = True) -> Policy:
    """Load the policy that a training run learned.

    Args:
        run: the run's folder.
        deterministic: play the typical action, see ``Heads.typical``; otherwise draw from the
            learned distribution.

    Raises:
        OneVoiceError: ``run`` is not a training run, or it is damaged.
    """
    folder = Path(run)
    if not (folder / CONFIG).is_file():
        raise OneVoiceError(f"{folder}: not a training run (no {CONFIG}); give a folder of one")
    config = read_json(folder / CONFIG)
    scenario = stored_scenario(config.get("scenario"), folder / CONFIG)
    partners = config.get("training", {}).get("partners")
    checkpoint = read(folder / CHECKPOINT)
    check_config(folder, checkpoint)
    actors = read_actors(checkpoint, BEST)
    learned = LearnedPolicy(scenario, actors, deterministic=deterministic, source=str(folder))
    return with_partners(learned, partners)


def check_config(run: Path, checkpoint: Checkpoint) -> str:
    """Return the digest of a run's configuration, which its checkpoint must have been made under.

    Raises:
        OneVoiceError: it was changed since.
    """
    found = digest(read_bytes(run / CONFIG))
    if checkpoint.metadata_value("config_sha256") != found:
        raise OneVoiceError(f"{run / CONFIG}: is not what the run was trained with; {MEND}")
    return found


def learning(partners: str | None) -> slice:
    """The agents that learn: all, or the orchestrator, which is the last, beside ``partners``."""
    return slice(None) if partners is None else slice(-1, None)

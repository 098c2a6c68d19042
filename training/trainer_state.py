"""Converts a trainer's state to named arrays and back.

No random state is stored: every iteration draws its own from the seed and its number.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from onevoice.policies.checkpoint import Array, Checkpoint
from onevoice.policies.learned import learning
from onevoice.training.config import Mode, TrainingConfig
from onevoice.training.environment import VectorEnv
from onevoice.training.learner import Learner, network_layout
from onevoice.training.rollout import Collector

ACTOR = "policy/actor."
"""How the names of the weights begin that choose the actions."""
MOMENTS = ("step", "exp_avg", "exp_avg_sq")
"""What Adam remembers of each parameter: updates, mean gradient, mean squared gradient."""


def describe_network(env: VectorEnv, mode: Mode, config: TrainingConfig) -> dict[str, Any]:
    """Return the description from which a reader rebuilds the actors."""
    agents = learning(config.partners)
    return {
        "agents": list(env.agents[agents]),
        "observation_size": env.observation_size,
        "nvec": env.agent_choices[agents].tolist(),
        "width": int(env.agent_choices.max()),
        "ordered": env.ordered_entries[agents].tolist(),
        "hidden_layers": len(config.hidden_actor),
        "activation": config.activation,
        "layout": network_layout(mode, config),
    }


def learner_arrays(learner: Learner) -> dict[str, Array]:
    """Return a learner's weights and its optimiser's moments."""
    policy = learner.policy
    arrays = {f"policy/{key}": tensor.numpy() for key, tensor in policy.state_dict().items()}
    for key, parameter in policy.named_parameters():
        state = learner.optimizer.state.get(parameter, {})
        arrays |= {f"optimizer/{key}/{m}": state[m].numpy() for m in MOMENTS if m in state}
    return {f"{learner.name}/{key}": array for key, array in arrays.items()}


def actor_arrays(learners: Sequence[Learner]) -> dict[str, Array]:
    """Return copies of the weights that decide, as ``read_actors`` takes them."""
    return {
        key: array.copy()
        for learner in learners
        for key, array in learner_arrays(learner).items()
        if key.startswith(f"{learner.name}/{ACTOR}")
    }


def restore_learner(learner: Learner, checkpoint: Checkpoint, *, updated: bool) -> None:
    """Give a learner its stored weights and, once ``updated``, its optimiser's moments."""
    policy = learner.policy
    weights = {
        key: torch.tensor(checkpoint.array(f"{learner.name}/policy/{key}", tensor.numpy()))
        for key, tensor in policy.state_dict().items()
    }
    policy.load_state_dict(weights)
    for key, parameter in policy.named_parameters() if updated else ():
        likes = (np.zeros((), np.float32), *[parameter.detach().numpy()] * 2)
        learner.optimizer.state[parameter] = {
            moment: torch.tensor(checkpoint.array(f"{learner.name}/optimizer/{key}/{moment}", like))
            for moment, like in zip(MOMENTS, likes, strict=True)
        }


def collector_arrays(collector: Collector) -> dict[str, Array]:
    """Return where the environments stand and the statistics of the rewards."""
    scale = collector.scale
    arrays = {
        "last/observations": collector.observations,
        "last/starts": collector.starts,
        "scale/returns": scale.returns,
        "scale/mean": scale.stats.mean,
        "scale/var": scale.stats.var,
        "scale/count": np.array(scale.stats.count, dtype=np.float64),
    }
    snapshot = collector.env.snapshot()
    return arrays | {f"env/{key}": array for key, array in snapshot.items()}


def restore_collector(collector: Collector, checkpoint: Checkpoint) -> None:
    """Put the environments, started with any seeds, back where they stood."""
    likes = collector_arrays(collector)
    arrays = {name: checkpoint.array(name, like) for name, like in likes.items()}
    scale = collector.scale
    collector.observations, collector.starts = arrays["last/observations"], arrays["last/starts"]
    scale.returns = arrays["scale/returns"]
    scale.stats.mean, scale.stats.var = arrays["scale/mean"], arrays["scale/var"]
    scale.stats.count = float(arrays["scale/count"])
    snapshot = {k.removeprefix("env/"): v for k, v in arrays.items() if k.startswith("env/")}
    collector.env.restore(snapshot)

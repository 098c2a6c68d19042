"""Actor and critic networks; each reads its own columns of one flat input."""

from collections.abc import Sequence

import torch
from stable_baselines3.common.torch_layers import create_mlp
from torch import Tensor, nn

from onevoice.policies.batched_mlp import ACTIVATIONS, BatchedMLP
from onevoice.policies.heads import Heads
from onevoice.training.config import TrainingConfig

HIDDEN_GAIN, ACTION_GAIN, VALUE_GAIN = 2**0.5, 0.01, 1.0
"""Sizes of the orthogonal weights at the start, as in Stable-Baselines3."""
FIRST_WEIGHT, SMALLEST_WEIGHT, LARGEST_WEIGHT = 0.02, 1e-4, 1.0
"""Weights of an entropy, per nat; advantages have an sd of 1."""
PACE = 0.1
"""Relative change of a weight in one gradient step, for each share of entropy that is missing."""


class ActorCritic(nn.Module):
    """The actor's logits for all its heads and the critic's value of each segment."""

    def __init__(
        self,
        actor: slice,
        critic: slice,
        heads: Heads,
        segments: int,
        config: TrainingConfig,
    ) -> None:
        """Give actor and critic the columns ``actor`` and ``critic`` of the input."""
        super().__init__()
        self.columns = {"actor": actor, "critic": critic}
        self.heads, self.temperature = heads, Temperature(heads.options.tolist())
        activation = ACTIVATIONS[config.activation][0]
        sizes = (actor.stop - actor.start, self.heads.outputs, list(config.hidden_actor))
        self.actor = _network(*sizes, activation, ACTION_GAIN)
        sizes = (critic.stop - critic.start, segments, list(config.hidden_critic))
        self.critic = _network(*sizes, activation, VALUE_GAIN)

    def log_probs(self, inputs: Tensor) -> Tensor:
        """Return the log probabilities ``[n, K, width]`` of every option."""
        return self.heads.log_probs(self.actor(inputs[:, self.columns["actor"]]))

    def values(self, inputs: Tensor) -> Tensor:
        """Return the values of the segments ``[n, S]``."""
        values: Tensor = self.critic(inputs[:, self.columns["critic"]])
        return values


class Temperature(nn.Module):
    """The weight of each choice's entropy, raised or lowered until the entropy is as wanted.

    One weight for all would let the choices that matter most settle first, while the others still
    are at random: channels then fall silent, and learn nothing more.
    """

    def __init__(self, nvec: Sequence[int]) -> None:
        """Start with the same weight for every choice of ``MultiDiscrete(nvec)``."""
        super().__init__()
        self.weights: Tensor
        self.register_buffer("weights", torch.full((len(nvec),), FIRST_WEIGHT))
        self.most = torch.tensor([max(n, 2) for n in nvec]).log()

    def follow(self, entropies: Tensor, shares: Tensor) -> None:
        """Move the weights for ``entropies``, nats ``[E]``, to become ``shares`` of the most."""
        missing = shares - entropies.detach() / self.most
        self.weights.mul_((PACE * missing).exp()).clamp_(SMALLEST_WEIGHT, LARGEST_WEIGHT)


class JointPolicy:
    """Copies of several learners' networks of one shape, evaluated as one."""

    def __init__(self, policies: Sequence[ActorCritic], activation: str) -> None:
        """Copy the weights of ``L`` policies."""
        self.columns, self.heads = policies[0].columns, _joint_heads(policies)
        self._actors = stack([policy.actor for policy in policies], activation)
        self._critics = stack([policy.critic for policy in policies], activation)

    def __call__(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Draw for inputs ``[L, n, D]``.

        Returns:
            Actions ``[L, n, E]``, values ``[L, n, S]`` and the choices' log probabilities, like
            the actions.
        """
        log_probs = self.heads.log_probs(self._actors(inputs[..., self.columns["actor"]]))
        actions = self.heads.sample(log_probs)
        values = self._critics(inputs[..., self.columns["critic"]])
        return actions, values, chosen(log_probs, actions)


def _joint_heads(policies: Sequence[ActorCritic]) -> Heads:
    """The heads of ``L`` policies, for log probabilities ``[L, n, K, width]``."""
    options = torch.stack([policy.heads.options for policy in policies])
    return Heads(options[:, None].numpy(), policies[0].heads.width)


def chosen(log_probs: Tensor, actions: Tensor) -> Tensor:
    """Return the log probabilities ``[..., E]`` of ``actions``, of ``[..., E, width]``."""
    return log_probs.gather(-1, actions.unsqueeze(-1))[..., 0]


def entropy(log_probs: Tensor) -> Tensor:
    """Return the entropy of each choice, nats ``[..., E]``, of ``[..., E, width]``."""
    return -(log_probs.exp() * log_probs).sum(dim=-1)


def stack(networks: Sequence[nn.Sequential], activation: str) -> BatchedMLP:
    """Return ``L`` networks of the same shape as one."""
    layers = list(zip(*([m for m in n if isinstance(m, nn.Linear)] for n in networks), strict=True))
    return BatchedMLP(
        weights=tuple(torch.stack([one.weight.detach().T for one in layer]) for layer in layers),
        biases=tuple(torch.stack([one.bias.detach()[None] for one in layer]) for layer in layers),
        activation=activation,
    )


def _network(
    inputs: int, outputs: int, hidden: list[int], activation: type[nn.Module], gain: float
) -> nn.Sequential:
    network = nn.Sequential(*create_mlp(inputs, outputs, hidden, activation))
    layers = [layer for layer in network if isinstance(layer, nn.Linear)]
    for layer in layers:
        nn.init.orthogonal_(layer.weight, gain if layer is layers[-1] else HIDDEN_GAIN)
        nn.init.zeros_(layer.bias)
    return network

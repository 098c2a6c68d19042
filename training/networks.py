"""The actor-critic of a channel: of one flat input, actor and critic see their own columns."""

from collections.abc import Sequence
from typing import Any, Self

import torch
from gymnasium import spaces
from stable_baselines3.common.distributions import MultiCategoricalDistribution
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import create_mlp
from stable_baselines3.common.type_aliases import Schedule
from torch import Tensor, nn

from onevoice.policies.heads import Heads
from onevoice.policies.stack import Stack


class SplitExtractor(nn.Module):
    """Feeds actor and critic their own columns, two slices of the input that may overlap.

    So SB3's rollout buffer and PPO see one flat input and work unchanged.
    """

    def __init__(
        self,
        actor: slice,
        critic: slice,
        hidden: dict[str, list[int]],
        activation: type[nn.Module],
    ) -> None:
        """Build both networks; ``hidden`` holds the layer sizes of ``pi`` and ``vf``."""
        super().__init__()
        self.actor, self.critic = actor, critic
        sizes = (actor.stop - actor.start, critic.stop - critic.start)
        self.policy_net = nn.Sequential(*create_mlp(sizes[0], 0, hidden["pi"], activation))
        self.value_net = nn.Sequential(*create_mlp(sizes[1], 0, hidden["vf"], activation))
        self.latent_dim_pi = (sizes[0], *hidden["pi"])[-1]
        self.latent_dim_vf = (sizes[1], *hidden["vf"])[-1]

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the latent features of actor and critic."""
        return self.forward_actor(features), self.forward_critic(features)

    def forward_actor(self, features: Tensor) -> Tensor:
        """Return the actor's latent features, from its columns alone."""
        latent: Tensor = self.policy_net(features[:, self.actor])
        return latent

    def forward_critic(self, features: Tensor) -> Tensor:
        """Return the critic's latent features, from its columns alone."""
        latent: Tensor = self.value_net(features[:, self.critic])
        return latent


class JointCategorical(MultiCategoricalDistribution):
    """SB3's multi-categorical distribution, all heads in one tensor (see ``Heads``)."""

    def __init__(self, nvec: Sequence[int]) -> None:
        """Lay out the heads of ``MultiDiscrete(nvec)``."""
        super().__init__(list(nvec))
        self.heads = Heads(nvec)
        self.log_probs = torch.empty(0)

    def proba_distribution_net(self, latent_dim: int) -> nn.Module:
        """Return the layer that gives the padded logits."""
        return nn.Linear(latent_dim, self.heads.outputs)

    def proba_distribution(self, action_logits: Tensor) -> Self:
        """Take the logits ``[n, width * K]``."""
        self.log_probs = self.heads.log_probs(action_logits)
        return self

    def log_prob(self, actions: Tensor) -> Tensor:
        """Return the log probability ``[n]`` of ``actions`` ``[n, K]``."""
        return self.log_probs.gather(-1, actions.long().unsqueeze(-1)).sum(dim=(1, 2))

    def entropy(self) -> Tensor:
        """Return the entropy ``[n]`` in nats."""
        return -(self.log_probs.exp() * self.log_probs).sum(dim=(1, 2))

    def sample(self) -> Tensor:
        """Draw actions, int64 ``[n, K]``."""
        return self.heads.sample(self.log_probs)

    def mode(self) -> Tensor:
        """Return the likeliest actions, int64 ``[n, K]``."""
        return self.heads.mode(self.log_probs)


class ChannelPolicy(ActorCriticPolicy):
    """SB3's actor-critic with split inputs and joint heads."""

    def __init__(
        self,
        observation_space: spaces.Box,
        action_space: spaces.MultiDiscrete,
        lr_schedule: Schedule,
        *,
        actor: slice,
        critic: slice,
        **kwargs: Any,
    ) -> None:
        """Let actor and critic see the columns ``actor`` and ``critic`` of the input."""
        self.actor, self.critic = actor, critic
        super().__init__(observation_space, action_space, lr_schedule, **kwargs)

    def _build(self, lr_schedule: Schedule) -> None:
        assert isinstance(self.action_space, spaces.MultiDiscrete)
        self.action_dist = JointCategorical([int(n) for n in self.action_space.nvec])
        super()._build(lr_schedule)

    def _build_mlp_extractor(self) -> None:
        assert isinstance(self.net_arch, dict)
        self.mlp_extractor = SplitExtractor(  # type: ignore[assignment]  # SB3 wants its own class
            self.actor, self.critic, self.net_arch, self.activation_fn
        )


class JointPolicy:
    """The networks of several policies of the same shape, as they are now, played as one."""

    def __init__(self, policies: Sequence[ChannelPolicy], activation: str) -> None:
        """Copy the weights of ``L`` policies."""
        space = policies[0].action_space
        assert isinstance(space, spaces.MultiDiscrete)
        self.actor, self.critic = policies[0].actor, policies[0].critic
        self.heads = Heads([int(n) for n in space.nvec])
        parts = [policy.mlp_extractor for policy in policies]
        actors = [[*p.policy_net, q.action_net] for p, q in zip(parts, policies, strict=True)]
        critics = [[*p.value_net, q.value_net] for p, q in zip(parts, policies, strict=True)]
        self._actors, self._critics = (stack(nets, activation) for nets in (actors, critics))

    def __call__(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Draw for inputs ``[L, n, D]``: actions ``[L, n, K]``, values and log probabilities."""
        all_log_probs = self.heads.log_probs(self._actors(inputs[..., self.actor]))
        actions = self.heads.sample(all_log_probs)
        log_probs = all_log_probs.gather(-1, actions.unsqueeze(-1)).sum(dim=(2, 3))
        return actions, self._critics(inputs[..., self.critic])[..., 0], log_probs


def stack(networks: Sequence[Sequence[nn.Module]], activation: str) -> Stack:
    """Return the linear layers of ``L`` networks of the same shape as one."""
    layers = list(zip(*([m for m in n if isinstance(m, nn.Linear)] for n in networks), strict=True))
    return Stack(
        weights=tuple(torch.stack([one.weight.detach().T for one in layer]) for layer in layers),
        biases=tuple(torch.stack([one.bias.detach()[None] for one in layer]) for layer in layers),
        activation=activation,
    )

"""Training modes, and every parameter of the trainer with its unit and bound."""

import math
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.envs.spec.base import Model, Share
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import Scenario

Whole = Annotated[int, Field(ge=1)]
Partner = Literal["greedy", "manual", "coordinated", "random", "silent"]
PARTNERS: tuple[Partner, ...] = get_args(Partner)
"""Baselines that play the channels while an orchestrator learns."""


class Mode(Model):
    """A training mode: the reward of a channel and the input of its critic."""

    credit: Literal["claimed", "team", "incremental"] = Field(
        description="platform claims, change of NCV, or change of NCV without the channel"
    )
    team_spirit: Share = Field(0.0, description="share of the mean credit mixed into each reward")
    critic: Literal["own", "state", "both"] = Field(
        description="the critic sees the agent's own observation, the global state, or both"
    )
    audience_entropy: Share = Field(
        0.0, description="least entropy that choices for all segments keep, share of the most"
    )
    controller: Literal["channel", "team"] = Field(
        "channel", description="each channel decides for itself, or one controller for all"
    )

    @model_validator(mode="after")
    def _critic_sees_what_would_follow(self) -> Self:
        if self.credit == "incremental" and (self.critic, self.controller) != ("state", "channel"):
            raise ValueError(
                "credit incremental asks a critic what would follow without one channel; "
                "set critic: state and controller: channel"
            )
        return self

    def apply(self, scenario: Scenario) -> Scenario:
        """Return ``scenario`` with this mode's reward, on training markets."""
        reward = scenario.reward.model_copy(
            update={"credit": self.credit, "team_spirit": self.team_spirit}
        )
        return scenario.model_copy(update={"reward": reward, "market_split": "train"})

    def validation_scenario(self, scenario: Scenario) -> Scenario:
        """Return ``scenario`` with the reward that validation maximises.

        The mode's own reward, except that difference rewards have no total: they validate on NCV.
        """
        applied = self.apply(scenario)
        credit = "team" if self.credit == "incremental" else self.credit
        reward = applied.reward.model_copy(update={"credit": credit})
        return applied.model_copy(update={"reward": reward})


MODES: dict[str, Mode] = {
    "independent": Mode(credit="claimed", critic="own"),
    "shared_reward": Mode(credit="team", critic="own"),
    "central_critic": Mode(credit="team", critic="both"),
    "incremental": Mode(credit="incremental", critic="state", audience_entropy=0.9),
    "single_controller": Mode(credit="team", critic="own", controller="team"),
}
"""The modes by name."""


def mode_named(name: str) -> Mode:
    """Return the mode ``name``.

    Raises:
        OneVoiceError: no mode has this name.
    """
    if name not in MODES:
        raise OneVoiceError(f"mode {name!r} is unknown{nearest(name, MODES)}")
    return MODES[name]


class TrainingConfig(Model):
    """Parameters of PPO and of the joint rollout.

    One environment step is one decision of all channels in one environment.
    """

    seed: int = Field(0, ge=0, lt=2**63, description="seed of networks, markets and actions")
    total_steps: Whole = Field(
        700_000, description="environment steps, rounded up to whole rollouts"
    )
    population: Whole | None = Field(
        1000, description="most customers of an environment while learning; null: the scenario's"
    )
    tick_hours: float | None = Field(
        3.0, gt=0.0, description="least hours of a tick while learning; null: the scenario's"
    )
    num_envs: Whole = Field(32, description="environments stepped together")
    n_steps: Whole = Field(
        84, description="decisions per environment in one rollout; best whole episodes"
    )
    batch_size: int = Field(
        896, ge=2, description="environment steps per gradient step; must divide num_envs x n_steps"
    )
    n_epochs: Whole = Field(4, description="passes over a rollout")
    learning_rate: float = Field(1e-3, gt=0.0, description="step size of Adam at the start")
    learning_rate_end: Share = Field(
        0.1, description="share of the learning rate left at the end, falling linearly"
    )
    gamma: float = Field(0.99, ge=0.0, lt=1.0, description="discount per decision")
    gae_lambda: Share = Field(0.95, description="decay of the advantage estimate per decision")
    clip_range: float = Field(
        0.4,
        gt=0.0,
        description="largest relative change of the probability of all choices for a segment",
    )
    entropy_start: Share = Field(
        0.9, description="entropy that every choice is kept near at the start, share of the most"
    )
    entropy_end: Share = Field(
        0.3,
        description="the same at the end; it falls linearly, so that all channels settle together",
    )
    segment_credit: Share = Field(
        0.9,
        description="how far choices for a segment answer for that segment alone, 0: for all alike",
    )
    vf_coef: float = Field(0.5, ge=0.0, description="weight of the value loss")
    max_grad_norm: float = Field(0.5, gt=0.0, description="largest norm of a gradient")
    target_kl: float | None = Field(
        None, gt=0.0, description="stop an update at 1.5 times this divergence, nats"
    )
    hidden_actor: tuple[Whole, ...] = Field((64, 64), description="units per hidden actor layer")
    hidden_critic: tuple[Whole, ...] = Field((64, 64), description="units per hidden critic layer")
    activation: Literal["tanh", "relu"] = Field("tanh", description="nonlinearity of the networks")
    parameter_sharing: bool = Field(
        False, description="one network for all channels, told which it plays"
    )
    partners: Partner | None = Field(
        None,
        description="baseline that plays the channels while the orchestrator alone learns; null: "
        "all agents learn",
    )
    normalize_rewards: bool = Field(
        True, description="divide a channel's rewards by the running sd of its discounted return"
    )
    clip_reward: float = Field(10.0, gt=0.0, description="largest reward after normalisation, sd")
    validate_every: Whole = Field(10, description="rollouts between plays of validation markets")
    validation_markets: Whole = Field(64, description="validation markets, one episode each")
    patience: Whole | None = Field(
        None, description="stop after so many validations without a higher reward; null: never"
    )
    pictures: bool = Field(
        True, description="TensorBoard gets a picture whenever a validation is the best so far"
    )
    checkpoint_every: Whole = Field(10, description="rollouts between checkpoints")
    threads: Whole = Field(1, description="threads of the customer simulation")

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        if self.batch_size > self.rollout_steps:
            raise ValueError(
                f"batch_size {self.batch_size} exceeds a rollout of num_envs x n_steps = "
                f"{self.rollout_steps}; lower batch_size"
            )
        if self.rollout_steps % self.batch_size:
            raise ValueError(
                f"batch_size {self.batch_size} must divide num_envs x n_steps = "
                f"{self.rollout_steps}"
            )
        return self

    def training_scenario(self, scenario: Scenario) -> Scenario:
        """The scenario for training: at most its own customers, ticks no finer than its own.

        Raises:
            OneVoiceError: if ``tick_hours`` does not divide a decision.
        """
        people, hours = self.population or scenario.population, self.tick_hours or 0.0
        ticks = min(max(hours, scenario.tick_hours), scenario.decision_hours)
        people = min(people, scenario.population)
        try:
            return load_scenario(scenario, population=people, tick_hours=ticks)
        except OneVoiceError as error:
            raise OneVoiceError(f"training.tick_hours: {error}") from None

    def check_agents(self, scenario: Scenario) -> None:
        """Refuse settings that the agents of ``scenario`` cannot train with.

        Raises:
            OneVoiceError: partners without an orchestrator or with a rollout that is not whole
                episodes, whose memory no checkpoint holds; one network for agents that differ.
        """
        orchestrated, decisions = scenario.coordination.orchestrated, scenario.decisions
        if self.partners is not None and not orchestrated:
            raise OneVoiceError(
                f"training.partners is {self.partners!r}, but there is no orchestrator to learn "
                "beside them; set partners to null, or the scenario's coordination to orchestrator"
            )
        if self.partners is not None and self.n_steps % decisions:
            raise OneVoiceError(
                f"training.n_steps is {self.n_steps}, but partners begin anew with every episode "
                f"of {decisions} decisions; give a multiple of that"
            )
        if self.parameter_sharing and orchestrated:
            raise OneVoiceError(
                "training.parameter_sharing is true, but an orchestrator does not do what channels "
                "do; set it to false"
            )

    @property
    def rollout_steps(self) -> int:
        """Environment steps in one rollout."""
        return self.num_envs * self.n_steps

    @property
    def iterations(self) -> int:
        """Rollouts, each followed by an update."""
        return math.ceil(self.total_steps / self.rollout_steps)

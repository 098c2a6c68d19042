"""The rows of the benchmark's table and their cells: a new policy or mode is one line in ``ROWS``.

Each row can stand under a coordination layer: ``greedy+full`` is ``greedy`` with the preset
``full``, ``shared_reward+gap`` is ``shared``, trained and played, with the rule ``gap`` alone. With
``orchestrator`` the layer learns: ``shared_reward+orchestrator`` together with the channels,
``greedy+orchestrator`` alone above them, ``greedy+lead`` with this one power alone.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.configs.loader import config_names
from onevoice.envs.spec.coordination import ORCHESTRATOR, POWERS, RULES
from onevoice.envs.spec.loading import load_scenario
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.baselines import BASELINES
from onevoice.training.config import PARTNERS, Partner

Kind = Literal["baseline", "fitted", "trained", "planner"]
"""``baseline``: made by name and played. ``fitted``: made by name, then fitted on training markets.
``trained``: a mode of ``onevoice train``. ``planner``: made by name, decides with the full state.
"""


class Recipe(NamedTuple):
    """How the policy of a row is made and played."""

    kind: Kind
    several: bool = False
    """Whether the row has several runs, each with a seed of its own; otherwise one."""
    shuffled: bool = False
    """Whether it is also played with observations from other markets: does it use them?"""


ROWS: dict[str, Recipe] = {
    "silent": Recipe("baseline"),
    "random": Recipe("baseline"),
    "manual": Recipe("baseline"),
    "greedy": Recipe("baseline", shuffled=True),
    "open_loop": Recipe("fitted"),
    "marginal": Recipe("fitted"),
    "independent": Recipe("trained", several=True, shuffled=True),
    "shared_reward": Recipe("trained", several=True, shuffled=True),
    "central_critic": Recipe("trained", several=True, shuffled=True),
    "incremental": Recipe("trained", several=True, shuffled=True),
    "single_controller": Recipe("trained", several=True, shuffled=True),
    "planner": Recipe("planner"),
}
"""By policy or mode, in the order of the table."""
LEARNING = (ORCHESTRATOR, *POWERS)
"""Layers that are one more agent."""
CONDUCTED, LED = "scripted_orchestrator", "greedy"
"""Policy that plays an orchestrator by hand, and the one that plays its channels."""
ABOVE = "shared_reward"
"""Mode of an orchestrator that learns alone."""


@dataclass(frozen=True)
class Row:
    """A policy or mode, alone or under a coordination layer."""

    policy: str
    layer: str = ""

    @classmethod
    def parse(cls, name: str) -> Self:
        """The row that is written ``policy`` or ``policy+layer``."""
        policy, _, layer = name.partition("+")
        return cls(policy, layer)

    def __str__(self) -> str:
        return f"{self.policy}+{self.layer}" if self.layer else self.policy

    @property
    def partners(self) -> Partner | None:
        """The baseline that plays the channels while the layer learns."""
        learns = self.layer in LEARNING
        return next((one for one in PARTNERS if learns and one == self.policy), None)

    @property
    def recipe(self) -> Recipe:
        """How its policy comes about; any baseline may be a row, also one not in ``ROWS``."""
        if self.partners:
            return Recipe("trained", several=True)
        return ROWS.get(self.policy, Recipe("baseline"))

    @property
    def trained(self) -> bool:
        """Whether something learns."""
        return self.recipe.kind == "trained"

    @property
    def mode(self) -> str:
        """The mode of a row that is trained."""
        return ABOVE if self.partners else self.policy

    @property
    def bare(self) -> "Row":
        """The row of the same channels without a layer."""
        return Row(LED if self.policy == CONDUCTED else self.policy)

    def runs(self, several: int) -> int:
        """Its runs in a benchmark of ``several`` training seeds."""
        return several if self.recipe.several else 1

    def scenario(self, scenario: Scenario) -> Scenario:
        """The scenario that this row plays in a benchmark of ``scenario``.

        Raises:
            OneVoiceError: its layer does not fit the scenario.
        """
        layer: str | dict[str, Any] = self.layer
        if not layer:
            return scenario
        if layer in RULES:
            layer = {"kind": "rules", self.layer: {}}
        elif layer in POWERS:
            layer = {"kind": ORCHESTRATOR, ORCHESTRATOR: {"powers": [layer]}}
        return load_scenario(scenario, coordination=layer)

    def check(self) -> None:
        """Refuse a policy or a layer that does not exist.

        Raises:
            OneVoiceError: no row, or no preset, rule or power, has this name.
        """
        if self.policy not in (known := {*ROWS, *BASELINES}):
            raise OneVoiceError(f"unknown row {self.policy!r}{nearest(self.policy, known)}")
        layers = (*config_names("coordination"), *RULES, *POWERS)
        if self.layer and self.layer not in layers:
            raise OneVoiceError(
                f"row {str(self)!r}: unknown layer {self.layer!r}{nearest(self.layer, layers)}"
            )


@dataclass(frozen=True)
class Cell:
    """One run of a row."""

    row: Row
    seed: int = 0
    """Counted from 0."""

    @classmethod
    def parse(cls, name: str) -> Self:
        """The cell that is written ``row-seed``."""
        row, _, seed = name.rpartition("-")
        return cls(Row.parse(row), int(seed))

    def __str__(self) -> str:
        """Name of its task, and of its training run's folder."""
        return f"{self.row}-{self.seed}"

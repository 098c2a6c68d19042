"""The rows of the benchmark's table: a new policy or mode is one line in ``ROWS``.

Each of them can stand under a coordination layer as well: ``greedy+full`` is ``greedy`` with the
preset ``full``, ``shared_reward+gap`` is ``shared``, trained and played, with the rule ``gap`` alone. With
``orchestrator`` the layer learns: ``shared_reward+orchestrator`` together with the channels,
``greedy+orchestrator`` alone above them, ``greedy+lead`` with this one power alone.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

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


class Cell(NamedTuple):
    """One run of a row."""

    row: str
    seed: int
    """Counted from 0."""

    @property
    def name(self) -> str:
        """Name of its part, and of its training run's folder."""
        return f"{self.row}-{self.seed}"

    @classmethod
    def named(cls, name: str) -> "Cell":
        """The cell whose part has this name."""
        row, _, seed = name.rpartition("-")
        return cls(row, int(seed))


@dataclass(frozen=True)
class Row:
    """How the cells of a row come about."""

    kind: Kind
    seeds: int | None = 1
    """Runs of the row, each with a seed of its own; none: as many as the benchmark is told."""
    shuffled: bool = False
    """Whether it is also played with observations from other markets: does it use them?"""


ROWS: dict[str, Row] = {
    "silent": Row("baseline"),
    "random": Row("baseline"),
    "manual": Row("baseline"),
    "greedy": Row("baseline", shuffled=True),
    "open_loop": Row("fitted"),
    "marginal": Row("fitted"),
    "independent": Row("trained", seeds=None, shuffled=True),
    "shared_reward": Row("trained", seeds=None, shuffled=True),
    "central_critic": Row("trained", seeds=None, shuffled=True),
    "incremental": Row("trained", seeds=None, shuffled=True),
    "single_controller": Row("trained", seeds=None, shuffled=True),
    "planner": Row("planner"),
}
"""By name, in the order of the table; without a layer."""
UNDER = "+"
LEARNING = (ORCHESTRATOR, *POWERS)
"""Layers that are one more agent."""
CONDUCTED, LED = "scripted_orchestrator", "greedy"
"""Policy that plays an orchestrator by hand, and the one that plays its channels."""
ABOVE = "shared_reward"
"""Mode of an orchestrator that learns alone."""


def policy_of(name: str) -> str:
    """The row ``name`` without its layer."""
    return name.partition(UNDER)[0]


def without_layer(name: str) -> str:
    """The row of the same channels with nobody above them."""
    policy = policy_of(name)
    return LED if policy == CONDUCTED else policy


def row_of(name: str) -> Row:
    """How the cells of the row ``name`` come about, under a layer or not.

    Any baseline may be a row, also one that ``ROWS`` does not hold.
    """
    if partners_of(name):
        return Row("trained", seeds=None)
    return ROWS.get(policy_of(name), Row("baseline"))


def partners_of(name: str) -> Partner | None:
    """The baseline that plays the channels while the layer of the row ``name`` learns."""
    policy, _, layer = name.partition(UNDER)
    return next((p for p in PARTNERS if layer in LEARNING and p == policy), None)


def mode_of(name: str) -> str:
    """The mode of the row ``name``, which is trained."""
    return ABOVE if partners_of(name) else policy_of(name)


def is_trained(name: str) -> bool:
    """Whether something learns in the row ``name``."""
    return row_of(name).kind == "trained"


def scenario_of(name: str, scenario: Scenario) -> Scenario:
    """What the row ``name`` plays in a benchmark of ``scenario``.

    Raises:
        OneVoiceError: its layer does not fit the scenario.
    """
    layer: str | dict[str, Any] = name.partition(UNDER)[2]
    if not layer:
        return scenario
    if layer in RULES:
        layer = {"kind": "rules", layer: {}}
    elif layer in POWERS:
        layer = {"kind": ORCHESTRATOR, ORCHESTRATOR: {"powers": [layer]}}
    return load_scenario(scenario, coordination=layer)


def check_name(name: str) -> None:
    """Refuse a row, or its layer, that there is not.

    Raises:
        OneVoiceError: no row, or no preset or rule, has this name.
    """
    policy, under, layer = name.partition(UNDER)
    if policy not in (known := {*ROWS, *BASELINES}):
        raise OneVoiceError(f"unknown row {policy!r}{nearest(policy, known)}")
    layers = (*config_names("coordination"), *RULES, *POWERS)
    if under and layer not in layers:
        raise OneVoiceError(f"row {name!r}: unknown layer {layer!r}{nearest(layer, layers)}")

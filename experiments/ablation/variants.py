"""The variants of a scenario that are compared, sorted into parts of work.

One part for each set of mechanisms switched off, for each coefficient, and for each number of
channels in the diagram.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.loader import build_config
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.channel import CATALOGUE
from onevoice.envs.spec.customers import Mechanisms
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.ablation.config import Config

RIVALS = ("coordinated", "greedy")
WHOLE = "off"
"""Name of the part in which nothing is switched off."""
ROW = "channels-"
"""Begins the names of the parts that are rows of the diagram."""
GROUPS = (
    ("fatigue", "conflict"),
    ("fatigue", "conflict", "regret"),
    ("conflict", "regret", "trust"),
    ("fatigue", "trust"),
)
"""Mechanisms that are also switched off together."""
FEWEST = 2
"""Channels in the first row of the diagram."""


class Variant(NamedTuple):
    """One changed scenario, and who plays it."""

    key: str
    """Within its part."""
    scenario: Scenario
    policies: tuple[str, ...]


@dataclass(frozen=True)
class Coefficient:
    """A number, or several that are scaled together, whose size no experiment has measured."""

    name: str
    fields: tuple[str, ...]
    support: str
    """What is known of its size."""


COEFFICIENTS = (
    Coefficient("trust_conflict", ("customers.trust_conflict",), "assumed"),
    Coefficient("trust_overload", ("customers.trust_overload",), "assumed"),
    Coefficient("trust_regret", ("customers.trust_regret",), "sign known"),
    Coefficient(
        "trust_losses",
        ("customers.trust_conflict", "customers.trust_overload", "customers.trust_regret"),
        "all three",
    ),
    Coefficient("tolerance", ("customers.tolerance",), "assumed"),
    Coefficient("narrative_gain", ("customers.narrative_gain",), "assumed"),
    Coefficient("narrative_loss", ("customers.narrative_loss",), "assumed"),
    Coefficient("orders_per_year", ("equity.orders_per_year",), "assumed"),
    Coefficient("churn_trust", ("customers.churn_trust",), "total known"),
    Coefficient("churn_overload", ("customers.churn_overload",), "total known"),
    Coefficient("opt_out_trust", ("customers.opt_out_trust",), "assumed"),
    Coefficient("opt_out_overload", ("customers.opt_out_overload",), "assumed"),
    Coefficient(
        "all_harms",
        (
            "customers.trust_conflict", "customers.trust_overload", "customers.trust_regret",
            "customers.churn_overload", "customers.opt_out_overload",
        ),
        "all five",
    ),
)  # fmt: skip


def part_costs(config: Config) -> dict[str, float]:
    """Expected time by part, in policies times channels; the longest first."""
    costs = {
        part: float(sum(len(v.policies) * len(v.scenario.channels) for v in variants(config, part)))
        for part in part_names(config)
    }
    return dict(sorted(costs.items(), key=lambda item: -item[1]))


def part_names(config: Config) -> list[str]:
    """Names of all parts, which are also their files' names."""
    rows = [diagram_part(count) for count in range(FEWEST, len(CHANNEL_NAMES) + 1)]
    return [*map(off_part, switched_off()), *map(factor_part, coefficients(config)), *rows]


def switched_off() -> list[tuple[str, ...]]:
    """Sets of mechanisms that are switched off: none, each one, and some together."""
    return [(), *((name,) for name in Mechanisms.model_fields), *GROUPS]


def off_part(off: tuple[str, ...]) -> str:
    """Name of the part with some mechanisms switched off."""
    return "-".join([WHOLE, *off])


def factor_part(coefficient: Coefficient) -> str:
    """Name of the part in which a coefficient is varied."""
    return f"factor-{coefficient.name}"


def diagram_part(count: int) -> str:
    """Name of the diagram's row for so many channels."""
    return f"{ROW}{count}"


def coefficients(config: Config) -> list[Coefficient]:
    """The coefficients that the scenario uses: nothing is a multiple of 0."""
    return [c for c in COEFFICIENTS if all(own_value(config.scenario, f) for f in c.fields)]


def variants(config: Config, part: str) -> list[Variant]:
    """What is played in a part."""
    for off in switched_off():
        if part == off_part(off):
            changes = {f"mechanisms.{name}": False for name in off}
            return [Variant("", changed(config.scenario, changes), ("manual", *RIVALS))]
    for coefficient in coefficients(config):
        if part == factor_part(coefficient):
            return list(_multiples(config, coefficient))
    count = int(part.removeprefix(ROW))
    return [
        Variant(f"{overlap:g}", with_channels(config.scenario, count, overlap), RIVALS)
        for overlap in config.overlaps
    ]


def own_value(scenario: Scenario, name: str) -> float:
    """The number at a dotted name."""
    value: Any = scenario
    for key in name.split("."):
        value = getattr(value, key)
    return float(value)


def changed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with other values at dotted names, validated.

    Raises:
        OneVoiceError: if a value is out of range.
    """
    return build_config(Scenario, "scenarios", scenario.model_dump(), changes)


def with_channels(scenario: Scenario, count: int, overlap: float) -> Scenario:
    """The first ``count`` channels in the fixed order, with another overlap of audiences.

    The scenario's own channels stay as they are and others come from the catalogue. They share one
    budget with as much per channel as the scenario has, so that no row is poorer than another.
    """
    have = {**CATALOGUE, **scenario.channels}
    values = scenario.model_dump()
    values["channels"] = {name: have[name].model_dump() for name in CHANNEL_NAMES[:count]}
    amount = scenario.budget.amount / len(scenario.channels) * count
    values["budget"] = {"pacing": scenario.budget.pacing, "amount": amount}
    values["customers"]["overlap"] = overlap
    return Scenario.model_validate(values)


def _multiples(config: Config, coefficient: Coefficient) -> Iterator[Variant]:
    """All factors but 1, which is the whole model, and those out of the fields' bounds."""
    for factor in config.factors:
        changes = {f: factor * own_value(config.scenario, f) for f in coefficient.fields}
        try:
            scenario = changed(config.scenario, changes)
        except OneVoiceError:
            continue
        if factor != 1.0:
            yield Variant(f"{factor:g}", scenario, RIVALS)

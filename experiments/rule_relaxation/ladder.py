"""Sets of rules from strict to none."""

from typing import Any

from onevoice.envs.spec.coordination import Coordination

WINDOWS = ("recent_purchase", "gap", "exclusion", "lock")
"""Rules that are loosened by shortening their hours."""
LOADS = ("at_risk", "global_cap")
"""By raising their load."""
LOOSENED = (*WINDOWS, *LOADS, "channel_cap")


def ladder(strict: Coordination, steps: int) -> list[Coordination]:
    """Sets of rules, evenly loosened, from ``strict`` to none at all; see :func:`loosened`."""
    return [loosened(strict, step / (steps - 1)) for step in range(steps)]


def loosened(strict: Coordination, looseness: float) -> Coordination:
    """The same rules with caps divided, and hours multiplied, by ``1 - looseness``.

    With a looseness of 1 nothing is left of them. Rules without such a number, quiet hours and
    priority, stay until then. Nobody is held out: a holdout measures and binds nobody.
    """
    if looseness >= 1.0:
        return Coordination(kind="rules")
    left, values = 1.0 - looseness, strict.model_dump() | {"holdout": None, "reallocation": None}
    for name in strict.rules:
        if name in LOOSENED:
            values[name] |= _eased(name, values[name], left)
    return Coordination.model_validate(values)


def _eased(name: str, rule: dict[str, Any], left: float) -> dict[str, Any]:
    """The fields of a rule that change."""
    if name in WINDOWS:
        return {"hours": rule["hours"] * left}
    if name in LOADS:
        return {"load": rule["load"] / left}
    return {"touches": {channel: round(most / left) for channel, most in rule["touches"].items()}}

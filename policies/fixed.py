"""Fixed plans: fitted once on training markets, then played unchanged in every market.

A folder keeps one: ``fit`` finds it and writes it there, ``onevoice.policies.load`` reads it.
Letters: ``T`` decisions, ``A`` agents, ``E`` action entries.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies.baselines import Manual
from onevoice.policies.checkpoint import MEND, POINTER, read, stored_scenario, write
from onevoice.policies.marginal import marginal_plan
from onevoice.policies.open_loop import open_loop_plan
from onevoice.policies.without_orchestrator import add_orchestrator, without_orchestrator

Table = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]
FITS: Mapping[str, Callable[[Scenario, int, Progress], Table]] = {
    "open_loop": open_loop_plan,
    "marginal": marginal_plan,
}
"""How the plan ``[T, A, E]`` of each policy that needs a fit is found, by name."""


class FixedPlan(Manual):
    """Plays one plan in every market, whatever the observations.

    Args:
        scenario: the channels that it plays.
        plan: its actions at each decision, int64 ``[T, A, E]``; the last is kept.
    """

    def __init__(self, scenario: Scenario, plan: Table) -> None:
        super().__init__(scenario)
        self.plan = plan

    def _plan(self, decision: int) -> Table:
        return np.asarray(self.plan[min(decision, len(self.plan) - 1)])


def fit(
    name: str,
    scenario: Scenario,
    folder: str | Path,
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> FixedPlan:
    """Find the plan of the policy ``name`` and keep it in ``folder``.

    Args:
        name: ``open_loop`` or ``marginal``.
        scenario: where it is to be played.
        folder: a new one, or one that holds a fit, which is replaced.
        seed: of markets, customers and draws; the same seed finds the same plan.
        progress: told of ``(rounds done, rounds in all)``.

    Raises:
        OneVoiceError: no policy that needs a fit has this name, or ``folder`` cannot be used.
    """
    if name not in FITS:
        raise OneVoiceError(f"policy {name!r} needs no fit or is unknown{nearest(name, FITS)}")
    where = Path(folder)
    if where.exists() and not is_fit(where) and (not where.is_dir() or any(where.iterdir())):
        raise OneVoiceError(f"{where}: exists and holds no fitted plan; choose a new folder")
    plan = FITS[name](without_orchestrator(scenario), seed, progress or (lambda done, total: None))
    if scenario.coordination.orchestrated:
        plan = add_orchestrator(scenario, plan)
    metadata = {"policy": name, "seed": seed, "scenario": scenario.model_dump(mode="json")}
    write(where, {"plan": plan}, metadata)
    return FixedPlan(scenario, plan)


def is_fit(folder: Path) -> bool:
    """Tell whether ``folder`` holds a fitted plan."""
    return (folder / POINTER).is_file()


def load_fit(folder: Path) -> FixedPlan:
    """Load the plan that ``folder`` holds.

    Raises:
        OneVoiceError: a file is missing, damaged or of another version, or holds something else.
    """
    checkpoint = read(folder)
    if checkpoint.metadata.get("policy") not in FITS:
        raise OneVoiceError(f"{folder}: holds no fitted plan; load it with what wrote it")
    scenario = stored_scenario(checkpoint.metadata_value("scenario"), folder / POINTER)
    plan = checkpoint.array("plan")
    if plan.ndim != 3 or plan.dtype != np.int64 or plan.shape[1] != len(scenario.agents):
        raise OneVoiceError(f"{checkpoint.path}: holds no plan for its scenario; {MEND}")
    return FixedPlan(scenario, plan)

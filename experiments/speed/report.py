"""Puts the benchmark together: headline, tables, figures, and where it was measured."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from onevoice.experiments.core.tasks import cores
from onevoice.experiments.report.study import Study, Table
from onevoice.experiments.speed.config import Config
from onevoice.experiments.speed.figures import draw
from onevoice.experiments.speed.run import Findings
from onevoice.experiments.speed.tables import all_tables

PACKAGES = ("numpy", "numba", "mesa", "polars", "mpe2", "vmas", "torch", "supersuit")
"""Whose versions the report names."""
NOTES = (
    "Another process on the same machine makes every figure worse; ratios to peers, measured in "
    "turns, suffer least. Processors also differ in clock and in the width of their vectors.",
    "The peers' models leave out what the engine does beside the ticks (survey, observations, "
    "rewards) and the rationing of an empty budget: the ratios flatter them a little.",
    "mesa-frames keeps its agents in a polars frame. Its only release asks for NumPy 1, so the "
    "frame is used without it, which spares its bookkeeping.",
    "An agent-step of ours moves 256 customers through a day; one of simple_spread moves a point.",
)


def make_study(config: Config, found: Findings) -> Study:
    """The whole report."""
    tables = all_tables(found)
    machine = about()
    return Study(
        name="speed",
        title="onevoice: speed, memory and start",
        description=f"Measured on {', '.join(f'{k} {v}' for k, v in machine.items())}.",
        findings=(headline(tables),),
        config=config,
        tables=tables,
        figures=draw(found),
        notes=NOTES,
        extra={"machine": machine},
    )


def headline(tables: tuple[Table, ...]) -> str:
    """How many targets are met, and in which tables one is missed."""
    verdicts = [(table.title, row.get("verdict")) for table in tables for row in table.rows]
    judged = [(title, verdict) for title, verdict in verdicts if verdict]
    missed = [title for title, verdict in judged if verdict == "missed"]
    said = f"{len(judged) - len(missed)} of {len(judged)} targets are met"
    return (
        f"{said}; the others stand in: {', '.join(dict.fromkeys(missed))}."
        if missed
        else f"{said}."
    )


def about() -> dict[str, str]:
    """The machine and the versions that were measured."""
    found = {"processor": processor(), "cores": str(cores()), "Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()

"""The commands that run a study, one line each; cheap to import."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from onevoice.configs.loader import Kind


class StudyCommand(NamedTuple):
    """One command that runs a study."""

    name: str
    """The command, and the name of the study's JSON file."""
    package: str
    """Package of ``onevoice.experiments`` that holds ``Config`` and ``study``."""
    default: str
    """The file of ``configs/<kind>`` that is taken if none is named."""
    help: str
    kind: "Kind" = "scenarios"
    """Folder of the files that can be named: scenarios, or whole configurations of the study."""
    extendable: bool = False
    """Whether a finished study runs again to add results."""


STUDIES = {
    study.name: study
    for study in (
        StudyCommand(
            "benchmark", "benchmark", "quartet",
            "train, fit and play all policies on the same held-out markets",
            kind="benchmarks", extendable=True,
        ),
        StudyCommand(
            "claims", "claims", "article", "test the source article's claims in the simulation"
        ),
        StudyCommand(
            "validate", "validation", "article", "compare the simulation with published experiments"
        ),
        StudyCommand(
            "calibrate", "calibration", "article",
            "search for parameters that reproduce the article's figures",
        ),
        StudyCommand(
            "ablate", "ablation", "quartet",
            "switch off each mechanism and measure its share of the loss",
        ),
        StudyCommand(
            "attribution", "attribution", "quartet",
            "compare channels' claims and attribution models with the true effect",
        ),
        StudyCommand(
            "staleness", "staleness", "quartet", "measure what rules miss when their data is old"
        ),
        StudyCommand(
            "rule-relaxation", "rule_relaxation", "quartet",
            "measure what looser rules cost, and simulate managers who relax them",
        ),
        StudyCommand(
            "crossplay", "crossplay", "quartet",
            "combine channels of separate training runs and measure the loss",
        ),
        StudyCommand(
            "speed", "speed", "quartet",
            "measure speed, memory and start time beside other simulators",
        ),
    )
}  # fmt: skip
"""By command, in the order of the help."""

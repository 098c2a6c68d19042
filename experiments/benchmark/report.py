"""Puts a benchmark together: findings, tables, figures, and how far to trust them."""

from onevoice.configs.errors import OneVoiceError
from onevoice.experiments.benchmark import figures, sheets
from onevoice.experiments.benchmark.config import Config
from onevoice.experiments.benchmark.findings import findings
from onevoice.experiments.benchmark.raw import Raw
from onevoice.experiments.benchmark.results import Results
from onevoice.experiments.benchmark.several import finding, read_several, sheet
from onevoice.experiments.study import Study

NOTES = (
    "The training run is the experimental unit. A resample draws runs anew within each row, and "
    "one set of markets for all rows, since all of them met the same markets with the same random "
    "numbers: differences are paired over markets.",
    "A row that learns nothing, or was fitted once, has one run: its interval covers markets only.",
    "Intervals apart is the stricter statement: the intervals of two rows do not overlap. The "
    "paired difference may tell rows apart whose intervals overlap.",
    "Each comparison is read by itself: of many, one in twenty differs from nothing by chance.",
    "Shuffled: at every decision each market sees the observations of another one. What all "
    "markets share, such as the calendar, stays visible.",
)


def make_study(config: Config, raw: Raw) -> Study:
    """The whole report on raw results.

    Raises:
        OneVoiceError: if ``raw`` belongs to another benchmark than ``config``.
    """
    if _same(config) != _same(raw.config):
        raise OneVoiceError(
            f"{config.raw}: holds raw results of another benchmark, see its config.yaml; give the "
            "name or file that they were made with"
        )
    results = Results(config, raw)
    said, tables = findings(results), [sheets.table(results)]
    tables += [sheets.customers(results), sheets.pairs(results)]
    several = read_several(results, config.compare_with) if config.compare_with else None
    if several:
        said, tables = [*said, finding(several)], [*tables, sheet(several)]
    return Study(
        name="benchmark",
        title="Learning to coordinate: the benchmark",
        description=(
            f"Every row is played on the same {config.markets} held-out markets with the same "
            f"random numbers; {100 * config.confidence:g} % bootstrap intervals. "
            f"{config.description}"
        ),
        findings=tuple(said),
        config=config,
        sheets=tuple(tables),
        pictures=figures.draw(results, several),
        notes=NOTES,
    )


def _same(config: Config) -> dict[str, object]:
    return config.model_dump(exclude={"workers"})

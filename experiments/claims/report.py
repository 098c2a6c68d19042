"""The study of the claims: one table, its pictures, and what to know before believing it."""

from onevoice.envs.typing import Arrays
from onevoice.experiments.claims.config import Config
from onevoice.experiments.claims.developments import development_rows
from onevoice.experiments.claims.figures import draw
from onevoice.experiments.claims.judge import MET, MISSED, Judge, Row
from onevoice.experiments.claims.levels import level_rows
from onevoice.experiments.claims.story import Story
from onevoice.experiments.study import Column, Sheet, Study

COLUMNS = (
    Column("claim", "claim"),
    Column("measure", "measure"),
    Column("article", "article"),
    Column("target", "target"),
    Column("ours", "ours"),
    Column("verdict", "verdict"),
)


def make_study(config: Config, story: Story, counted: Arrays) -> Study:
    """Judge all claims; ``counted`` is what ``conflicts_by_channels`` returned."""
    judge = Judge(story.bootstrap)
    rows = [*level_rows(story, judge), *development_rows(story, judge, counted)]
    rows.sort(key=lambda row: int(row.claim[1:]))
    return Study(
        name="claims",
        title="onevoice: the article's claims",
        description=config.scenario.description,
        findings=(headline(rows),),
        config=config,
        sheets=(_sheet(config, rows),),
        pictures=tuple(draw(story, counted)),
        notes=tuple(notes(config)),
    )


def headline(rows: list[Row]) -> str:
    """How many targets are met, and which claims miss one."""
    judged = [row for row in rows if row.verdict in (MET, MISSED)]
    missed = [row for row in judged if row.verdict == MISSED]
    said = f"{len(judged) - len(missed)} of {len(judged)} targets are met"
    claims = ", ".join(dict.fromkeys(row.claim for row in missed))
    return f"{said}; the others belong to {claims}." if missed else f"{said}."


def notes(config: Config) -> list[str]:
    """What a reader must know before believing the numbers."""
    where = "each in a held-out market of its own" if config.markets == "many" else "in one market"
    return [
        f"{config.seeds} worlds, {where}, each with its own customers; intervals are "
        f"{100 * config.confidence:g} % percentile bootstraps over worlds.",
        "All scenes of a world branch from the same month under the team's manual plan and use the "
        "same random numbers, so differences are paired.",
        "A level is met if its value lies within the tolerance; a direction, if its whole interval "
        "lies on that side of zero.",
        "The parameters were searched to reproduce C1 and C7 to C10 with other customers of the "
        "one market, see 'onevoice calibrate'; the other claims were left to come out as they may.",
        "NCV, equity and claims are in $ per 1,000 customers (NCV per 28 days); C6 and C7 are "
        "counted for a budget of $10,000 a month.",
    ]


def _sheet(config: Config, rows: list[Row]) -> Sheet:
    cells = tuple({**row.cells(), "digits": row.digits} for row in rows)
    note = f"{100 * config.confidence:g} % intervals over {config.seeds} worlds in brackets."
    return Sheet("claims", "The article's claims", COLUMNS, cells, note)

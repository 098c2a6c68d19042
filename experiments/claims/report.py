"""The study of the claims: one table, its figures, and the notes on how to read it."""

from collections.abc import Sequence

from onevoice.experiments.claims.config import Config
from onevoice.experiments.claims.estimates import MET, MISSED, Row, Simulations, judge
from onevoice.experiments.claims.figures import draw
from onevoice.experiments.claims.level_targets import level_targets
from onevoice.experiments.claims.trend_targets import trend_targets
from onevoice.experiments.report.study import Column, Study, Table

COLUMNS = ("claim", "measure", "article", "target", "ours", "verdict")


def make_study(simulations: Simulations) -> Study:
    """Judge all claims."""
    config, rows = simulations.config, judge_claims(simulations)
    return Study(
        name="claims",
        title="onevoice: the article's claims",
        description=config.scenario.description,
        findings=(headline(rows),),
        config=config,
        tables=(_table(config, rows),),
        figures=draw(simulations),
        notes=tuple(notes(config)),
    )


def judge_claims(simulations: Simulations) -> list[Row]:
    """Every target with its estimate and verdict, in the order of the claims."""
    targets = [*level_targets(simulations.scenario), *trend_targets()]
    targets.sort(key=lambda target: int(target.claim[1:]))
    return [judge(target, simulations) for target in targets]


def headline(rows: Sequence[Row]) -> str:
    """How many targets are met, and which claims miss one."""
    judged = [row for row in rows if row.verdict in (MET, MISSED)]
    missed = [row for row in judged if row.verdict == MISSED]
    counts = f"{len(judged) - len(missed)} of {len(judged)} targets are met"
    claims = ", ".join(dict.fromkeys(row.claim for row in missed))
    return f"{counts}; the others belong to {claims}." if missed else f"{counts}."


def notes(config: Config) -> list[str]:
    """Design, intervals and verdicts of the study."""
    where = "each in a held-out market of its own" if config.markets == "many" else "in one market"
    return [
        f"{config.seeds} simulations, {where}, each with its own customers; intervals are "
        f"{100 * config.confidence:g} % percentile bootstraps over simulations.",
        "All branches of a simulation start from the same month under the team's manual plan and "
        "use the same random numbers, so differences are paired.",
        "A level is met if its value lies within the tolerance; a direction, if its whole interval "
        "lies on that side of zero.",
        "The parameters were searched to reproduce C1 and C7 to C10 with other customers of the "
        "one market, see 'onevoice calibrate'; the other claims were not used in that search.",
        "NCV, equity and claims are in $ per 1,000 customers (NCV per 28 days); C6 and C7 are "
        "counted for a budget of $10,000 a month.",
    ]


def _table(config: Config, rows: Sequence[Row]) -> Table:
    columns = tuple(Column(name, name) for name in COLUMNS)
    cells = tuple(row._asdict() for row in rows)
    note = f"{100 * config.confidence:g} % intervals over {config.seeds} simulations in brackets."
    return Table("claims", "The article's claims", columns, cells, note)

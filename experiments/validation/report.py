"""Carries out a validation and writes it up."""

from collections.abc import Mapping
from math import comb
from pathlib import Path

from onevoice.envs.typing import Arrays
from onevoice.experiments.core.statistics import Bootstrap
from onevoice.experiments.core.tasks import complete
from onevoice.experiments.study import Sheet, Study
from onevoice.experiments.validation import tables
from onevoice.experiments.validation.config import Config
from onevoice.experiments.validation.pictures import pictures
from onevoice.experiments.validation.pooled import POOLED, falls
from onevoice.experiments.validation.rows import Trial, estimate, judge
from onevoice.experiments.validation.trials import TRIALS, run_trial

DESCRIPTION = (
    "Each published experiment is set up again inside the simulator: its channels, its plans, and "
    "this scenario's customers. The arms of a trial are the same worlds with the same random "
    "numbers, once with the treatment for everybody and once without it; customers meet only in "
    "the budget, and it never runs dry, so this stands for randomising customers."
)
NOTES = (
    "A row is inside if the interval over markets and the accepted range have a value in common. "
    "A range is the one published, or spans the arms of the publication; where there is only a "
    "point, it goes from half to one and a half times that point.",
    "Held out means that no calibration looks at the row. The defaults were once set by hand "
    "inside ranges taken from the same literature, so it does not mean that nobody has ever seen "
    "the figures. Rows marked as fitted were looked at when parameters were set: the number of "
    "e-mails by the calibration, what search claims through the source article's figures; visits "
    "and carry-over of display, brand ads and relevant e-mail's opt-outs by hand.",
    "The published loss at 4 and 10 e-mails is of a customer's whole lifetime profit; ours is of "
    "the gain over no e-mail, since here most of a customer's profit does not depend on e-mail.",
    "In the e-mail trial two densities of demand are solved for, so that the control group visits "
    "and buys as often as the published one. What the e-mail does is not fitted.",
    "Fit of the message is an average of very different cases: one of the two e-mails lifted "
    "visits as much among buyers of the other department, the other one seven times less.",
    "The telemarketing figures are observational: who is called again is not random. One factor "
    "per contact says nothing of the shape; the figure shows both curves.",
    "Not replayed: a lower price after a purchase (Anderson & Simester) and extra contact that "
    "ends inertia (Ascarza et al.), whose sizes or designs are not known well enough, and effects "
    "of advertising on customers of rivals, which do not exist here.",
)


def validate(config: Config, out: Path) -> Study:
    """Replay what ``out`` does not hold yet, judge every row and draw the figures."""
    costs = {name: trial.cost for name, trial in TRIALS.items()}
    parts = complete(config, out, "validation", costs, run_trial, workers=config.workers)
    return write_up(config, parts)


def write_up(config: Config, parts: Mapping[str, Arrays]) -> Study:
    """The study of what all trials found."""
    bootstrap = Bootstrap.of(config.markets, config)
    judged = judge_all(TRIALS, parts, bootstrap)
    sheets: tuple[Sheet, ...] = (
        tables.experiments(judged),
        tables.designs(judged),
        tables.matched(parts["one_email"], bootstrap),
        tables.frequency(parts["frequency"], bootstrap),
        tables.contacts(parts["contacts"], bootstrap),
    )
    return Study(
        name="validate",
        title="Published experiments, replayed",
        description=DESCRIPTION,
        findings=(headline(judged),),
        config=config,
        sheets=sheets,
        pictures=pictures(judged, sheets),
        notes=(*NOTES, sign_note(*falls(parts[POOLED.name]))),
    )


def judge_all(
    trials: Mapping[str, Trial], parts: Mapping[str, Arrays], bootstrap: Bootstrap
) -> tables.Judged:
    """Every row with its estimate."""
    return [
        (row, estimate(row, parts[name], bootstrap))
        for name, trial in trials.items()
        for row in trial.rows
    ]


def headline(judged: tables.Judged) -> str:
    """How many rows lie inside."""
    counts = []
    for role in ("held out", "fitted"):
        verdicts = [judge(row, ours) for row, ours in judged if row.role == role]
        counts.append(f"{verdicts.count('inside')} of {len(verdicts)} {role}")
    return f"Figures inside their accepted range: {counts[0]}, {counts[1]}."


def sign_note(fallen: int, changed: int) -> str:
    """The sign test of pooled fatigue, in words."""
    tail = sum(comb(changed, k) for k in range(max(fallen, changed - fallen), changed + 1))
    p = min(1.0, 2 * tail / 2**changed)
    chance = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    return (
        f"Sign test of e-mail beside SMS and push: the best number of e-mails fell in {fallen} of "
        f"the {changed} markets where it changed ({chance}, two-sided)."
    )

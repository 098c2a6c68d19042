"""Fewer e-mails, fewer opt-outs (LinkedIn), and what volume costs in the long run (Pandora).

Letters: ``T`` decisions, ``B`` markets.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine.kernels import OPT_OUTS
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.trajectories import Course
from onevoice.experiments.validation.measures import change, sensitivity_growth
from onevoice.experiments.validation.rows import Row, Trial, half_to_one_and_a_half
from onevoice.experiments.validation.worlds import Plan, Worlds, arm, rate, rotation, world_of

BEFORE = 12.0
"""E-mails in 28 days before the cut; 40 % fewer are close to row 1's published optimum."""
CUTS = {40: (-50.0, (-60.0, -45.0)), 50: (-65.0, (-71.0, -56.0))}
"""Per cent of the e-mails cut: published change of complaints, accepted range.

The second range has the elasticities of the first.
"""
DAYS, LONG_MONTHS = 84, 21
SPARSE = 4.0
"""E-mails in 28 days in the long run, against twice as many."""


def cut_to(level: int) -> Plan:
    """A month at the old volume, pressure level 1, then another level."""

    def plan(scenario: Scenario, day: int) -> npt.NDArray[np.int64]:
        return rotation(scenario, day, 1 if day < MONTH_DAYS else level)

    return plan


def email_world(
    scenario: Scenario, volumes: Sequence[float], days: int, population: int
) -> Scenario:
    """E-mail alone, at so many a month per pressure level."""
    channel = {"intensity": rate(*volumes), "trigger": 0.0}
    return world_of(scenario, {"email": channel}, days=days, population=population)


def opt_outs(course: Course) -> F64:
    """Opt-outs after the first month, float64 ``[B]``."""
    return np.asarray(course.channels[MONTH_DAYS:, :, 0, OPT_OUTS].sum(axis=0), np.float64)


def _run_complaints(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    volumes = [BEFORE, *(BEFORE * (1 - percent / 100) for percent in CUTS)]
    world = email_world(scenario, volumes, DAYS, population)
    arms = [arm(world, cut_to(level + 1), worlds) for level in range(len(volumes))]
    return dict(zip(("cut_0", *(f"cut_{p}" for p in CUTS)), map(opt_outs, arms), strict=True))


def reachable(course: Course, months: Sequence[int]) -> F64:
    """Living customers whom e-mail can address at the end of some months, float64 ``[L, B]``."""
    return course.subscribed[[MONTH_DAYS * month for month in months], :, 0].astype(np.float64)


def _run_long(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    days = LONG_MONTHS * MONTH_DAYS
    world = email_world(scenario, (SPARSE, 2 * SPARSE), days, population)
    arms = (arm(world, partial(rotation, level=level), worlds) for level in (1, 2))
    sparse, dense = (reachable(course, (1, LONG_MONTHS)) for course in arms)
    return {"sparse": sparse, "dense": dense}


def _row(cut: int, published: float, accepted: tuple[float, float]) -> Row:
    return Row(
        key=f"complaints_{cut}_fewer",
        label=f"Opt-outs after {cut} % fewer e-mails",
        compared=f"opt-outs in the two months after e-mails were cut by {cut} %",
        unit="%",
        published=published,
        accepted=accepted,
        source="LinkedIn 2015-16 (secondary source)",
        measure=change,
        samples=(f"cut_{cut}", "cut_0"),
        below="volume drives opt-outs too much (opt_out_overload, opt_out_trust x trust_overload)",
        above="opt-outs are hardly more than proportional to volume (opt_out_overload, tolerance)",
    )


COMPLAINTS = Trial(
    "complaints",
    8.0,
    _run_complaints,
    tuple(_row(cut, *figures) for cut, figures in CUTS.items()),
)
LONG_RUN = Trial(
    "long_run",
    12.0,
    _run_long,
    (
        Row(
            key="long_run_sensitivity",
            label="Audience in the long run",
            compared=f"share of the audience lost by twice the e-mails after {LONG_MONTHS} months, "
            "as a multiple of that after one",
            unit="ratio",
            published=3.0,
            accepted=half_to_one_and_a_half(3.0),
            source="Pandora (Huang, Reiley & Riabov 2018)",
            measure=sensitivity_growth,
            samples=("sparse", "dense"),
            below="opting out selects the tolerant customers too fast",
            above="opt-outs and departures add up month by month (email.opt_out, churn_overload): "
            "customers neither get used to the volume nor come back",
        ),
    ),
    share=0.25,
)

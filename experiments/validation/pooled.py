"""Godfrey, Seiders & Voss: the best amount of e-mail falls when other channels speak more.

Letters: ``L`` levels, ``B`` markets.
"""

from functools import partial

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.validation.measures import best_level, shift_of_best
from onevoice.experiments.validation.rows import Row, Trial
from onevoice.experiments.validation.worlds import (
    Worlds,
    arm,
    lifetime_profit,
    rate,
    rotation,
    world_of,
)

LEVELS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14)
DAYS = 112
OTHERS = {"sms": 2.0, "push": 4.0}
"""Messages in 28 days of the channels beside e-mail, where they speak."""


def _profit(scenario: Scenario, emails: float, loud: bool, worlds: Worlds, population: int) -> F64:
    """Lifetime profit with customers whom all channels reach, ``[B]``."""
    volumes = {"email": emails, **{name: n * loud for name, n in OTHERS.items()}}
    for_all = {"reach": 1.0, "reach_per_decade": 0.0, "trigger": 0.0}
    channels = {name: {**for_all, "intensity": rate(n)} for name, n in volumes.items()}
    world = world_of(scenario, channels, days=DAYS, population=population)
    return lifetime_profit(arm(world, rotation, worlds), population)


def _run(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    curves = (
        [_profit(scenario, level, loud, worlds, population) for level in LEVELS]
        for loud in (False, True)
    )
    return dict(zip(("alone", "beside_others"), map(np.stack, curves), strict=True))


def falls(arrays: Arrays) -> tuple[int, int]:
    """In how many markets the best level falls, and in how many it changes at all."""
    alone, beside = (
        best_level(LEVELS, *arrays[name].astype(np.float64)[..., None])
        for name in ("alone", "beside_others")
    )
    return int((beside < alone).sum()), int((beside != alone).sum())


POOLED = Trial(
    "pooled",
    60.0,
    _run,
    (
        Row(
            key="pooled_fatigue",
            label="E-mail beside SMS and push",
            compared="change of the most profitable number of e-mails when SMS and push speak too",
            unit="a month",
            published=None,
            accepted=(-15.0, 0.0),
            source="Godfrey, Seiders & Voss 2011",
            measure=partial(shift_of_best, LEVELS),
            samples=("alone", "beside_others"),
            below="the other channels silence e-mail altogether",
            above="the pressure of other channels costs e-mail too little: intrusiveness, fatigue "
            "or what overload does",
            wholly=True,
        ),
    ),
    share=0.25,
)

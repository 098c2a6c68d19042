"""How much e-mail pays, by the number of e-mails a month, with no other channel.

Letters: ``L`` levels, ``B`` markets.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.validation.measures import best_level, loss_at
from onevoice.experiments.validation.rows import Row, Trial, half_to_one_and_a_half
from onevoice.experiments.validation.worlds import (
    Worlds,
    arm,
    lifetime_profit,
    rate,
    rotation,
    world_of,
)

DAYS = 364
POPULATION = 2500
LEVELS = tuple(range(1, 15))
SOURCE = "Zhang, Kumar & Cosguner 2017"
PUBLISHED = {7: 0.0, 4: 32.0, 10: 16.0}
"""Per cent of the best lifetime profit lost, by e-mails a month."""


def frequency_profit(
    scenario: Scenario,
    per_month: Sequence[float],
    markets: Sequence[int],
    seeds: Sequence[int],
    *,
    population: int = POPULATION,
    days: int = DAYS,
) -> F64:
    """Lifetime profit gained over sending no e-mail, $ per 1,000 customers, float64 ``[L, B]``.

    E-mail is the company's only channel; it sends at random moments, without triggers and
    discounts, and its message changes every week. All levels meet the same customers.

    Args:
        scenario: gives the customers and the e-mail channel.
        per_month: e-mails per reachable customer in 28 days, ``[L]``.
        markets: market ids, ``[B]``.
        seeds: of the customers' random numbers, ``[B]``.
        population: customers of each market.
        days: length of the episode; what comes after is in the customers' equity.
    """
    worlds = Worlds(markets, seeds)

    def profit(level: float) -> F64:
        email = {"intensity": rate(level), "trigger": 0.0}
        world = world_of(scenario, {"email": email}, days=days, population=population)
        return lifetime_profit(arm(world, rotation, worlds), population)

    return np.stack([profit(level) for level in per_month]) - profit(0.0)


def _run(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    profit = frequency_profit(scenario, LEVELS, *worlds, population=population, days=DAYS)
    return {"profit": profit}


def _loss(level: int, below: str, above: str) -> Row:
    return Row(
        key=f"email_{level}_a_month",
        label=f"E-mail: loss at {level} a month",
        compared=f"lifetime profit lost with {level} e-mails a month, of what the best number "
        "gains over none",
        unit="%",
        published=PUBLISHED[level],
        accepted=half_to_one_and_a_half(PUBLISHED[level]),
        source=SOURCE,
        measure=partial(loss_at, LEVELS.index(level)),
        samples=("profit",),
        below=below,
        above=above,
        role="fitted",
    )


FREQUENCY = Trial(
    "frequency",
    40.0,
    _run,
    (
        Row(
            key="email_optimum",
            label="E-mail: best number",
            compared="most profitable number of e-mails",
            unit="a month",
            published=7.0,
            accepted=(5.0, 9.0),
            source=SOURCE,
            measure=partial(best_level, LEVELS),
            samples=("profit",),
            below="overload sets in early (tolerance) or costs much (trust_overload, "
            "churn_overload, email.opt_out) beside what an e-mail brings in",
            above="overload sets in late (tolerance) or costs little (trust_overload, "
            "churn_overload, email.opt_out) beside what an e-mail brings in",
            role="fitted",
        ),
        _loss(
            4,
            "profit saturates early: awareness or fatigue bends the curve before four e-mails",
            "the best number is too high (tolerance)",
        ),
        _loss(
            10,
            "the best number is too high, or the loss beyond it too gentle (churn_overload, "
            "trust_overload)",
            "the loss beyond the best number is steep (churn_overload, trust_overload, tolerance)",
        ),
    ),
    share=0.25,
)  # fmt: skip

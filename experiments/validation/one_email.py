"""Hillstrom's randomised trial: one e-mail against none, two weeks, recent buyers.

The control group is matched: two densities of demand are solved for. What the e-mail does is not.
Letters: ``B`` markets, ``N`` customers of a market, ``M`` messages.
"""

from collections.abc import Callable

import numpy as np

from onevoice.envs.spec.scenario import MESSAGES, Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.statistics import ratio
from onevoice.experiments.validation.individuals import Diary, diary, every, share, trial_of
from onevoice.experiments.validation.measures import caused, difference_in_points
from onevoice.experiments.validation.rows import Row, Trial, half_to_one_and_a_half
from onevoice.experiments.validation.worlds import TICKS_PER_DAY, Worlds

DAYS = 14
ONCE = every(DAYS * TICKS_PER_DAY, None)
SOURCE = "Hillstrom 2008 (64,000 customers)"
CONTROL_VISITED, CONTROL_BOUGHT = 0.1062, 0.0057
"""What the control group did in two weeks."""
MOST_VISITS, MOST_PURCHASES = 0.2, 0.5
HALVINGS = 12


def solve(reached: Callable[[float], float], target: float, most: float) -> float:
    """Where a rising function of [0, ``most``] reaches ``target``, by bisection."""
    low, high = 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < target else (low, middle)
    return (low + high) / 2


def matched(scenario: Scenario, worlds: Worlds, population: int) -> Scenario:
    """The trial's world, in which the control group visits and buys as Hillstrom's did."""

    def world(visits: float, purchases: float) -> Scenario:
        sets = {"direct_visits_idle": visits, "purchase_idle": purchases}
        return trial_of(scenario, "email", days=DAYS, population=population, customers=sets)

    def control(visits: float, purchases: float) -> Diary:
        return diary(world(visits, purchases), ONCE, worlds)

    visits = solve(lambda x: float(control(x, 0.0).visited.mean()), CONTROL_VISITED, MOST_VISITS)
    purchases = solve(
        lambda x: float(control(visits, x).bought.mean()), CONTROL_BOUGHT, MOST_PURCHASES
    )
    return world(visits, purchases)


def lifts(treated: list[Diary], control: Diary) -> Arrays:
    """What the e-mails change, float64 ``[B]`` each; one arm per message.

    Every customer gets in one arm the message of their need, and in the others another one.
    """
    fits = [arm.need == message for message, arm in enumerate(treated)]
    more = [arm.visited.astype(np.float64) - control.visited for arm in treated]
    to_fit = np.sum([x * fit for x, fit in zip(more, fits, strict=True)], axis=0)
    to_rest = np.sum([x * ~fit for x, fit in zip(more, fits, strict=True)], axis=0)
    return {
        "visited": np.mean([share(arm.visited) for arm in treated], axis=0),
        "bought": np.mean([share(arm.bought) for arm in treated], axis=0),
        "control_visited": share(control.visited),
        "control_bought": share(control.bought),
        "lift_fit": to_fit.mean(axis=1),
        "lift_rest": to_rest.mean(axis=1) / (len(MESSAGES) - 1),
    }


def _run(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    world = matched(scenario, worlds, population)
    period = DAYS * TICKS_PER_DAY
    treated = [diary(world, every(period, message), worlds) for message in range(len(MESSAGES))]
    found = lifts(treated, diary(world, ONCE, worlds))
    who = world.customers
    return {**found, "solved": np.array([who.direct_visits_idle, who.purchase_idle])}


def fit_ratio(to_fit: F64, to_rest: F64) -> F64:
    """Visit lift of those whose need the message is, as a multiple of the others'."""
    return ratio(to_fit, to_rest)


_WEAK_FIT = "the need acts on opening alone (need_match), not on clicking"
ONE_EMAIL = Trial(
    "one_email",
    30.0,
    _run,
    (
        Row(
            key="email_visit_lift",
            label="One e-mail: visitors",
            compared="visitors in two weeks, one e-mail less none",
            unit="points",
            published=6.1,
            accepted=(4.5, 7.7),
            source=SOURCE,
            measure=difference_in_points,
            samples=("visited", "control_visited"),
            below="few e-mails are opened and clicked (email.engagement x email.click)",
            above="too many e-mails are opened and clicked (email.engagement x email.click)",
        ),
        Row(
            key="email_incremental_share",
            label="One e-mail: incremental buyers",
            compared="buyers among the e-mailed who would not have bought",
            unit="%",
            published=46.0,
            accepted=(35.0, 54.0),
            source=SOURCE,
            measure=caused,
            samples=("bought", "control_bought"),
            below="purchases rise hardly more than visits, which rise too little (email.click)",
            above="visits or purchases per visit rise too much (email.click, purchase_awareness)",
        ),
        Row(
            key="email_fit",
            label="One e-mail: fit, both e-mails",
            compared="visit lift where the message meets the need, as a multiple of the others': "
            "both e-mails",
            unit="ratio",
            published=1.75,
            accepted=(1.0, 6.7),
            source=SOURCE,
            measure=fit_ratio,
            samples=("lift_fit", "lift_rest"),
            below=_WEAK_FIT,
            above="need_match is too strong",
        ),
        Row(
            key="email_fit_clear",
            label="One e-mail: fit, women's e-mail",
            compared="the same: the women's e-mail alone, the clearest case",
            unit="ratio",
            published=6.7,
            accepted=half_to_one_and_a_half(6.7),
            source=SOURCE,
            measure=fit_ratio,
            samples=("lift_fit", "lift_rest"),
            below=_WEAK_FIT,
            above="need_match is too strong",
        ),
    ),
)

"""Display on top of a plan made by hand: visits, purchases, brand queries, and what remains.

Letters: ``T`` decisions, ``B`` markets.
"""

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine.kernels import BRAND, EXPECTED_MARGIN, VISITS
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.core.trajectories import Course
from onevoice.experiments.validation.company import company, manual
from onevoice.experiments.validation.measures import change, share_of_lift
from onevoice.experiments.validation.rows import Role, Row, Trial
from onevoice.experiments.validation.worlds import Worlds, arm, total

JOHNSON = "Johnson, Lewis & Nubbemeyer 2017 (432 experiments)"
COLUMNS = {"visits": VISITS, "orders": EXPECTED_MARGIN, "brand": BRAND}
"""Orders count with the probability they had and with their margin; nobody gets a discount."""


def campaign(scenario: Scenario, day: int) -> npt.NDArray[np.int64]:
    """The plan made by hand; display takes part in the second of three months."""
    plan = manual(scenario, day)
    if day // MONTH_DAYS != 1:
        plan[list(scenario.channels).index("display"), 0:-1:3] = 0
    return plan


def months(course: Course, arm_name: str) -> Arrays:
    """What happened during the campaign and in the month after it, float64 ``[B]`` each."""
    ends = {"": (MONTH_DAYS, 2 * MONTH_DAYS), "_after": (2 * MONTH_DAYS, 3 * MONTH_DAYS)}
    return {
        f"{arm_name}_{name}{when}": total(course, column, *span)
        for name, column in COLUMNS.items()
        for when, span in ends.items()
    }


def _run(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    audience = {"reach": 1.0, "reach_per_decade": 0.0}
    world = company(scenario, {"display": audience}, days=3 * MONTH_DAYS, population=population)
    shown = arm(world, campaign, worlds)
    control = arm(world, campaign, worlds, ("display",))
    return {**months(shown, "shown"), **months(control, "control")}


def _lift(
    key: str, what: str, published: float, accepted: tuple[float, float], column: str, source: str,
    role: Role = "held out",
) -> Row:  # fmt: skip
    return Row(
        key=key,
        label=f"Display: {what}",
        compared=f"{what} during four weeks of display on top of the plan made by hand",
        unit="%",
        published=published,
        accepted=accepted,
        source=source,
        measure=change,
        samples=(f"shown_{column}", f"control_{column}"),
        below="display.awareness is low for how much awareness there is without it",
        above="an impression is clicked (display.engagement) or remembered (display.awareness) too "
        "often for the few visits that come without it (direct_visits_idle, market_entry)",
        role=role,
    )


DISPLAY = Trial(
    "display",
    35.0,
    _run,
    (
        _lift("display_visits", "visits", 16.0, (8.0, 24.0), "visits", JOHNSON, "fitted"),
        _lift("display_orders", "purchases", 8.0, (4.0, 12.0), "orders", JOHNSON),
        Row(
            key="display_carry_over",
            label="Display: after its end",
            compared="visits that display causes in the four weeks after its end, of those during "
            "the campaign",
            unit="%",
            published=16.0,
            accepted=(3.0, 24.0),
            source=JOHNSON,
            measure=share_of_lift,
            samples=(
                "shown_visits", "control_visits", "shown_visits_after", "control_visits_after",
            ),
            below="display contradicts the other channels (trust_conflict) and is soon forgotten "
            "(display.awareness): what the others lose outweighs the awareness left",
            role="fitted",
            above="awareness outlives the campaign too long (awareness_half_life_days)",
        ),
        _lift(
            "display_brand_queries", "brand queries", 25.0, (5.0, 45.0), "brand",
            "Papadimitriou et al. 2011; Lewis & Nguyen 2015",
        ),
    ),
)  # fmt: skip

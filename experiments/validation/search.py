"""Ads on brand queries without rivals, and what a search platform claims beside what it caused.

Letters: ``B`` markets.
"""

import numpy as np

from onevoice.envs.engine.kernels import BRAND, CLAIMED, EXPECTED_MARGIN, VISITS
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.core.trajectories import Course
from onevoice.experiments.validation.company import company, manual
from onevoice.experiments.validation.measures import caused_per, overstatement
from onevoice.experiments.validation.rows import Row, Trial
from onevoice.experiments.validation.worlds import Overrides, Worlds, arm, rotation, total, world_of

BRAND_ONLY = {
    "generic_queries": 0.0,
    "direct_visits": 0.0,
    "direct_visits_idle": 0.0,
    "brand_queries_idle": 0.02,
}
"""Brand queries alone, and enough of them; what follows a query does not depend on their number."""
SIMONOV = "Simonov, Nosko & Rao 2018"


def _run_brand(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    always = {"intensity": (0.0, 1.0, 1.0, 1.0, 1.0)}
    world = world_of(
        scenario, {"search": always}, days=MONTH_DAYS, population=population, customers=BRAND_ONLY
    )
    courses = {"on": arm(world, rotation, worlds), "off": arm(world, rotation, worlds, ("search",))}
    columns = {"visits": VISITS, "orders": EXPECTED_MARGIN, "queries": BRAND}
    return {
        f"{name}_{what}": total(course, column)
        for name, course in courses.items()
        for what, column in columns.items()
    }


def worth(course: Course, scenario: Scenario) -> F64:
    """Expected revenue where nobody gets a discount, float64 ``[B]``."""
    return np.asarray(total(course, EXPECTED_MARGIN) / scenario.customers.margin)


def _run_claims(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    added: dict[str, Overrides] = {} if "search" in scenario.channels else {"search": {}}
    world = company(scenario, added, days=3 * MONTH_DAYS, population=population)
    on, off = arm(world, manual, worlds), arm(world, manual, worlds, ("search",))
    claims = on.channels[:, :, list(world.channels).index("search"), CLAIMED].sum(axis=0)
    return {"claimed": claims.astype(np.float64), "on": worth(on, world), "off": worth(off, world)}


def _brand_row(key: str, what: str, column: str) -> Row:
    return Row(
        key=key,
        label=f"Brand ads: {what}",
        compared=f"{what} after brand queries that would not have been without the ad, no rivals",
        unit="%",
        published=2.5,
        accepted=(1.0, 4.0),
        source=SIMONOV,
        measure=caused_per,
        samples=(f"on_{column}", "on_queries", f"off_{column}", "off_queries"),
        below="organic results recapture too much (brand_organic)",
        above="organic results lose too little beside the ad, or recapture too little without it "
        "(brand_organic_beside_ad, brand_organic)",
        role="fitted",
    )


BRAND_ADS = Trial(
    "brand_ads",
    8.0,
    _run_brand,
    (
        _brand_row("brand_ad_visits", "visits", "visits"),
        _brand_row("brand_ad_orders", "purchases", "orders"),
    ),
)
CLAIMS = Trial(
    "search_claims",
    25.0,
    _run_claims,
    (
        Row(
            key="search_overstatement",
            label="Search: claimed revenue",
            compared="revenue that the search platform claims, as a multiple of what it caused",
            unit="ratio",
            published=2.0,
            accepted=(1.5, 5.0),
            source="Blake et al. 2015; Gordon et al. 2023; the source article",
            measure=overstatement,
            samples=("claimed", "on", "off"),
            below="organic results recapture too little (brand_organic, generic_organic)",
            above="organic results recapture too much (brand_organic, generic_organic)",
            role="fitted",
        ),
    ),
)

"""Kantar: campaigns whose channels fit together do more than those whose channels do not.

Letters: ``B`` markets.
"""

from functools import partial

from onevoice.envs.engine.kernels import EXPECTED_MARGIN
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.validation.company import company, stories
from onevoice.experiments.validation.measures import gain_over
from onevoice.experiments.validation.rows import Row, Trial
from onevoice.experiments.validation.worlds import Worlds, arm, total

MONTHS = 4
"""Every channel tells each of the four stories for one month, in both arms."""


def _run(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    world = company(scenario, days=MONTHS * MONTH_DAYS, population=population)
    plans = {"together": partial(stories, together=True), "apart": partial(stories, together=False)}
    courses = {name: arm(world, plan, worlds) for name, plan in plans.items()}
    courses["silence"] = arm(world, plans["apart"], worlds, tuple(world.channels))
    return {name: total(course, EXPECTED_MARGIN) for name, course in courses.items()}


CONSISTENCY = Trial(
    "consistency",
    45.0,
    _run,
    (
        Row(
            key="integrated_campaigns",
            label="One story in all channels",
            compared="purchases that a campaign adds, all channels telling one story, more than "
            "where each tells its own",
            unit="%",
            published=31.0,
            accepted=(31.0, 57.0),
            source="Kantar AdReaction 2018 (an industry source; brand measures, not sales)",
            measure=gain_over,
            samples=("together", "apart", "silence"),
            below="one voice sells little better (purchase_narrative), or conflict costs little "
            "trust (trust_conflict)",
            above="one voice sells too well (purchase_narrative), or conflict costs too much trust "
            "(trust_conflict)",
        ),
    ),
)

"""Telemarketing calls on consecutive days, as text messages: who answers at which one.

The intrusive channel with a record of answers is SMS: every customer gets one a day, an engagement
is the success, and whoever has succeeded is no longer counted. Letters: ``k`` contacts, ``B``
markets, ``N`` customers of a market.
"""

import numpy as np
import numpy.typing as npt

from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64, Arrays
from onevoice.experiments.validation.individuals import every, trial_of
from onevoice.experiments.validation.measures import decay
from onevoice.experiments.validation.rows import Row, Trial
from onevoice.experiments.validation.worlds import TICKS_PER_DAY, Worlds, follow

CONTACTS = 8
PUBLISHED = (0.0558, 0.0514, 0.0442, 0.0326, 0.0241, 0.0222, 0.0158, 0.0096)
"""Success at contact 1 to 8 among those not successful before."""


def count(touched: npt.NDArray[np.bool_], engaged: npt.NDArray[np.bool_]) -> tuple[F64, F64]:
    """Those at risk and the first successes at each contact, float64 ``[k, B]`` each.

    Args:
        touched: who was contacted, ``[k, B, N]``.
        engaged: who answered, likewise.
    """
    before = np.cumsum(engaged, axis=0) - engaged > 0
    at_risk = touched & ~before
    return at_risk.sum(axis=2).astype(float), (engaged & at_risk).sum(axis=2).astype(float)


def _run(scenario: Scenario, worlds: Worlds, population: int) -> Arrays:
    world = trial_of(scenario, "sms", days=CONTACTS, population=population)
    touched, engaged = [], []
    for now, customers in follow(world, every(TICKS_PER_DAY, 0), worlds):
        people = customers.people
        if (now - world.clock_start) % TICKS_PER_DAY == 0:
            touched.append(people.touched[0] == now)
            engaged.append(people.engaged[0] == now)
    shape = (CONTACTS, len(worlds.markets), population)
    at_risk, successes = count(np.reshape(touched, shape), np.reshape(engaged, shape))
    return {"at_risk": at_risk, "successes": successes}


CONTACT = Trial(
    "contacts",
    4.0,
    _run,
    (
        Row(
            key="hazard_per_contact",
            label="Text messages: answers",
            compared="success at a daily text message, as a multiple of that at the one before, "
            "among those not successful yet",
            unit="ratio",
            published=0.83,
            accepted=(0.78, 0.90),
            source="UCI bank marketing (Moro, Cortez & Rita 2014)",
            measure=decay,
            samples=("at_risk", "successes"),
            below="pressure and lost trust wear answers out too fast (fatigue x sms.intrusiveness, "
            "trust_overload x trust_response)",
            above="pressure wears answers out too slowly (fatigue x sms.intrusiveness)",
        ),
    ),
)

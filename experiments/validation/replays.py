"""The published experiments, each set up again and played arm by arm.

A replay returns arrays ``[B]``, or ``[L, B]`` with one row per level or contact, by name; the rows
of :mod:`published` name the arrays that they compare. Letters: ``L`` levels, ``K`` contacts, ``B``
markets, ``N`` customers of a market, ``M`` messages.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from onevoice.envs.engine.kernels import (
    BRAND,
    CLAIMED,
    EXPECTED_MARGIN,
    OPT_OUTS,
    VISITS,
)
from onevoice.envs.spec.scenario import MESSAGES, MONTH_DAYS, Scenario
from onevoice.envs.typing import F64, I64, Arrays, Bools
from onevoice.experiments.core.trajectories import Trajectory
from onevoice.experiments.validation.published import (
    CALLS,
    COMPLAINTS,
    CONTROL_BOUGHT,
    CONTROL_VISITED,
    FREQUENCIES,
    LONG_MONTHS,
    POOLED_FREQUENCIES,
)
from onevoice.experiments.validation.simulations import (
    REACHES_ALL,
    TICKS_PER_DAY,
    Overrides,
    Plan,
    Records,
    Setting,
    campaigns,
    every,
    lifetime_profit,
    manual,
    rate,
    total,
    weekly_messages,
)
from onevoice.policies.calendar import WEEK_DAYS

FREQUENCY_DAYS, POOLED_DAYS, COMPLAINT_DAYS, EMAIL_DAYS = 364, 112, 84, 14
RELEVANCE_WEEKS = 8
CAMPAIGN_MONTHS = 4
"""Every channel has each of the four messages for one month, in both arms."""
HALVINGS = 12
MOST_VISITS, MOST_PURCHASES = 0.2, 0.5
EMAILS_BEFORE_CUT = 12.0
"""E-mails in 28 days; 40 % fewer are close to the published optimum of e-mail frequency."""
SPARSE = 4.0
"""E-mails in 28 days in the long run, against twice as many."""
OTHER_CHANNELS = {"sms": 2.0, "push": 4.0}
"""Messages in 28 days of the channels beside e-mail, where they are active."""
BRAND_ONLY = {
    "generic_queries": 0.0,
    "direct_visits": 0.0,
    "direct_visits_idle": 0.0,
    "brand_queries_idle": 0.02,
}
"""Brand queries alone, and enough of them; the response to a query does not depend on the rate."""


def profit(setting: Setting, days: int, volumes: Mapping[str, float], **sets: float) -> F64:
    """Lifetime profit ``[B]`` with so many messages in 28 days by channel, sent at random."""
    channels = {name: {"trigger": 0.0, **sets, "intensity": rate(n)} for name, n in volumes.items()}
    trajectory = setting.arm(setting.build(channels, days=days), weekly_messages)
    return lifetime_profit(trajectory, setting.population)


def frequency_profit(setting: Setting, frequencies: Sequence[float], days: int) -> F64:
    """Lifetime profit gained over sending no e-mail, $ per 1,000 customers, float64 ``[L, B]``.

    E-mail is the company's only channel, without triggers and discounts, and its message changes
    every week. All levels have the same customers.

    Args:
        setting: gives the customers and the e-mail channel.
        frequencies: e-mails per reachable customer in 28 days, ``[L]``.
        days: length of the episode; later profit is in the customers' equity.
    """
    levels = [profit(setting, days, {"email": level}) for level in frequencies]
    return np.stack(levels) - profit(setting, days, {"email": 0.0})


def frequency(setting: Setting) -> Arrays:
    """Zhang, Kumar & Cosguner: lifetime profit by the number of e-mails."""
    return {"profit": frequency_profit(setting, FREQUENCIES, FREQUENCY_DAYS)}


def pooled(setting: Setting) -> Arrays:
    """Godfrey, Seiders & Voss: the best number of e-mails, with and without other channels."""

    def curve(active: bool) -> F64:
        others = {name: n * active for name, n in OTHER_CHANNELS.items()}
        volumes = ({"email": float(n), **others} for n in POOLED_FREQUENCIES)
        return np.stack([profit(setting, POOLED_DAYS, v, **REACHES_ALL) for v in volumes])

    return {"alone": curve(False), "beside_others": curve(True)}


def solve(reached: Callable[[float], float], target: float, most: float) -> float:
    """Where a rising function of [0, ``most``] reaches ``target``, by bisection."""
    low, high = 0.0, most
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle) < target else (low, middle)
    return (low + high) / 2


def one_email(setting: Setting) -> Arrays:
    """Hillstrom: one e-mail against none, two weeks, recent buyers.

    Two densities of demand are solved for, so that the control group visits and buys as
    Hillstrom's did. The e-mail's effect is not fitted.
    """
    period = EMAIL_DAYS * TICKS_PER_DAY

    def scenario(visits: float, purchases: float) -> Scenario:
        sets = {"direct_visits_idle": visits, "purchase_idle": purchases}
        return setting.one_channel("email", days=EMAIL_DAYS, customers=sets)

    def control(visits: float, purchases: float) -> Records:
        return setting.record(scenario(visits, purchases), every(period, None))

    visits = solve(lambda x: float(control(x, 0.0).visited.mean()), CONTROL_VISITED, MOST_VISITS)
    purchases = solve(
        lambda x: float(control(visits, x).bought.mean()), CONTROL_BOUGHT, MOST_PURCHASES
    )
    matched = scenario(visits, purchases)
    treated = [setting.record(matched, every(period, m)) for m in range(len(MESSAGES))]
    found = lifts(treated, control(visits, purchases))
    return {**found, "solved": np.array([visits, purchases])}


def lifts(treated: Sequence[Records], control: Records) -> Arrays:
    """Changes by the e-mails, float64 ``[B]`` each, from one arm per message.

    Every customer gets in one arm the message that meets their need, in the others another one.
    """
    fits = [arm.need == message for message, arm in enumerate(treated)]
    more = [arm.visited.astype(np.float64) - control.visited for arm in treated]
    to_fit = np.sum([x * fit for x, fit in zip(more, fits, strict=True)], axis=0)
    to_rest = np.sum([x * ~fit for x, fit in zip(more, fits, strict=True)], axis=0)
    return {
        "visited": np.mean([arm.visited.mean(axis=1) for arm in treated], axis=0),
        "bought": np.mean([arm.bought.mean(axis=1) for arm in treated], axis=0),
        "control_visited": control.visited.mean(axis=1),
        "control_bought": control.bought.mean(axis=1),
        "lift_fit": to_fit.mean(axis=1),
        "lift_rest": to_rest.mean(axis=1) / (len(MESSAGES) - 1),
    }


def relevance(setting: Setting) -> Arrays:
    """Sahni, Wheeler & Chintagunta: weekly e-mails that meet the need against general ones.

    Each message is sent to everybody in an arm of its own. The arm whose message meets a customer's
    need is the personal one; all arms together are the general one.
    """
    scenario = setting.one_channel("email", days=RELEVANCE_WEEKS * WEEK_DAYS)
    weekly = WEEK_DAYS * TICKS_PER_DAY
    return personal_sums([setting.record(scenario, every(weekly, m)) for m in range(len(MESSAGES))])


def personal_sums(arms: Sequence[Records]) -> Arrays:
    """Contacts, opens and opt-outs of personal and of all e-mails, float64 ``[B]`` each."""

    def add(column: str, personal: bool) -> F64:
        chosen = [
            getattr(arm, column) * ((arm.need == message) | (not personal))
            for message, arm in enumerate(arms)
        ]
        return np.asarray(np.sum(chosen, axis=(0, 2)), np.float64)

    columns = ("contacts", "engagements", "opted_out")
    kinds = (("personal", True), ("general", False))
    return {f"{kind}_{column}": add(column, own) for kind, own in kinds for column in columns}


def contacts(setting: Setting) -> Arrays:
    """Moro, Cortez & Rita: daily contacts until the first success, calls there, text messages here.

    SMS is the intrusive channel with a record of answers: every customer gets one a day, and an
    engagement is a success.
    """
    count = len(CALLS)
    scenario = setting.one_channel("sms", days=count)
    touched, engaged = [], []
    for now, customers in setting.follow(scenario, every(TICKS_PER_DAY, 0)):
        if (now - scenario.clock_start) % TICKS_PER_DAY == 0:
            touched.append(customers.people.touched[0] == now)
            engaged.append(customers.people.engaged[0] == now)
    shape = (count, len(setting.markets), setting.population)
    at_risk, successes = first_successes(np.reshape(touched, shape), np.reshape(engaged, shape))
    return {"at_risk": at_risk, "successes": successes}


def first_successes(touched: Bools, engaged: Bools) -> tuple[F64, F64]:
    """Customers at risk and first successes at each contact, ``[K, B, N]`` to ``[K, B]`` each."""
    before = np.cumsum(engaged, axis=0) - engaged > 0
    at_risk = touched & ~before
    return at_risk.sum(axis=2).astype(float), (engaged & at_risk).sum(axis=2).astype(float)


def email_alone(setting: Setting, volumes: Sequence[float], days: int) -> Scenario:
    """E-mail alone, with so many e-mails in 28 days per intensity."""
    return setting.build({"email": {"intensity": rate(*volumes), "trigger": 0.0}}, days=days)


def cut_to(intensity: int) -> Plan:
    """A month at intensity 1, then another intensity."""

    def plan(scenario: Scenario, day: int) -> I64:
        return weekly_messages(scenario, day, 1 if day < MONTH_DAYS else intensity)

    return plan


def complaints(setting: Setting) -> Arrays:
    """LinkedIn: opt-outs after the first month by the cut of e-mails, 0 % included."""
    cuts = (0, *COMPLAINTS)
    volumes = [EMAILS_BEFORE_CUT * (1 - percent / 100) for percent in cuts]
    scenario = email_alone(setting, volumes, COMPLAINT_DAYS)
    arms = (setting.arm(scenario, cut_to(level)) for level in range(1, len(cuts) + 1))
    return {f"cut_{percent}": opt_outs(arm) for percent, arm in zip(cuts, arms, strict=True)}


def opt_outs(trajectory: Trajectory) -> F64:
    """Opt-outs after the first month, float64 ``[B]``."""
    return np.asarray(trajectory.channels[MONTH_DAYS:, :, 0, OPT_OUTS].sum(axis=0), np.float64)


def long_run(setting: Setting) -> Arrays:
    """Pandora: customers whom e-mail can reach after one month and in the long run, by volume."""
    scenario = email_alone(setting, (SPARSE, 2 * SPARSE), LONG_MONTHS * MONTH_DAYS)
    ends = [MONTH_DAYS, LONG_MONTHS * MONTH_DAYS]
    return {
        name: setting.arm(scenario, partial(weekly_messages, intensity=intensity))
        .subscribed[ends, :, 0]
        .astype(np.float64)
        for intensity, name in enumerate(("sparse", "dense"), 1)
    }


def totals(
    arms: Mapping[str, Trajectory],
    columns: Mapping[str, int],
    span: tuple[int, int | None] = (0, None),
    when: str = "",
) -> Arrays:
    """Sums of the system's columns over a span of decisions, ``<arm>_<column><when>``, ``[B]``."""
    return {
        f"{name}_{what}{when}": total(arm, column, *span)
        for name, arm in arms.items()
        for what, column in columns.items()
    }


def display(setting: Setting) -> Arrays:
    """Johnson et al.: display in the second of three months, on top of the manual plan.

    Orders count with the probability they had and with their margin; there are no discounts.
    """
    everyone = {"reach": 1.0, "reach_per_decade": 0.0}
    scenario = setting.company({"display": everyone}, days=3 * MONTH_DAYS)
    shown = setting.arm(scenario, display_month)
    control = setting.arm(scenario, display_month, ("display",))
    columns = {"visits": VISITS, "orders": EXPECTED_MARGIN, "brand": BRAND}
    during, after = ((month * MONTH_DAYS, (month + 1) * MONTH_DAYS) for month in (1, 2))
    arms = {"shown": shown, "control": control}
    return {**totals(arms, columns, during), **totals(arms, columns, after, "_after")}


def display_month(scenario: Scenario, day: int) -> I64:
    """The manual plan; display is active in the second of three months."""
    plan = manual(scenario, day)
    if day // MONTH_DAYS != 1:
        plan[list(scenario.channels).index("display"), 0:-1:3] = 0
    return plan


def brand_ads(setting: Setting) -> Arrays:
    """Simonov, Nosko & Rao: ads on brand queries without rivals."""
    always = {"intensity": (0.0, 1.0, 1.0, 1.0, 1.0)}
    scenario = setting.build({"search": always}, days=MONTH_DAYS, customers=BRAND_ONLY)
    on = setting.arm(scenario, weekly_messages)
    off = setting.arm(scenario, weekly_messages, ("search",))
    columns = {"visits": VISITS, "orders": EXPECTED_MARGIN, "queries": BRAND}
    return totals({"on": on, "off": off}, columns)


def consistency(setting: Setting) -> Arrays:
    """Kantar: expected margin of campaigns with one message, and with one for each channel."""
    scenario = setting.company(days=CAMPAIGN_MONTHS * MONTH_DAYS)
    together, apart = (partial(campaigns, together=together) for together in (True, False))
    arms = {
        "together": setting.arm(scenario, together),
        "apart": setting.arm(scenario, apart),
        "silence": setting.arm(scenario, apart, tuple(scenario.channels)),
    }
    return {name: total(arm, EXPECTED_MARGIN) for name, arm in arms.items()}


def search_claims(setting: Setting) -> Arrays:
    """Revenue that the search platform claims, and expected revenue with and without search."""
    added: dict[str, Overrides] = {} if "search" in setting.scenario.channels else {"search": {}}
    scenario = setting.company(added, days=3 * MONTH_DAYS)
    on, off = setting.arm(scenario, manual), setting.arm(scenario, manual, ("search",))
    claimed = on.channels[:, :, list(scenario.channels).index("search"), CLAIMED].sum(axis=0)
    margin = scenario.customers.margin
    return {
        "claimed": claimed.astype(np.float64),
        "on": total(on, EXPECTED_MARGIN) / margin,
        "off": total(off, EXPECTED_MARGIN) / margin,
    }


class Replay(NamedTuple):
    """A published experiment that is set up again."""

    run: Callable[[Setting], Arrays]
    """Plays all arms."""
    cost: float
    """Expected time, in any unit."""
    share: float = 1.0
    """Of the configured population."""


REPLAYS = {
    "frequency": Replay(frequency, 40.0, 0.25),
    "one_email": Replay(one_email, 30.0),
    "display": Replay(display, 35.0),
    "brand_ads": Replay(brand_ads, 8.0),
    "pooled": Replay(pooled, 60.0, 0.25),
    "complaints": Replay(complaints, 8.0),
    "contacts": Replay(contacts, 4.0),
    "relevance": Replay(relevance, 35.0, 0.5),
    "long_run": Replay(long_run, 12.0, 0.25),
    "consistency": Replay(consistency, 45.0),
    "search_claims": Replay(search_claims, 25.0),
}
"""In the order of the report."""

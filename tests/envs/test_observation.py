"""Every number of an observation and of the state holds what its name says."""

from typing import Any

import numpy as np
import pytest

from onevoice.envs.company.budget import BudgetView
from onevoice.envs.engine import kernels as k
from onevoice.envs.engine.population import Survey, Tally
from onevoice.envs.interface.observation import (
    ObservationInputs,
    Observer,
    feature_names,
    no_actions,
    state_names,
)
from onevoice.envs.spec.channel import CATALOGUE
from onevoice.envs.spec.scenario import MESSAGES, Scenario
from tests.envs.builders import EMAIL, SOCIAL, dollars, hand_scenario, hand_survey, hand_tally

NEEDS = np.array([[[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]]])
# Per segment pressure, message and offer, at the end the audience.
ACTIONS = np.array([[[3, 1, 2, 0, 0, 0, 2], [4, 3, 0, 1, 2, 1, 1]]])
TALLY = hand_tally(
    {
        (EMAIL, 0): {
            k.TOUCHES: 50,
            k.ENGAGEMENTS: 20,
            k.CLICKS: 5,
            k.CLAIMED: dollars(20),
            k.OPT_OUTS: 1,
        },
        (SOCIAL, 0): {k.TOUCHES: 150},
    },
    {0: {k.CONFLICTS: 25}, 1: {k.CONFLICTS: 100}},
)


def observer(**observation: Any) -> tuple[Scenario, Observer]:
    scenario = hand_scenario(observation={"average_decisions": 4} | observation)
    seer = Observer(scenario, 1, np.array([50, 50]), np.zeros_like(NEEDS))
    seer.reset([0], NEEDS, hand_survey())
    return scenario, seer


def inputs(survey: Survey, tally: Tally = TALLY) -> ObservationInputs:
    budget = BudgetView(np.array([[0.75, 0.5]]), np.array([0.125]))
    return ObservationInputs(survey, tally, ACTIONS, budget, np.array([0.5]))


def observe(seer: Observer, channel: int = EMAIL) -> dict[str, float]:
    row = seer.observe(inputs(hand_survey()))[0, channel]
    return dict(zip(feature_names(seer._scenario), row.tolist(), strict=True))


def message(chosen: int) -> dict[str, float]:
    return {f"message/{name}": float(i == chosen) for i, name in enumerate(MESSAGES)}


def prefixed(prefix: str, values: dict[str, float]) -> dict[str, float]:
    return {prefix + name: value for name, value in values.items()}


DASHBOARD = {
    "touches": 1 / 3,  # half a touch per customer and day, beside the scale of one
    "engagement_rate": 0.4,
    "click_rate": 0.1,
    "claims": 0.5,  # $20 from 50 customers in 2 days are $200 per 1,000 and day, the scale
    "opt_outs": 10 / 12,  # 10 per 1,000 and day, beside the scale of 2
}


SAVINGS = 24**2 / (24**2 + (50 * CATALOGUE["email"].engagement + 4) ** 2)
"""Of 50 touches with this message 20 engaged, and 4 beside them as usual."""
CALENDAR = {"budget/month_elapsed": 0.125, "calendar/elapsed": 0.5, "calendar/left": 6 / 7}
PACE = {0.75: 6 / 13, 0.5: 4 / 11}
"""Three quarters or a half of the money beside seven eighths of the month."""


def segment_of_email(segment: int) -> dict[str, float]:
    """What email reads about a segment; all of its touches were in segment 0."""
    active = 1.0 if segment == 0 else 0.0
    own = (0.75, 1.0, 1) if segment == 0 else (0.0, 0.0, 0)
    values = {
        "reach": 0.6,
        **{f"{name}/last": value * active for name, value in DASHBOARD.items()},
        **{f"{name}/average": value * active / 4 for name, value in DASHBOARD.items()},
        **{f"message_engagement/{name}": 0.5 for name in MESSAGES},
        "own_intensity": own[0],
        "own_offer": own[1],
        **prefixed("own_", message(own[2])),
        "shared_pressure": 0.5,
        "shared_trust": 0.5,
        "shared_discount": 0.25 * active,  # a quarter of the touches at the deepest offer
        **{f"shared_message/{name}": 0.0 for name in MESSAGES},
    }
    flying = {"shared_message/savings": 0.25, "shared_message/trial": 0.75} if active else {}
    if active:
        flying["message_engagement/savings"] = SAVINGS
    return prefixed(f"segment_{segment}/", values | flying)


def test_every_feature_is_what_it_is_called() -> None:
    scenario, seer = observer()
    seer.watch(hand_survey(), TALLY, ACTIONS)
    expected = segment_of_email(0) | segment_of_email(1)
    audiences = {"everyone": 0.0, "engagers": 0.0, "rested": 1.0, "in_story": 0.0}
    expected |= prefixed("own_audience/", audiences)
    expected |= {f"message_engagement/{name}": 0.5 for name in MESSAGES} | {
        "message_engagement/savings": SAVINGS
    }
    expected |= {"budget/left": 0.75, "budget/pace": PACE[0.75]} | CALENDAR
    assert set(expected) == set(feature_names(scenario))
    assert observe(seer) == pytest.approx(expected)


def test_channels_see_their_own_figures() -> None:
    _, seer = observer()
    seer.watch(hand_survey(), TALLY, ACTIONS)
    social = observe(seer, SOCIAL)
    assert social["segment_0/reach"] == pytest.approx(0.4)
    assert social["segment_0/touches/last"] == pytest.approx(0.6)
    assert social["segment_1/own_intensity"] == 0.25
    assert social["own_audience/engagers"] == 1.0
    assert social["budget/left"] == 0.5


def test_every_entry_of_the_state_is_what_it_is_called() -> None:
    scenario, seer = observer()
    seer.watch(hand_survey(), TALLY, ACTIONS)
    common = {"alive": 0.8, "in_market": 0.25, "awareness": 0.25, "trust": 0.5, "pressure": 0.5}
    expected: dict[str, float] = {}
    for segment, conflicts in ((0, 0.2), (1, 0.5)):  # 0.25 and 1 per customer and day
        needs = dict(zip((f"need/{m}" for m in MESSAGES), NEEDS[0, segment], strict=True))
        expected |= prefixed(
            f"segment_{segment}/", common | {"depth": 0.125, "conflicts": conflicts} | needs
        )
    expected |= _actions("email_0", [(0.75, 1.0, 1), (0.0, 0.0, 0)], "rested", 0.75)
    expected |= _actions("social_0", [(1.0, 0.0, 3), (0.25, 0.5, 2)], "engagers", 0.5)
    expected |= CALENDAR
    row = seer.states(inputs(hand_survey()))[0].tolist()
    assert set(expected) == set(state_names(scenario))
    assert dict(zip(state_names(scenario), row, strict=True)) == pytest.approx(expected)


def _actions(
    agent: str, segments: list[tuple[float, float, int]], audience: str, budget: float
) -> dict[str, float]:
    values = {f"audience/{name}": 0.0 for name in ("everyone", "engagers", "rested", "in_story")}
    values |= {
        f"audience/{audience}": 1.0,
        "budget_left": budget,
        "budget_pace": PACE[budget],
    }
    for segment, (intensity, offer, message_index) in enumerate(segments):
        own = {"intensity": intensity, "offer": offer} | message(message_index)
        values |= prefixed(f"segment_{segment}/", own)
    return prefixed(f"{agent}/", values)


def test_averages_move_by_a_quarter_each_time() -> None:
    _, seer = observer()
    expected = 0.0
    for tally in (TALLY, TALLY, hand_tally(), TALLY):
        seer.watch(hand_survey(), tally, ACTIONS)
        expected += (0.4 * (tally is TALLY) - expected) / 4
        seen = observe(seer)
        assert seen["segment_0/engagement_rate/average"] == pytest.approx(expected)
        assert seen["segment_0/engagement_rate/last"] == pytest.approx(0.4 * (tally is TALLY))


@pytest.mark.parametrize(("lag_hours", "behind"), [(0, 0), (10, 1), (48, 1), (96, 2)])
def test_the_common_context_is_as_old_as_its_lag(lag_hours: float, behind: int) -> None:
    _, seer = observer(sync_lag_hours=lag_hours)
    trusts = [0.5, 0.25, 0.75, 0.125]  # the first is the start
    for time in range(1, 4):
        seer.watch(hand_survey(means=(0, trusts[time], 0, 0)), hand_tally(), ACTIONS)
        assert observe(seer)["segment_0/shared_trust"] == trusts[max(time - behind, 0)]


def test_siloed_channels_see_no_common_context() -> None:
    scenario, seer = observer(scope="siloed")
    seer.watch(hand_survey(), TALLY, ACTIONS)
    names = feature_names(scenario)
    assert not any("shared" in name for name in names)
    assert set(observe(seer)) == set(names)


def test_a_reset_forgets_one_environment_alone() -> None:
    scenario = hand_scenario()
    seer = Observer(scenario, 2, np.array([50, 50]), np.tile(NEEDS, (2, 1, 1)))
    twice = (_twice(hand_survey(), Survey), _twice(TALLY, Tally))
    seer.reset([0, 1], np.tile(NEEDS, (2, 1, 1)), twice[0])
    seer.watch(*twice, np.tile(ACTIONS, (2, 1, 1)))
    seer.reset([1], np.tile(NEEDS, (2, 1, 1)), _twice(hand_survey(means=(0, 1, 0, 0)), Survey))
    now = ObservationInputs(
        *twice, no_actions(scenario, 2), BudgetView(np.ones((2, 2)), np.zeros(2)), np.zeros(2)
    )
    names, rows = feature_names(scenario), seer.observe(now)[:, EMAIL]
    touches, trust = names.index("segment_0/touches/last"), names.index("segment_1/shared_trust")
    assert rows[:, touches].tolist() == pytest.approx([1 / 3, 0.0])
    assert rows[:, trust].tolist() == [0.5, 1.0]


def _twice(group: Any, kind: Any) -> Any:
    return kind(*(np.repeat(array, 2, axis=0) for array in group))


def test_nothing_divides_by_zero_when_all_have_left() -> None:
    _, seer = observer()
    gone = hand_survey(alive=0, in_market=0, subscribed=(0, 0))
    seer.watch(gone, hand_tally(), ACTIONS)
    assert np.isfinite(seer.observe(inputs(gone))).all()
    assert np.isfinite(seer.states(inputs(gone))).all()

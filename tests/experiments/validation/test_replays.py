"""Every replay runs, and its scenarios and plans are as described."""

from typing import Any

import numpy as np
import pytest

from onevoice.envs.engine.kernels import (
    BRAND,
    CHANNEL_COLUMNS,
    CHURN_LUCK,
    EQUITY,
    EXPECTED_MARGIN,
    GENERIC,
    OPT_OUTS,
    REFUSED,
    SPEND,
    SURVEY_COLUMNS,
    SYSTEM_COLUMNS,
    TOUCHES,
    VISITS,
)
from onevoice.envs.spec.channel import CATALOGUE
from onevoice.envs.spec.scenario import MONTH_DAYS, Scenario
from onevoice.envs.typing import Arrays
from onevoice.experiments.core.trajectories import Trajectory
from onevoice.experiments.validation import replays
from onevoice.experiments.validation.config import Config
from onevoice.experiments.validation.published import ROWS
from onevoice.experiments.validation.run import run_replay
from onevoice.experiments.validation.simulations import (
    Setting,
    campaigns,
    lifetime_profit,
    rate,
    total,
    weekly_messages,
)

NOBODY = np.zeros((3, 1, 1))


def base(**overrides: Any) -> Scenario:
    return Scenario.model_validate({"channels": ["email"], **overrides})


def setting(population: int, **overrides: Any) -> Setting:
    return Setting(base(**overrides), (5, 6), (1, 2), population)


@pytest.mark.parametrize("name", replays.REPLAYS)
def test_a_replay_gives_every_sample_of_its_rows_as_finite_numbers(
    name: str, arrays: dict[str, Arrays], config: Config
) -> None:
    for row in ROWS[name]:
        for sample in row.samples:
            values = arrays[name][sample].astype(np.float64)
            assert values.shape[-1] == config.markets
            assert np.isfinite(values).all()


def test_a_replay_gives_the_same_again(arrays: dict[str, Arrays], config: Config) -> None:
    again = run_replay(config, "contacts", lambda *_: None)
    assert all(np.array_equal(again[key], value) for key, value in arrays["contacts"].items())


def test_every_replay_has_rows_in_the_order_of_the_report() -> None:
    assert list(ROWS) == list(replays.REPLAYS)


def test_a_scenario_keeps_the_customers_and_takes_absent_channels_from_the_catalogue() -> None:
    own = setting(50, channels={"email": {"click": 0.5}}, customers={"tolerance": 9.0})
    sets = {"email": {"trigger": 0.0}, "sms": {"reach": 1.0}}
    world = own.build(sets, days=7, customers={"churn": 0.0})
    assert (world.customers.tolerance, world.customers.churn) == (9.0, 0.0)
    assert (world.channels["email"].click, world.channels["email"].trigger) == (0.5, 0.0)
    assert world.channels["sms"] == CATALOGUE["sms"].model_copy(update={"reach": 1.0})


def test_e_mails_are_as_many_as_asked_for() -> None:
    small = setting(2000)
    email = {"intensity": rate(7.0), "trigger": 0.0, "reach": 1.0, "reach_per_decade": 0.0,
             "opt_out": 0.0}  # fmt: skip
    world = small.build({"email": email}, days=MONTH_DAYS, customers={"churn": 0.0})
    trajectory = small.arm(world, weekly_messages)
    assert trajectory.channels[..., TOUCHES].sum() / 4000 == pytest.approx(7.0, rel=0.03)
    assert trajectory.channels[..., REFUSED].sum() == 0


def test_levels_of_frequency_are_gains_over_silence() -> None:
    profit = replays.frequency_profit(setting(60), (0.0, 4.0), 14)
    assert profit.shape == (2, 2)
    assert (profit[0] == 0.0).all()
    assert (profit[1] != 0.0).all()


def test_lifetime_profit_is_margin_less_spend_plus_change_of_equity_without_luck() -> None:
    channels, system = np.zeros((2, 1, 1, CHANNEL_COLUMNS)), np.zeros((2, 1, SYSTEM_COLUMNS))
    survey = np.zeros((3, 1, SURVEY_COLUMNS))
    system[:, 0, EXPECTED_MARGIN], system[:, 0, CHURN_LUCK] = (300_000, 200_000), (10_000, 0)
    channels[:, 0, 0, SPEND], survey[:, 0, EQUITY] = 50_000, (900_000, 0, 700_000)
    trajectory = Trajectory(*(x.astype(np.int64) for x in (channels, system, survey, NOBODY)))
    dollars = 30 + 20 + 1 - 2 * 5 - 20
    assert lifetime_profit(trajectory, population=500).tolist() == [dollars * 2]


def test_following_shows_every_tick() -> None:
    small = setting(40)
    world = small.build({"email": {}}, days=2, decision_hours=3.0)
    clocks = [now for now, _ in small.follow(world, weekly_messages)]
    assert clocks == list(range(world.clock_start, world.clock_start + 16))


def test_the_volume_is_cut_after_a_month() -> None:
    small = setting(1000)
    world = replays.email_alone(small, (12.0, 6.0), replays.COMPLAINT_DAYS)
    before, after = (small.arm(world, replays.cut_to(level)) for level in (1, 2))
    same = slice(0, MONTH_DAYS)
    assert np.array_equal(before.channels[same], after.channels[same])
    sent = [trajectory.channels[MONTH_DAYS:, ..., TOUCHES].sum() for trajectory in (before, after)]
    assert sent[1] < 0.6 * sent[0]
    assert replays.opt_outs(before).sum() == before.channels[MONTH_DAYS:, ..., OPT_OUTS].sum()


def test_the_company_keeps_its_money_and_display_has_its_own() -> None:
    split = {"kind": "split", "pacing": "daily", "amount": 5, "split": {"email": 5}}
    world = setting(100, budget=split).company({"display": {}}, days=84)
    assert world.budget.split["email"] == 5
    assert world.budget.split["display"] == world.budget.amount - 5


def test_display_is_active_in_the_second_month_alone() -> None:
    small = setting(200)
    world = small.company({"display": {}}, days=84)
    shown = small.arm(world, replays.display_month)
    by_month = shown.channels[:, :, 1, TOUCHES].sum(axis=1).reshape(3, MONTH_DAYS).sum(axis=1)
    assert by_month[1] > 0
    assert by_month[0] == by_month[2] == 0
    assert shown.channels[:, :, 0, TOUCHES].sum() > 0


def test_all_channels_have_one_message_or_each_its_own() -> None:
    scenario = base(channels=["email", "social", "display"])
    assert campaigns(scenario, 30, True)[:, 1].tolist() == [1, 1, 1]
    assert campaigns(scenario, 30, False)[:, 1].tolist() == [1, 2, 3]
    assert not campaigns(scenario, 30, True)[:, 2:-1:3].any()


def test_brand_ads_meet_brand_queries_alone() -> None:
    small = setting(500)
    world = small.build({"search": {}}, days=MONTH_DAYS, customers=replays.BRAND_ONLY)
    trajectory = small.arm(world, weekly_messages, ("search",))
    assert total(trajectory, GENERIC).sum() == 0
    assert 0 < total(trajectory, VISITS).sum() <= total(trajectory, BRAND).sum()

"""Every trial runs, and its worlds are what they are said to be."""

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
from onevoice.experiments.core.trajectories import Course
from onevoice.experiments.validation import company, complaints, display, search
from onevoice.experiments.validation.config import Config
from onevoice.experiments.validation.frequency import frequency_profit
from onevoice.experiments.validation.trials import TRIALS, run_trial
from onevoice.experiments.validation.worlds import (
    Worlds,
    arm,
    follow,
    lifetime_profit,
    rate,
    rotation,
    total,
    world_of,
)

WORLDS = Worlds((5, 6), (1, 2))
NOBODY = np.zeros((3, 1, 1))


def base(**overrides: Any) -> Scenario:
    return Scenario.model_validate({"channels": ["email"], **overrides})


@pytest.mark.parametrize("name", TRIALS)
def test_a_trial_gives_every_sample_of_its_rows_as_finite_numbers(
    name: str, parts: dict[str, Arrays], config: Config
) -> None:
    for row in TRIALS[name].rows:
        for sample in row.samples:
            values = parts[name][sample].astype(np.float64)
            assert values.shape[-1] == config.markets
            assert np.isfinite(values).all()


def test_a_trial_gives_the_same_again(parts: dict[str, Arrays], config: Config) -> None:
    again = run_trial(config, "contacts", lambda *_: None)
    assert all(np.array_equal(again[key], value) for key, value in parts["contacts"].items())


def test_a_world_keeps_the_customers_and_takes_absent_channels_from_the_catalogue() -> None:
    scenario = base(channels={"email": {"click": 0.5}}, customers={"tolerance": 9.0})
    sets = {"email": {"trigger": 0.0}, "sms": {"reach": 1.0}}
    world = world_of(scenario, sets, days=7, population=50, customers={"churn": 0.0})
    assert (world.customers.tolerance, world.customers.churn) == (9.0, 0.0)
    assert (world.channels["email"].click, world.channels["email"].trigger) == (0.5, 0.0)
    assert world.channels["sms"] == CATALOGUE["sms"].model_copy(update={"reach": 1.0})


def test_e_mails_are_as_many_as_asked_for() -> None:
    world = world_of(
        base(), {"email": {"intensity": rate(7.0), "trigger": 0.0, "reach": 1.0,
        "reach_per_decade": 0.0, "opt_out": 0.0}}, days=MONTH_DAYS, population=2000,
        customers={"churn": 0.0},
    )  # fmt: skip
    course = arm(world, rotation, WORLDS)
    assert course.channels[..., TOUCHES].sum() / 4000 == pytest.approx(7.0, rel=0.03)
    assert course.channels[..., REFUSED].sum() == 0


def test_levels_of_frequency_are_gains_over_silence() -> None:
    profit = frequency_profit(base(), (0.0, 4.0), *WORLDS, population=60, days=14)
    assert profit.shape == (2, 2)
    assert (profit[0] == 0.0).all()
    assert (profit[1] != 0.0).all()


def test_lifetime_profit_is_margin_less_spend_plus_change_of_equity_without_luck() -> None:
    channels, system = np.zeros((2, 1, 1, CHANNEL_COLUMNS)), np.zeros((2, 1, SYSTEM_COLUMNS))
    survey = np.zeros((3, 1, SURVEY_COLUMNS))
    system[:, 0, EXPECTED_MARGIN], system[:, 0, CHURN_LUCK] = (300_000, 200_000), (10_000, 0)
    channels[:, 0, 0, SPEND], survey[:, 0, EQUITY] = 50_000, (900_000, 0, 700_000)
    course = Course(*(x.astype(np.int64) for x in (channels, system, survey, NOBODY)))
    dollars = 30 + 20 + 1 - 2 * 5 - 20
    assert lifetime_profit(course, population=500).tolist() == [dollars * 2]


def test_following_shows_every_tick() -> None:
    world = world_of(base(), {"email": {}}, days=2, population=40, decision_hours=3.0)
    clocks = [now for now, _ in follow(world, rotation, WORLDS)]
    assert clocks == list(range(world.clock_start, world.clock_start + 16))


def test_the_volume_is_cut_after_a_month() -> None:
    world = complaints.email_world(base(), (12.0, 6.0), complaints.DAYS, 1000)
    before, after = (arm(world, complaints.cut_to(level), WORLDS) for level in (1, 2))
    same = slice(0, MONTH_DAYS)
    assert np.array_equal(before.channels[same], after.channels[same])
    sent = [course.channels[MONTH_DAYS:, ..., TOUCHES].sum() for course in (before, after)]
    assert sent[1] < 0.6 * sent[0]
    assert complaints.opt_outs(before).sum() == before.channels[MONTH_DAYS:, ..., OPT_OUTS].sum()


def test_the_company_keeps_its_money_and_display_has_its_own() -> None:
    split = {"kind": "split", "pacing": "daily", "amount": 5, "split": {"email": 5}}
    world = company.company(base(budget=split), {"display": {}}, days=84, population=100)
    assert world.budget.split["email"] == 5
    assert world.budget.split["display"] == world.budget.amount - 5


def test_display_speaks_in_the_second_month_alone() -> None:
    world = company.company(base(), {"display": {}}, days=84, population=200)
    shown = arm(world, display.campaign, WORLDS)
    by_month = shown.channels[:, :, 1, TOUCHES].sum(axis=1).reshape(3, MONTH_DAYS).sum(axis=1)
    assert by_month[1] > 0
    assert by_month[0] == by_month[2] == 0
    assert shown.channels[:, :, 0, TOUCHES].sum() > 0


def test_all_channels_tell_one_story_or_each_its_own() -> None:
    scenario = base(channels=["email", "social", "display"])
    assert company.stories(scenario, 30, True)[:, 1].tolist() == [1, 1, 1]
    assert company.stories(scenario, 30, False)[:, 1].tolist() == [1, 2, 3]
    assert not company.stories(scenario, 30, True)[:, 2:-1:3].any()


def test_brand_ads_meet_brand_queries_alone() -> None:
    world = world_of(
        base(), {"search": {}}, days=MONTH_DAYS, population=500, customers=search.BRAND_ONLY
    )
    course = arm(world, rotation, WORLDS, ("search",))
    assert total(course, GENERIC).sum() == 0
    assert 0 < total(course, VISITS).sum() <= total(course, BRAND).sum()

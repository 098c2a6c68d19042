"""Variants are played as they are called; sentences from chosen numbers; the command."""

import json
from pathlib import Path

import numpy as np
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.engine.market import market_ids
from onevoice.envs.engine.parameters import pack_channels
from onevoice.envs.spec.coordination import RULES
from onevoice.experiments.cli import main
from onevoice.experiments.core.rollout import evaluate
from onevoice.experiments.staleness.estimates import lag_label
from onevoice.experiments.staleness.report import findings, make_study
from onevoice.experiments.staleness.run import (
    event_share,
    leaky_rules,
    play_task,
    spread,
    variants,
)
from onevoice.policies import make
from tests.experiments.mistakes import Capture, error_line, instead
from tests.experiments.staleness.builders import config, estimates

COMMAND = [
    "staleness", "smoke", "--markets", "2", "--workers", "1", "--resamples", "50",
    "--scenario.population", "100", "--lags", "0,6", "--policies", "manual",
]  # fmt: skip


def test_a_task_holds_every_variant_as_an_evaluation_finds_it() -> None:
    scenario = load_scenario("quartet", coordination="full", population=300, days=7)
    setting = config(scenario=scenario, lags=(0.0, 24.0), policies=("manual",))
    reports: list[tuple[int, int]] = []
    found = play_task(setting, "policy_0", lambda _, *counts: reports.append(counts))
    assert reports == [(done, 4 * 7) for done in range(1, 4 * 7 + 1)]
    stale = load_scenario(scenario, observation={"sync_lag_hours": 24})
    markets = market_ids("test", setting.markets)
    metrics = evaluate("", make("manual", stale), stale, markets, 0, replay_search=False).metrics
    np.testing.assert_array_equal(found["triggered/24/ncv"], metrics["ncv"])
    np.testing.assert_array_equal(found["triggered/24/bursts"], metrics["bursts"])
    own = [metrics[f"{channel}/leaks/gap"] for channel in scenario.channels]
    np.testing.assert_array_equal(found["triggered/24/leaks/gap"], np.sum(own, axis=0))
    for rule in leaky_rules(scenario):
        assert found[f"triggered/0/leaks/{rule}"].sum() == 0.0
    assert found["spread/24/leaks/gap"].sum() > 0.0


def test_spread_sends_ask_for_as_many_touches() -> None:
    scenario = load_scenario("quartet", coordination="full", days=14)
    setting = config(scenario=scenario, lags=(0.0, 24.0), policies=("manual",), markets=4)
    found = play_task(setting, "policy_0", lambda *_: None)
    triggered, spread_out = (found[f"{sends}/0/wishes"].sum() for sends in ("triggered", "spread"))
    assert spread_out == pytest.approx(triggered, rel=0.01)


def test_spreading_keeps_the_mean_chance_of_a_send() -> None:
    setting = config(scenario=load_scenario("quartet"))
    before, after = (
        pack_channels(scenario) for scenario in (setting.at_lag(0.0), spread(setting, 0.0, 0.1))
    )
    mean = 0.9 * before.base_chance + 0.1 * before.triggered_chance
    for row, channel in enumerate(setting.scenario.channels.values()):
        if channel.kind == "push":
            np.testing.assert_allclose(after.base_chance[row], mean[row], rtol=1e-5)
            np.testing.assert_allclose(after.triggered_chance[row], mean[row], rtol=1e-5)
        else:
            np.testing.assert_array_equal(after.triggered_chance[row], before.triggered_chance[row])


def test_events_are_visits_for_each_tick_of_a_customer() -> None:
    share = event_share(config(scenario=load_scenario("quartet", days=7)), "manual")
    assert 0.001 < share < 0.05
    nobody = {"direct_visits": 0, "direct_visits_idle": 0, "brand_queries": 0}
    nobody |= {"brand_queries_idle": 0, "generic_queries": 0}
    idle = load_scenario("quartet", days=7, customers=nobody)
    assert event_share(config(scenario=idle), "silent") == 0.0


def test_variants_differ_in_age_and_in_triggers_alone() -> None:
    setting = config()
    found = variants(setting, 0.0)
    keys = [f"{sends}/{lag}" for sends in ("triggered", "spread") for lag in ("0", "0.5", "6")]
    assert list(found) == keys
    assert found["triggered/6"] == load_scenario(
        setting.scenario, observation={"sync_lag_hours": 6}
    )
    off = load_scenario(found["triggered/6"], mechanisms={"triggers": False})
    assert found["spread/6"] == off  # without events there is nothing to make up for


def test_a_scenario_without_rules_gets_all_of_them() -> None:
    assert config(scenario=load_scenario("duet")).scenario.coordination.rules == RULES
    own = load_scenario("duet", coordination="caps_only")
    assert config(scenario=own).scenario == own


def test_numbers_are_for_1000_customers_and_28_days() -> None:
    made = estimates()
    assert made.rules == ("gap", "lock")
    assert made.level("greedy", "spread", 6.0, "leaks/gap").value == pytest.approx(120.0)
    assert made.level("greedy", "triggered", 6.0, "leaks").value == pytest.approx(260.0)
    assert made.level("greedy", "spread", 6.0, "opt_outs").value == pytest.approx(500.0)
    assert made.level("greedy", "spread", 0.0, "ncv").value == pytest.approx(100.0)
    assert made.per_touch("greedy", "spread", 6.0, "leaks/gap").value == pytest.approx(60.0)
    assert tuple(made.by_lag("greedy", "spread", 6.0, "ncv")) == pytest.approx((-60.0,) * 3)
    assert tuple(made.by_triggers("manual", 6.0, "leaks")) == pytest.approx((20.0,) * 3)
    assert made.by_triggers("manual", 0.0, "leaks").value == 0.0


def test_sentences_and_tables_follow_the_intervals() -> None:
    greedy, triggered, manual, _ = findings(estimates())
    assert greedy == (
        "Under greedy, rules with data 6 h old leak 260 times in 2,000 touches for 1,000 "
        "customers and 28 days; compared with fresh data, net customer value is $60 lower ($60 to "
        "$60)."
    )
    assert triggered == (
        "Under greedy, rules with data 30 min old leak 20.0 times for 1,000 customers and 28 "
        "days if no send is triggered; triggers change that by 20.0 (20.0 to 20.0)."
    )
    assert "net customer value is not told apart ($0 to $0)." in manual
    study = make_study(estimates())
    assert {table.name: len(table.rows) for table in study.tables} == {
        "breaches": 12, "consequences": 12, "triggers": 6, "rules": 8, "rates": 8,
    }  # fmt: skip
    assert study.tables[1].rows[2]["lost"] == pytest.approx((-60.0, -60.0, -60.0))
    assert [figure.name for figure in study.figures] == ["staleness"]


@pytest.mark.parametrize(
    ("hours", "label"), [(0.0, "fresh"), (1 / 6, "10 min"), (3.0, "3 h"), (24.0, "24 h")]
)
def test_ages_in_words(hours: float, label: str) -> None:
    assert lag_label(hours) == label


def test_the_command_leaves_a_report(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    assert main([*COMMAND, "--out", str(out)]) == 0
    assert "Under manual, rules with data 6 h old leak" in capsys.readouterr().out
    found = json.loads((out / "staleness.json").read_text())
    assert set(found["tables"]) == {"breaches", "consequences", "triggers", "rules", "rates"}
    assert found["config"]["scenario"]["coordination"]["gap"] == {"hours": 24.0}
    assert (out / "figures" / "staleness.png").is_file()
    assert [path.stem for path in (out / "tasks").iterdir()] == ["policy_0"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--lags", "0"], "lags must be 0 and others, which are compared with it"),
        (["--lags", "1,3"], "lags must be 0 and others, which are compared with it"),
        (["--lags", "0,3,3"], "lags must rise"),
        (["--lags", "0,-1"], "lags.1"),
        (["--lags", "0,500"], "coordination.at_risk looks back 48 hours and sync_lag_hours 500"),
        (["--policies", "greedi"], "policies.0: unknown policy 'greedi'; did you mean 'greedy'?"),
        (["--policies", "manual,manual"], "each of policies may be named once"),
        (["--policies", "[]"], "policies is empty: there is nobody to play"),
        (["--scenario.coordination", "ful"], "unknown coordination layer 'ful'; did you mean"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str], expected: str, tmp_path: Path, capsys: Capture
) -> None:
    given = [*instead(COMMAND, words), "--out", str(tmp_path / "out")]
    assert error_line(given, capsys).startswith(expected)

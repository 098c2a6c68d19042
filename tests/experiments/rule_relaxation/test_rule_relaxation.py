"""Variants are played under their rules; sentences from chosen numbers; the command."""

import json
from pathlib import Path

import numpy as np
import pytest

from onevoice.envs import load_scenario
from onevoice.envs.engine.market import market_ids
from onevoice.envs.interface.vector_env import ChannelsVectorEnv
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import F64
from onevoice.experiments.cli import main
from onevoice.experiments.core.rollout import episode_seeds
from onevoice.experiments.rule_relaxation.report import make_study
from onevoice.experiments.rule_relaxation.run import play_task, schedule, task_costs, variants
from onevoice.policies import make
from tests.experiments.mistakes import Capture, error_line, instead
from tests.experiments.rule_relaxation.builders import config, estimates

MINUS = "\N{MINUS SIGN}"
SMALL = config(scenario=load_scenario("duet", days=20, population=200), week_days=5.0, markets=2)
COMMAND = [
    "rule-relaxation", "smoke", "--markets", "2", "--steps", "2", "--week-days", "2",
    "--workers", "1", "--resamples", "50", "--scenario.population", "100",
]  # fmt: skip


def lived(scenario: Scenario, market: int, seed: int) -> dict[str, F64]:
    """Metrics of one episode under greedy channels."""
    env, greedy = ChannelsVectorEnv(scenario, 1, auto_reset=False), make("greedy", scenario)
    observations = env.reset([seed], [market])
    greedy.reset(1, seed)
    for _ in range(scenario.decisions):
        observations = env.step(greedy.act_batch(observations)).observations
    return env.metrics()


def test_a_step_of_the_schedule_is_an_episode_under_those_rules() -> None:
    reports: list[tuple[int, int]] = []
    [market, other] = list(task_costs(SMALL))
    found = play_task(SMALL, other, lambda _, *counts: reports.append(counts))
    assert market != other
    assert variants(SMALL) == ["kept", "step_1", "step_2", "dashboard", "truth", "patient"]
    assert reports == [(done, 6) for done in range(1, 7)]
    seed = episode_seeds(SMALL.seed, 2)[1]
    for name, rules in zip(variants(SMALL), schedule(SMALL.scenario.coordination, 3), strict=False):
        scenario = load_scenario(SMALL.scenario, coordination=rules.model_dump())
        metrics = lived(scenario, market_ids("test", 2)[1], seed)
        np.testing.assert_allclose(found[f"{name}/ncv"].mean(), metrics["ncv"][0])
        np.testing.assert_allclose(found[f"{name}/trust"][-1], metrics["trust"][0])
        touches = sum(metrics[f"{channel}/touches"][0] for channel in scenario.channels)
        np.testing.assert_allclose(found[f"{name}/touches"].mean() * 0.2 * 20 / 28, touches)


def test_a_manager_follows_what_is_seen() -> None:
    found = play_task(SMALL, "market_0", lambda *_: None)
    for name, watched, fall, otherwise, patience in (
        ("dashboard", "claims", 1, 0, 1), ("truth", "ncv", -1, 1, 1), ("patient", "ncv", -1, 1, 2),
    ):  # fmt: skip
        seen, steps = found[f"{name}/{watched}"], 2 * found[f"{name}/looseness"]
        assert steps[0] == steps[1] == 0.0
        for week in range(2, SMALL.weeks):
            fell = [seen[w] < seen[w - 1] for w in range(max(1, week - patience), week)]
            calm = otherwise if len(fell) == patience and not any(fell) else 0
            change = fall if fell[-1] else calm
            assert steps[week] == np.clip(steps[week - 1] + change, 0, 2)


def test_a_task_is_the_same_every_time() -> None:
    one, other = (play_task(SMALL, "market_1", lambda *_: None) for _ in range(2))
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_sentences_and_tables_follow_the_intervals() -> None:
    study = make_study(estimates())
    steps, dashboard, truth, patient, *between = study.findings
    assert steps == (
        "From strict rules to none: touches +200 % (200 to 200), claims +300 % (300 to 300), "
        f"engagements per touch {MINUS}67 % ({MINUS}67 to {MINUS}67), claims per touch +33 % "
        "(33 to 33); net customer value is $200 lower ($200 to $200)."
    )
    assert dashboard == (
        "A manager who watches claims ends at a looseness of 1.00; in the last 28 days, compared "
        "with the strict rules, net customer value is $75 lower ($75 to $75)."
    )
    assert truth.endswith("net customer value is not told apart ($0 to $0).")
    assert patient.startswith("A manager who patiently watches NCV ends at")
    assert between == [
        f"With a manager who {how}watches NCV, compared with one who watches claims, net customer "
        "value is $75 higher ($75 to $75)."
        for how in ("", "patiently ")
    ]
    rows = {table.name: table.rows for table in study.tables}
    assert {name: len(found) for name, found in rows.items()} == {
        "dashboards": 3, "truth": 3, "managers": 4, "weeks": 16,
    }  # fmt: skip
    assert rows["dashboards"][1]["engagement_rate"] == pytest.approx((0.5, 0.5, 0.5))
    assert rows["truth"][2]["lost"] == pytest.approx((-200.0, -200.0, -200.0))
    assert rows["weeks"][7]["ncv"] == pytest.approx((110.0, 100.0, 120.0), abs=5.0)
    assert {figure.name for figure in study.figures} == {"rule_relaxation", "managers"}


def test_the_command_leaves_a_report(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    assert main([*COMMAND, "--out", str(out)]) == 0
    assert "From strict rules to none" in capsys.readouterr().out
    found = json.loads((out / "rule-relaxation.json").read_text())
    assert set(found["tables"]) == {"dashboards", "truth", "managers", "weeks"}
    assert found["config"]["scenario"]["coordination"]["kind"] == "rules"
    assert {path.stem for path in (out / "figures").iterdir()} == {"rule_relaxation", "managers"}
    assert {path.stem for path in (out / "tasks").iterdir()} == {"market_0", "market_1"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--policy", "greedi"], "policy: unknown policy 'greedi'; did you mean 'greedy'?"),
        (["--policy", "runs/none"], "policy: runs/none: there is no such training run"),
        (["--week-days", "3"], "days must be a whole number of week_days, not 4.66667"),
        (["--week-days", "0.5"], "week_days must be a whole number of decisions, not 0.5"),
        (["--week-days", "7"], "2 weeks are too few to compare two and act on it"),
        (["--scenario.coordination.kind", "rules"], "coordination has none of recent_purchase"),
        (["--scenario.coordination.kind", "orchestrator"], "managers revise rules alone; set"),
        (["--steps", "1"], "steps"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str], expected: str, tmp_path: Path, capsys: Capture
) -> None:
    given = [*instead(COMMAND, words), "--out", str(tmp_path / "out")]
    assert error_line(given, capsys).startswith(expected)

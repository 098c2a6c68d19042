"""The report: verdicts, what is missing, headline, figures and page, from findings made by hand."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from onevoice.envs import load_scenario
from onevoice.experiments.core.statistics import Estimate
from onevoice.experiments.report.files import as_json
from onevoice.experiments.report.html import as_page
from onevoice.experiments.report.study import Table
from onevoice.experiments.speed import Config, targets
from onevoice.experiments.speed.estimates import Call, Layer, Peak, Roof, Speed, Start
from onevoice.experiments.speed.peers.contests import PEERS, Contest, Result, Side
from onevoice.experiments.speed.report import INSTALL, all_tables, make_study
from onevoice.experiments.speed.run import Findings
from onevoice.experiments.speed.targets import Target

CONFIG = Config(scenario=load_scenario("quartet"))
IDLE = Side(lambda: 0.0, 1.0)


def around(value: float) -> Estimate:
    return Estimate(value, 0.9 * value, 1.2 * value)


def result(place: int, ours: float, theirs: float) -> Result:
    peer = PEERS[place]._replace(target=PEERS[place].target and Target(10, at_least=True))
    return Result(peer, Contest(IDLE, IDLE, 1000, 1), around(ours), around(theirs))


BOUNDS = {
    "ENGINE": {(4, 1): Target(2.5), (4, 2): Target(2.5)},
    "SPEED_UP": Target(1.5, at_least=True),
    "CALL": Target(2),
    "PETTINGZOO": {2: Target(5)},
    "FIRST_STEP": Target(1.5),
    "COMPILE": Target(40),
}
"""Bounds of these tests, whatever those of the study are."""
FOUND = Findings(
    start=Start(around(1.2), around(0.8), 21.0, 0.5, Counter({512: 30, 256: 20, 128: 10, 32: 50})),
    bytes={"quartet": 83.0, "septet": 150.0},
    peak=Peak("septet", 1_000_000, 200 * 2**20, 325 * 2**20),
    speeds=[
        Speed("quartet", 4, 10_000, 1, around(30.0), around(10.0)),
        Speed("quartet", 4, 100_000, 1, around(24.0), around(10.0)),
        Speed("quartet", 4, 100_000, 2, around(18.0), around(6.0)),
        Speed("five", 5, 100_000, 1, around(40.0), around(10.0)),
    ],
    roofs=[
        Roof("quartet", 4, ticks, around(10.0), around(9.0), around(8.0 / ticks), 100_000)
        for ticks in (1, 8)
    ],
    layers=[
        Layer("quartet", 4, 100_000, 0.0, around(20.0), around(25.0)),
        Layer("quartet", 4, 100_000, 24.0, around(20.0), around(32.0)),
    ],
    calls=[
        Call("arrays", "duet", 2, 1, around(40.0), around(20.0)),
        Call("arrays", "duet", 2, 64, around(400.0), around(20.0)),
        Call("PettingZoo", "duet", 2, 1, around(151.0), around(20.0)),
    ],
    results=[
        result(0, 20e-9, 400e-9),
        Result(PEERS[1]),
        result(3, 1e-5, 5e-5),
        result(5, 2e-5, 1e-5),
    ],
)


@pytest.fixture(autouse=True)
def bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, bound in BOUNDS.items():
        monkeypatch.setattr(targets, name, bound)


@pytest.fixture
def tables() -> dict[str, Table]:
    return {table.name: table for table in all_tables(FOUND)}


def verdicts(table: Table) -> list[object]:
    return [row.get("verdict") for row in table.rows]


def test_the_engine_is_judged_beside_the_loop_where_a_target_holds(
    tables: dict[str, Table],
) -> None:
    rows = tables["engine"].rows
    assert [row["ratio"] for row in rows] == [3.0, 2.4, 3.0, 4.0]
    assert verdicts(tables["engine"]) == ["", "met", "missed", ""]
    assert rows[1]["target"] == "\N{LESS-THAN OR EQUAL TO} 2.5"


def test_two_threads_are_judged_beside_one(tables: dict[str, Table]) -> None:
    [row] = tables["threads"].rows
    assert [row["engine"], row["loop"]] == pytest.approx([4 / 3, 5 / 3])
    assert (row["to"], row["verdict"]) == ("one thread", "missed")


def test_every_target_says_what_it_is_a_ratio_to(tables: dict[str, Table]) -> None:
    for table in tables.values():
        for row in table.rows:
            assert bool(row.get("target")) == bool(row.get("to"))
            assert bool(row.get("target")) == bool(row.get("verdict"))
    told = {str(row["to"]) for table in tables.values() for row in table.rows if row.get("to")}
    assert told == {
        "calibration loop", "one thread", "fastest population", "no rules", "wide and single ones",
        "calibration calls", "customers", "imports alone", "compiling the calibration loop",
        "the peer",
    }  # fmt: skip


def test_growth_is_the_slowest_beside_the_fastest_population(tables: dict[str, Table]) -> None:
    [row] = tables["growth"].rows
    assert (row["scenario"], row["populations"]) == ("quartet", "10,000 to 100,000")
    assert row["spread"] == pytest.approx(25.0)
    assert row["verdict"] == "missed"


def test_rules_are_judged_by_what_the_same_costs_without(tables: dict[str, Table]) -> None:
    assert [row["ratio"] for row in tables["rules"].rows] == [1.25, 1.6]
    assert verdicts(tables["rules"]) == ["met", "missed"]


def test_the_roofs_stand_beside_what_was_measured(tables: dict[str, Table]) -> None:
    rows = tables["roofline"].rows
    assert [row["passing"] for row in rows] == [around(8.0), around(1.0)]
    assert [row["measured"] for row in rows] == [around(10.0)] * 2


def test_the_code_is_vectorised_or_not(tables: dict[str, Table]) -> None:
    rows = {str(row["what"]): row for row in tables["machine_code"].rows}
    assert rows["on 512 bits"]["value"] == 30
    assert rows["on single numbers"]["value"] == 50
    assert (rows["packed share"]["value"], rows["packed share"]["verdict"]) == (0.5, "met")
    assert rows["hot loops vectorised"]["value"] == "yes"


@pytest.mark.parametrize(("code", "word"), [({32: 100, 256: 30}, "no"), ({}, None)])
def test_code_that_is_not_and_code_of_another_processor(
    code: dict[int, int], word: str | None
) -> None:
    assert FOUND.start is not None
    found = replace(FOUND, start=FOUND.start._replace(code=Counter(code)))
    [table] = [table for table in all_tables(found) if table.name == "machine_code"]
    assert table.rows[-1]["value"] == word


def test_calls_of_one_environment_are_judged(tables: dict[str, Table]) -> None:
    assert verdicts(tables["calls"]) == ["met", "", "missed"]
    assert [row["beyond"] for row in tables["calls"].rows] == [None, None, pytest.approx(111.0)]
    assert [row["ratio"] for row in tables["calls"].rows] == [2.0, 20.0, pytest.approx(7.55)]


def test_memory_is_judged_by_the_number_of_channels(tables: dict[str, Table]) -> None:
    rows = tables["memory"].rows
    assert verdicts(tables["memory"]) == ["met", "missed", "", ""]
    assert rows[2]["value"] == 325.0
    assert rows[3]["value"] == pytest.approx(131.072)


def test_the_start_is_judged(tables: dict[str, Table]) -> None:
    assert [row["ratio"] for row in tables["start"].rows] == [pytest.approx(1.5), 42.0]
    assert [row["beside"] for row in tables["start"].rows] == [around(0.8), 0.5]
    assert verdicts(tables["start"])[1] == "missed"


def test_peers_have_a_ratio_and_a_verdict_or_tell_how_to_install_them(
    tables: dict[str, Table],
) -> None:
    numpy, mesa, mpe, vmas = tables["peers"].rows
    assert [row.get("ratio") for row in (numpy, mpe, vmas)] == pytest.approx([20.0, 5.0, 0.5])
    assert [row.get("verdict") for row in (numpy, mpe, vmas)] == ["met", "missed", ""]
    assert numpy["theirs"] == pytest.approx((400.0, 360.0, 480.0))
    assert mesa["unit"] == INSTALL
    assert "ratio" not in mesa
    assert mpe["theirs"] == pytest.approx((20.0, 20.0 / 1.2, 20.0 / 0.9))


def test_the_headline_counts_verdicts_and_names_where_targets_are_missed() -> None:
    study = make_study(CONFIG, FOUND)
    assert study.headline.startswith("7 of 15 targets are met; the others stand in: A tick of a")
    assert study.headline.endswith("Memory, Start, Beside others.")


def test_the_study_holds_figures_machine_and_plain_values() -> None:
    study = make_study(CONFIG, FOUND)
    assert [one.name for one in study.figures] == ["engine", "roofline", "peers"]
    values = as_json(study)
    assert json.loads(json.dumps(values, allow_nan=False)) == values
    assert {"processor", "cores", "numpy"} <= set(values["machine"])
    page = as_page(study, "onevoice speed")
    assert page.count("<img") == 3
    assert INSTALL.replace("'", "&#x27;") in page


def test_what_was_not_measured_is_left_out() -> None:
    study = make_study(CONFIG, Findings(results=[Result(PEERS[1])]))
    assert [table.name for table in study.tables] == ["peers"]
    assert study.figures == ()
    assert study.headline == "0 of 0 targets are met."

"""The sentences follow the numbers, whichever way they point."""

from pathlib import Path

import pytest

from onevoice.experiments.benchmark.findings import NOTHING, compared, findings
from onevoice.experiments.report.wording import listed
from tests.experiments.benchmark.builders import NCV, config, estimates


def said(folder: Path, start: str, **changes: float) -> str:
    """The sentence that begins so, with other values of some rows."""
    claims = {name.removesuffix("_claims"): v for name, v in changes.items() if "_claims" in name}
    ncv = NCV | {name: value for name, value in changes.items() if "_claims" not in name}
    rows = config().rows + tuple(name for name in ncv if name not in NCV)
    [found] = [
        sentence
        for sentence in findings(estimates(folder, config(rows=rows), ncv, **claims))
        if sentence.startswith(start)
    ]
    return found


@pytest.mark.parametrize(
    ("ncv", "claims", "verdict"),
    [
        (-1200.0, 300.0, "the collapse is learned"),
        (898.0, 300.0, "dashboards rise, but no loss is shown with intervals apart"),
        (-1200.0, 100.0, "value is lost, but no rise of the dashboards is shown with intervals"),
        (1200.0, 50.0, "the collapse is not shown"),
    ],
)
def test_the_collapse_needs_dashboards_that_rise_and_a_loss(
    ncv: float, claims: float, verdict: str, tmp_path: Path
) -> None:
    sentence = said(tmp_path, "Trained as independent", independent=ncv, independent_claims=claims)
    assert f": {verdict}" in sentence


def test_the_collapse_is_told_with_its_numbers(tmp_path: Path) -> None:
    sentence = said(tmp_path, "Trained as independent")
    assert "what the dashboards claim is $200 above manual ($200 to $200), intervals apart" in (
        sentence
    )
    assert "net customer value is $2,100 below shared_reward ($2,0" in sentence


def test_every_rival_that_is_there_is_named(tmp_path: Path) -> None:
    best = said(tmp_path, "Trained as shared_reward", open_loop=500.0)
    assert "above greedy" in best
    assert "above independent" in best
    assert "$402 above open_loop" in best
    assert best.endswith(": above all of them.")
    close = said(tmp_path, "Trained as shared_reward", open_loop=901.0)
    assert "not told apart from open_loop (difference $1, " in close
    assert close.endswith(": not above open_loop with intervals apart.")


def test_the_gap_is_closed_only_by_the_whole_interval(tmp_path: Path) -> None:
    start = "Of the gap from greedy to planner"
    assert "shared_reward closes at least 80 %, by the whole interval" in said(tmp_path, start)
    assert said(tmp_path, start, shared_reward=0.0).endswith("no mode is shown to close 80 %.")
    near = said(tmp_path, start, shared_reward=598.5)
    assert near.endswith(
        "no mode is shown to close 80 %, though shared_reward closes so much at the estimate."
    )


def test_modes_are_ranked_and_neighbours_told_apart_or_not(tmp_path: Path) -> None:
    sentence = said(tmp_path, "The modes by", single_controller=902.5)
    assert sentence.endswith(": single_controller ~ shared_reward > independent.")


def test_layers_are_told_beside_the_row_without_and_modes_beside_the_best_of_them(
    tmp_path: Path,
) -> None:
    ncv = {"greedy+full": -400.0, "greedy+gap": -1002.0, "manual+full": 801.0}
    full = said(tmp_path / "full", "Under a layer, greedy+full", **ncv)
    assert full.endswith("is $600 above greedy ($600 to $600), intervals apart.")
    gap = said(tmp_path / "gap", "Under a layer, greedy+gap", **ncv)
    assert gap.endswith("is $2 below greedy ($2 to $2), though the intervals of the two overlap.")
    beside = said(tmp_path / "beside", "Beside the layer that does most", **ncv)
    assert "shared_reward is $101 above manual+full" in beside
    assert "independent is $1,999 below manual+full" in beside


def test_sight_is_told_from_shuffled_observations(tmp_path: Path) -> None:
    sentence = said(tmp_path, "With observations of other markets", greedy=0.0)
    assert "greedy not told apart ($0, $0 to $0)" in sentence
    assert "independent higher ($599, " in sentence
    assert "shared_reward lower (\N{MINUS SIGN}$451, " in sentence


def test_what_is_missing_is_said_and_its_findings_are_left_out(tmp_path: Path) -> None:
    found = findings(estimates(tmp_path, ncv={"manual": 1.0, "greedy": 2.0}))
    assert len(found) == 2
    assert found[-1] == "Not made yet: independent, shared_reward, planner."
    part = estimates(tmp_path, ncv={"manual": 1.0, "shared_reward": 2.0})
    more = part.config.model_copy(update={"runs": 5, "rows": ("manual", "shared_reward")})
    assert findings(type(part)(more, part.raw))[-1] == "Not made yet: shared_reward (runs 3, 4)."


def test_rows_that_suffice_for_no_finding_are_said_to(tmp_path: Path) -> None:
    assert findings(estimates(tmp_path, config(rows=("manual",)), {"manual": 1.0})) == [NOTHING]


def test_overlapping_intervals_are_said_to_overlap(tmp_path: Path) -> None:
    found = estimates(tmp_path, ncv={"manual": 1.0, "greedy": 3.0})
    assert compared(found, "greedy", "manual") == (
        "$2 above manual ($2 to $2), though the intervals of the two overlap"
    )


def test_lists() -> None:
    assert [listed("a"), listed("ab"), listed("abc")] == ["a", "a and b", "a, b and c"]

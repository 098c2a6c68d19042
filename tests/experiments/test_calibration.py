"""The search, with a company whose figures follow a known law, and what a trial measures."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from onevoice.configs.loader import load_config
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.calibration import measure, report, search, study
from onevoice.experiments.calibration.knobs import CROSS_SLOPES, KNOBS
from onevoice.experiments.calibration.measure import stages
from onevoice.experiments.calibration.search import SPAN, Trial, read, with_values
from onevoice.experiments.core.arrays import load_arrays
from onevoice.experiments.core.tasks import part_path
from tests.experiments.laws import CONFIG, NEAR, START, TARGETS, Board, Law


@pytest.fixture
def law(monkeypatch: pytest.MonkeyPatch) -> Law:
    return obey(monkeypatch, Law(NEAR))


def obey(monkeypatch: pytest.MonkeyPatch, law: Law) -> Law:
    monkeypatch.setattr(search, "measure", law)
    monkeypatch.setattr(search, "Display", Board)
    monkeypatch.setattr(search, "compile_first", lambda display: None)
    return law


def test_each_parameter_is_there_and_answers_for_one_figure() -> None:
    assert len({knob.figure for knob in KNOBS}) == len({knob.field for knob in KNOBS}) == len(KNOBS)
    assert (START > 0).all()  # the search goes over logarithms
    assert all(knob.goal.tolerance > 0 and knob.slope != 0 for knob in KNOBS)


def test_a_slope_stands_where_its_parameter_moves_a_figure() -> None:
    slopes = search.jacobian() * np.array([[knob.goal.tolerance] for knob in KNOBS])
    assert np.diag(slopes) == pytest.approx([knob.slope for knob in KNOBS])
    fields, figures = [knob.field for knob in KNOBS], [knob.figure for knob in KNOBS]
    for (field, figure), slope in CROSS_SLOPES.items():
        assert slopes[figures.index(figure), fields.index(field)] == pytest.approx(slope)
    assert np.count_nonzero(slopes) == len(KNOBS) + len(CROSS_SLOPES)


def test_values_are_written_where_they_are_read() -> None:
    assert with_values(CONFIG.scenario, START) == CONFIG.scenario
    changed = with_values(CONFIG.scenario, NEAR)
    assert [read(changed, knob.field) for knob in KNOBS] == NEAR.tolist()
    back = with_values(changed, START)
    assert back == CONFIG.scenario


def test_the_distance_is_in_tolerances() -> None:
    tolerances = np.array([knob.goal.tolerance for knob in KNOBS])
    trial = Trial(START, TARGETS + np.arange(len(KNOBS)) * tolerances)
    assert trial.residuals == pytest.approx(np.arange(len(KNOBS)))
    assert trial.cost == pytest.approx(sum(n**2 for n in range(len(KNOBS))))


@pytest.mark.parametrize("bend", [0.0, 0.2, -0.2])
def test_the_search_reaches_the_targets(
    bend: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    law = obey(monkeypatch, Law(NEAR, bend))
    trials = search.search(CONFIG, tmp_path / "out")
    best = min(trials, key=lambda trial: trial.cost)
    assert trials[0].cost > 10
    assert (np.abs(best.residuals) < 0.2).all()
    assert len(law.tried) == len(trials) <= CONFIG.trials
    np.testing.assert_allclose(law.tried[0], START)


def test_a_parameter_stays_within_its_span(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = START * np.where(np.arange(len(KNOBS)) % 2, 100.0, 0.01)
    monkeypatch.setattr(search, "CROSS_SLOPES", {})  # each parameter moves its own figure alone
    law = obey(monkeypatch, Law(far))
    search.search(CONFIG, tmp_path / "out")
    ratios = np.array(law.tried) / START
    assert (ratios <= SPAN * (1 + 1e-9)).all()
    assert (ratios >= (1 - 1e-9) / SPAN).all()
    assert ratios[-1] == pytest.approx(np.where(far > START, SPAN, 1 / SPAN), rel=0.05)


def test_trials_are_kept_and_a_second_call_measures_nothing(law: Law, tmp_path: Path) -> None:
    trials = search.search(CONFIG, tmp_path / "out")
    measured = len(law.tried)
    for index, trial in enumerate(trials):
        stored = load_arrays(part_path(tmp_path / "out", f"trial-{index}"))
        np.testing.assert_array_equal(stored["values"], trial.values)
        np.testing.assert_array_equal(stored["figures"], trial.figures)
    again = search.search(CONFIG, tmp_path / "out")
    assert len(law.tried) == measured
    assert [trial.cost for trial in again] == [trial.cost for trial in trials]


def test_a_stopped_search_goes_on_with_the_next_trial(law: Law, tmp_path: Path) -> None:
    trials = search.search(CONFIG, tmp_path / "out")
    part_path(tmp_path / "out", f"trial-{len(trials) - 1}").unlink()
    law.tried.clear()
    again = search.search(CONFIG, tmp_path / "out")
    assert len(law.tried) == 1
    np.testing.assert_allclose(again[-1].figures, trials[-1].figures)


def test_a_kept_trial_of_other_parameters_is_measured_again(law: Law, tmp_path: Path) -> None:
    out, first = tmp_path / "out", tmp_path / "out" / "parts" / "trial-0.npz"
    trials = search.search(CONFIG, out)
    np.savez(first, values=START * 1.01, figures=TARGETS)
    law.tried.clear()
    assert search.search(CONFIG, out)[0].cost == pytest.approx(trials[0].cost)
    assert len(law.tried) == 1


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_progress_ends_within_the_number_of_trials(limit: int, law: Law, tmp_path: Path) -> None:
    trials = search.search(CONFIG.model_copy(update={"trials": limit}), tmp_path / "out")
    assert len(trials) <= limit
    assert Board.shares == sorted(Board.shares)
    assert 0 < Board.shares[0] < Board.shares[-1] <= 1.0
    assert Board.shares[-1] == pytest.approx(len(trials) / limit)


def test_the_report_writes_what_was_found_as_overrides(law: Law, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = study(CONFIG, out)
    best = min(search.search(CONFIG, out), key=lambda trial: trial.cost)
    found = yaml.safe_load((out / report.FOUND).read_text())
    assert made.extra["found"] == found
    scenario = load_config(Scenario, "scenarios", "article", found)
    values = [read(scenario, knob.field) for knob in KNOBS]
    assert values == pytest.approx(best.values, rel=1e-3)
    parameters, trials = made.sheets
    assert [row["field"] for row in parameters.rows] == [knob.field for knob in KNOBS]
    assert len(trials.rows) == len(law.tried)
    assert f"{len(KNOBS)} of {len(KNOBS)} figures" in made.headline


def test_a_trial_measures_every_figure_and_tells_of_every_scene(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measure, "loss_at_ten", lambda scenario, config: 12.5)
    company = CONFIG.scenario.model_copy(update={"population": 4000})
    config = CONFIG.model_copy(update={"scenario": company, "worlds": 2, "workers": 1})
    told: list[None] = []
    figures = measure.measure(config.scenario, config, lambda: told.append(None))
    assert set(figures) == {knob.figure for knob in KNOBS}
    assert figures["email_10"] == 12.5
    assert np.isfinite(list(figures.values())).all()
    assert len(told) == stages(config)
    assert 0 < figures["open"] < 100

"""The search, with figures with a known answer, and the figures of a trial."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from onevoice.configs.loader import load_config
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.calibration import estimates, report, run, study
from onevoice.experiments.calibration.estimates import CROSS_SLOPES, PARAMETERS, stages
from onevoice.experiments.calibration.run import SPAN, Trial, read, with_values
from onevoice.experiments.core.arrays import load_arrays
from onevoice.experiments.core.tasks import task_path
from tests.experiments.calibration.fakes import (
    CONFIG,
    FIELDS,
    FIGURES,
    NEAR,
    START,
    TARGETS,
    TOLERANCES,
    FakeDisplay,
    FakeMeasure,
)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeMeasure:
    return install(monkeypatch, FakeMeasure(NEAR))


def install(monkeypatch: pytest.MonkeyPatch, fake: FakeMeasure) -> FakeMeasure:
    monkeypatch.setattr(run, "measure", fake)
    monkeypatch.setattr(run, "Display", FakeDisplay)
    monkeypatch.setattr(run, "compile_first", lambda display: None)
    return fake


def test_each_parameter_is_there_and_answers_for_one_figure() -> None:
    assert len(set(FIGURES)) == len(set(FIELDS)) == len(PARAMETERS)
    assert (START > 0).all()  # the search goes over logarithms
    assert all(parameter.target.tolerance > 0 and parameter.slope != 0 for parameter in PARAMETERS)


def test_a_slope_stands_where_its_parameter_moves_a_figure() -> None:
    slopes = run.jacobian() * TOLERANCES[:, None]
    assert np.diag(slopes) == pytest.approx([parameter.slope for parameter in PARAMETERS])
    for (field, figure), slope in CROSS_SLOPES.items():
        assert slopes[FIGURES.index(figure), FIELDS.index(field)] == pytest.approx(slope)
    assert np.count_nonzero(slopes) == len(PARAMETERS) + len(CROSS_SLOPES)


def test_values_are_written_where_they_are_read() -> None:
    assert with_values(CONFIG.scenario, START) == CONFIG.scenario
    changed = with_values(CONFIG.scenario, NEAR)
    assert [read(changed, parameter.field) for parameter in PARAMETERS] == NEAR.tolist()
    back = with_values(changed, START)
    assert back == CONFIG.scenario


def test_the_distance_is_in_tolerances() -> None:
    trial = Trial(START, TARGETS + np.arange(len(PARAMETERS)) * TOLERANCES)
    assert trial.residuals == pytest.approx(np.arange(len(PARAMETERS)))
    assert trial.cost == pytest.approx(sum(n**2 for n in range(len(PARAMETERS))))


@pytest.mark.parametrize("bend", [0.0, 0.2, -0.2])
def test_the_search_reaches_the_targets(
    bend: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = install(monkeypatch, FakeMeasure(NEAR, bend))
    trials = run.run(CONFIG, tmp_path / "out")
    best = min(trials, key=lambda trial: trial.cost)
    assert trials[0].cost > 10
    assert (np.abs(best.residuals) < 0.2).all()
    assert len(fake.tried) == len(trials) <= CONFIG.trials
    np.testing.assert_allclose(fake.tried[0], START)


def test_a_parameter_stays_within_its_span(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = START * np.where(np.arange(len(PARAMETERS)) % 2, 100.0, 0.01)
    monkeypatch.setattr(run, "CROSS_SLOPES", {})  # each parameter moves its own figure alone
    fake = install(monkeypatch, FakeMeasure(far))
    run.run(CONFIG, tmp_path / "out")
    ratios = np.array(fake.tried) / START
    assert (ratios <= SPAN * (1 + 1e-9)).all()
    assert (ratios >= (1 - 1e-9) / SPAN).all()
    assert ratios[-1] == pytest.approx(np.where(far > START, SPAN, 1 / SPAN), rel=0.05)


def test_trials_are_kept_and_not_measured_again(fake: FakeMeasure, tmp_path: Path) -> None:
    trials = run.run(CONFIG, tmp_path / "out")
    measured = len(fake.tried)
    for index, trial in enumerate(trials):
        stored = load_arrays(task_path(tmp_path / "out", f"trial-{index}"))
        np.testing.assert_array_equal(stored["values"], trial.values)
        np.testing.assert_array_equal(stored["figures"], trial.figures)
    again = run.run(CONFIG, tmp_path / "out")
    assert len(fake.tried) == measured
    assert [trial.cost for trial in again] == [trial.cost for trial in trials]


def test_a_stopped_search_goes_on_with_the_next_trial(fake: FakeMeasure, tmp_path: Path) -> None:
    trials = run.run(CONFIG, tmp_path / "out")
    task_path(tmp_path / "out", f"trial-{len(trials) - 1}").unlink()
    fake.tried.clear()
    again = run.run(CONFIG, tmp_path / "out")
    assert len(fake.tried) == 1
    np.testing.assert_allclose(again[-1].figures, trials[-1].figures)


def test_a_kept_trial_of_other_parameters_is_measured_again(
    fake: FakeMeasure, tmp_path: Path
) -> None:
    out, first = tmp_path / "out", tmp_path / "out" / "tasks" / "trial-0.npz"
    trials = run.run(CONFIG, out)
    np.savez(first, values=START * 1.01, figures=TARGETS)
    fake.tried.clear()
    assert run.run(CONFIG, out)[0].cost == pytest.approx(trials[0].cost)
    assert len(fake.tried) == 1


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_progress_ends_within_the_number_of_trials(
    limit: int, fake: FakeMeasure, tmp_path: Path
) -> None:
    trials = run.run(CONFIG.model_copy(update={"trials": limit}), tmp_path / "out")
    assert len(trials) <= limit
    assert FakeDisplay.shares == sorted(FakeDisplay.shares)
    assert 0 < FakeDisplay.shares[0] < FakeDisplay.shares[-1] <= 1.0
    assert FakeDisplay.shares[-1] == pytest.approx(len(trials) / limit)


def test_the_report_writes_what_was_found_as_overrides(fake: FakeMeasure, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = study(CONFIG, out)
    best = min(run.run(CONFIG, out), key=lambda trial: trial.cost)
    found = yaml.safe_load((out / report.FOUND).read_text())
    assert made.extra["found"] == found
    scenario = load_config(Scenario, "scenarios", "article", found)
    values = [read(scenario, parameter.field) for parameter in PARAMETERS]
    assert values == pytest.approx(best.values, rel=1e-3)
    parameters, trials = made.tables
    assert [row["field"] for row in parameters.rows] == [
        parameter.field for parameter in PARAMETERS
    ]
    assert len(trials.rows) == len(fake.tried)
    assert f"{len(PARAMETERS)} of {len(PARAMETERS)} figures" in made.headline


def test_a_trial_measures_every_figure_and_tells_of_every_scene(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimates, "loss_at_ten", lambda scenario, config: 12.5)
    company = CONFIG.scenario.model_copy(update={"population": 4000})
    config = CONFIG.model_copy(update={"scenario": company, "seeds": 2, "workers": 1})
    told: list[None] = []
    figures = estimates.measure(config.scenario, config, lambda: told.append(None))
    assert set(figures) == set(FIGURES)
    assert figures["email_10"] == 12.5
    assert np.isfinite(list(figures.values())).all()
    assert len(told) == stages(config)
    assert 0 < figures["open"] < 100

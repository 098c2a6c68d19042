"""The command line: what it prints, what it hands on, and one line for each mistake."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import onevoice
from onevoice.configs.loader import config_names, load_config
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.cli import main
from onevoice.experiments.compare.config import Config as Experiment
from onevoice.training.config import TrainingConfig
from onevoice.training.run import RunConfig, write_run
from tests.experiments.mistakes import Capture, error_line


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Experiment, Path]]:
    calls: list[tuple[Experiment, Path]] = []
    replace_compare(monkeypatch, lambda experiment, out, command: calls.append((experiment, out)))
    return calls


def replace_compare(monkeypatch: pytest.MonkeyPatch, act: Callable[..., None]) -> None:
    monkeypatch.setattr("onevoice.experiments.compare.run.compare", act)


def raising(error: BaseException) -> Callable[..., None]:
    def act(*_: Any, **__: Any) -> None:
        raise error

    return act


@pytest.fixture
def experiment(tmp_path: Path) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nscenario: {base: duet, days: 28}\n")
    return str(path)


def test_version(capsys: Capture) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"onevoice {onevoice.__version__}\n"


def test_scenarios_lists_each_with_its_sentence_channels_and_customers(capsys: Capture) -> None:
    assert main(["scenarios"]) == 0
    out = capsys.readouterr().out
    for name in config_names("scenarios"):
        scenario = load_config(Scenario, "scenarios", name)
        told = (
            name,
            scenario.description,
            ", ".join(scenario.channels),
            f"{scenario.population:,}",
        )
        assert all(part in out for part in told)


def test_compare_hands_on_the_experiment_with_fields_set(
    compared: list[tuple[Experiment, Path]], experiment: str, tmp_path: Path
) -> None:
    fields = [
        "--scenario.budget.amount=700",
        "--training.total-steps",
        "1e3",
        "--modes",
        "shared_reward",
    ]
    out = tmp_path / "a" / "b"
    assert main(["compare", *fields, experiment, "--out", str(out)]) == 0
    [(given, where)] = compared
    assert where == out
    assert (given.scenario.days, given.scenario.budget.amount) == (28.0, 700.0)
    assert (given.training.total_steps, given.modes) == (1000, ("shared_reward",))


def test_compare_writes_below_runs_by_its_name(
    compared: list[tuple[Experiment, Path]],
    experiment: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["compare", experiment]) == 0
    assert compared[0][1] == Path("runs/mine")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["compar"], "unknown command 'compar'; did you mean 'compare'?; see 'onevoice --help'"),
        (["--versoin"], "unrecognized arguments: --versoin"),
        (["train", "duet", "--mod", "greedy"], "--mod: unknown option; did you mean '--mode'?"),
        (["speed", "--ouut", "x"], "--ouut: unknown option; did you mean '--out'?"),
        (["completion", "bsh"], "argument SHELL: invalid choice: 'bsh'"),
        (["compare", "MINE", "--training.seed"], "--training.seed needs a value"),
        (["compare", "MINE", "--training.seed", "--out"], "--training.seed needs a value"),
        (["compare", "MINE", "--name", "a", "--name=b"], "--name is given twice"),
        (["compare", "MINE", "--scenario.dayz", "3"], "scenario.dayz: unknown key; did you"),
        (["compare", "MINE", "--days", "3"], "days: unknown key; did you mean 'scenario.days'?"),
        (["compare", "MINE", "--scenario.days", "-3"], "scenario.days: is -3; it should be"),
        (["compare", "MINE", "--scenario", "dueet"], "unknown scenario 'dueet'; did you"),
        (["compare", "MINE", "--modes", "shard"], "modes: unknown mode 'shard'; did you mean 'sha"),
        (["compare", "MINE", "--name", "../x"], "name: is '../x'; "),
        (["compare", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
        (["compare", "a", "b"], "unrecognized arguments: b"),
        (["scenarios", "--days", "3"], "scenarios takes no fields; leave out --days"),
        (["train", "duet"], "train needs a SCENARIO and a --mode (independent, "),
        (["train", "duet", "--mode", "shard"], "mode 'shard' is unknown; did you mean 'shared_re"),
        (["train", "dueet", "--mode", "shared_reward"], "unknown scenario 'dueet'; did you"),
        (["train", "--resume", "nowhere"], "nowhere: not a training run"),
        (["completion"], "completion needs a SHELL: bash or zsh"),
        (["completion", "bash", "--days", "3"], "completion takes no fields; leave out --days"),
        (["train", "duet", "--resume", "x"], "--resume takes everything from its run"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(
    words: list[str], expected: str, experiment: str, capsys: Capture
) -> None:
    line = error_line([experiment if word == "MINE" else word for word in words], capsys)
    assert line.startswith(expected)


def test_a_finished_comparison_is_not_overwritten(
    compared: list[tuple[Experiment, Path]], experiment: str, capsys: Capture, tmp_path: Path
) -> None:
    (tmp_path / "results.json").touch()
    line = error_line(["compare", experiment, "--out", str(tmp_path)], capsys)
    assert line.startswith(f"{tmp_path}: holds a finished comparison; give another folder with")
    assert not compared


TRAIN = ["train", "duet", "--mode", "shared_reward", "--out"]


@pytest.mark.parametrize("words", [["compare", "MINE", "--out"], TRAIN])
def test_an_output_folder_in_use_a_file_or_below_a_file_is_refused(
    words: list[str], experiment: str, capsys: Capture, tmp_path: Path
) -> None:
    words = [experiment if word == "MINE" else word for word in words]
    below = str(Path(experiment) / "below")
    for out in (str(tmp_path), experiment, below):
        line = error_line([*words, out], capsys)
        assert line.startswith(out)
        assert "choose" in line or "give another" in line


def test_an_output_folder_without_permission_is_refused(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = PermissionError(errno.EACCES, "Permission denied")  # raised, since root may write all
    monkeypatch.setattr("pathlib.Path.mkdir", raising(denied))
    line = error_line([*TRAIN, str(tmp_path / "run")], capsys)
    assert line.startswith(
        f"{tmp_path / 'run'}: can't be written (Permission denied); give another"
    )


def test_a_full_disk_is_one_line(
    experiment: str, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "run/results.json")
    replace_compare(monkeypatch, raising(full))
    line = error_line(["compare", experiment, "--out", str(tmp_path / "run")], capsys)
    assert line.startswith("run/results.json: No space left on device; free space or give another")


def test_a_programming_error_keeps_its_traceback(
    experiment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_compare(monkeypatch, raising(FileNotFoundError(errno.ENOENT, "No such file", "x")))
    with pytest.raises(FileNotFoundError):
        main(["compare", experiment, "--out", str(tmp_path / "run")])


def test_an_interrupt_says_how_to_go_on(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin(scenario: Scenario, mode: str, config: TrainingConfig, run: Path, **_: Any) -> None:
        write_run(run, RunConfig(scenario=scenario, mode=mode, training=config))
        raise KeyboardInterrupt

    monkeypatch.setattr("onevoice.training.trainer.train", begin)
    run = tmp_path / "run"
    assert main([*TRAIN, str(run)]) == 130
    err = capsys.readouterr().err
    assert err == f"\nonevoice: interrupted; continue with 'onevoice train --resume {run}'\n"
    line = error_line([*TRAIN, str(run)], capsys)
    assert f"holds a training run; continue it with 'onevoice train --resume {run}'" in line


def test_an_interrupt_before_anything_is_kept_does_not_promise_to_resume(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onevoice.training.trainer.train", raising(KeyboardInterrupt()))
    for _ in range(2):
        assert main([*TRAIN, str(tmp_path / "run")]) == 130
        assert "nothing is kept yet; give the same command again" in capsys.readouterr().err


def test_train_hands_on_scenario_mode_and_fields(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[Any, ...]] = []

    def train(
        scenario: Scenario,
        mode: str,
        config: TrainingConfig,
        run: Path,
        *,
        resume: bool,
        progress: Any,
    ) -> None:
        progress(1, 1)
        calls.append((len(scenario.channels), mode, config.seed, run, resume))

    monkeypatch.setattr("onevoice.training.trainer.train", train)
    run = tmp_path / "run"
    words = ["train", "duet", "--mode", "shared_reward", "--training.seed", "7", "--out", str(run)]
    assert main(words) == 0
    assert calls == [(2, "shared_reward", 7, run, False)]
    assert f"{run}: trained" in capsys.readouterr().out

"""What cannot be resumed says so in one line that names the file and the mend."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.scenario import Scenario
from onevoice.policies import load
from onevoice.policies.checkpoint import read, write
from onevoice.training.run import load_run
from onevoice.training.trainer import train
from tests.training.fakes import MakeConfig, MatrixGame, StubEnv

Resume = Callable[[], None]


@pytest.fixture
def resume(
    scenario: Scenario,
    config: MakeConfig,
    run: Path,
) -> Resume:
    """Leave a finished run behind and return how to resume it."""
    numbers, env = config(total_steps=128), MatrixGame
    train(scenario, "central_critic", numbers, run, make_env=env)
    return lambda: train(scenario, "central_critic", numbers, run, resume=True, make_env=env)


def line(error: pytest.ExceptionInfo[OneVoiceError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    return text


def arrays_file(run: Path) -> Path:
    (file,) = (run / "checkpoint").glob("*.safetensors")
    return file


def flip(path: Path, place: float) -> None:
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 0x01
    path.write_bytes(bytes(data))


def test_intact_runs_resume(resume: Resume) -> None:
    resume()


@pytest.mark.parametrize("place", [0.0, 0.1, 0.5, 0.99])
def test_a_flipped_bit_in_the_arrays(resume: Resume, run: Path, place: float) -> None:
    flip(arrays_file(run), place)
    with pytest.raises(OneVoiceError) as error:
        resume()
    assert str(arrays_file(run)) in line(error)
    assert "damaged" in line(error)
    assert "train anew" in line(error)


def test_any_flipped_bit_in_the_json(resume: Resume, run: Path) -> None:
    path = run / "checkpoint" / "checkpoint.json"
    original, intact = path.read_bytes(), read(run / "checkpoint").metadata
    for place in range(0, len(original), 7):
        flip(path, place / len(original))
        with suppress(OneVoiceError):
            assert read(run / "checkpoint").metadata == intact, f"byte {place} of {path.name}"
        path.write_bytes(original)


def test_a_truncated_file(resume: Resume, run: Path) -> None:
    file = arrays_file(run)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(OneVoiceError, match="damaged"):
        resume()


def test_a_missing_file(resume: Resume, run: Path) -> None:
    arrays_file(run).unlink()
    with pytest.raises(OneVoiceError, match=r"safetensors: cannot be read \(No such file"):
        resume()


@pytest.mark.parametrize("text", ["", "{", "[]", "\xff"])
@pytest.mark.parametrize("name", ["checkpoint/checkpoint.json", "config.json"])
def test_malformed_json(resume: Resume, run: Path, name: str, text: str) -> None:
    (run / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(OneVoiceError) as error:
        resume()
    assert str(run / name) in line(error)
    assert "damaged" in line(error)


def test_another_format(resume: Resume, run: Path) -> None:
    path = run / "checkpoint" / "checkpoint.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 99}))
    with pytest.raises(OneVoiceError, match=r"checkpoint.json: written in format 99.*use the"):
        resume()


def rewrite(run: Path, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> None:
    """Write the checkpoint again, whole in itself, after ``change(arrays, facts)``."""
    checkpoint = read(run / "checkpoint")
    metadata = {k: checkpoint.metadata[k] for k in ("iteration", "config_sha256", "network")}
    change(checkpoint.arrays, metadata)
    write(run / "checkpoint", checkpoint.arrays, metadata)


@pytest.mark.parametrize(
    "name", ["email_0/policy/critic.0.bias", "env/seeds", "email_0/optimizer/critic.0.bias/step"]
)
def test_a_missing_array(resume: Resume, run: Path, name: str) -> None:
    rewrite(run, lambda arrays, metadata: arrays.pop(name))
    with pytest.raises(OneVoiceError, match=f"'{name}' is missing; restore it"):
        resume()


@pytest.mark.parametrize("name", ["email_0/policy/critic.0.bias", "last/observations"])
def test_a_wrong_shape(resume: Resume, run: Path, name: str) -> None:
    rewrite(run, lambda arrays, metadata: arrays.update({name: np.zeros((2, 7), np.float32)}))
    with pytest.raises(OneVoiceError, match=rf"'{name}' is float32\[2, 7\], not float32"):
        resume()


def test_a_missing_fact(resume: Resume, run: Path) -> None:
    rewrite(run, lambda arrays, metadata: metadata.pop("iteration"))
    with pytest.raises(OneVoiceError, match="'iteration' is missing"):
        resume()


def test_the_checkpoint_of_another_run(resume: Resume, run: Path) -> None:
    rewrite(run, lambda arrays, metadata: metadata.update(config_sha256="0"))
    with pytest.raises(OneVoiceError, match=r"config.json: is not what the run was trained with"):
        resume()


def test_a_configuration_edited_after_the_fact(resume: Resume, run: Path) -> None:
    """``evaluate`` refuses to play under another scenario what was learned in the run's own."""
    path = run / "config.json"
    content = json.loads(path.read_text())
    content["scenario"]["population"] += 1
    path.write_text(json.dumps(content))
    with pytest.raises(OneVoiceError, match=r"config.json: is not what the run was trained with"):
        load(run)


def test_a_wrong_value_in_the_configuration(resume: Resume, run: Path) -> None:
    content = json.loads((run / "config.json").read_text())
    content["training"]["gamma"] = 2
    (run / "config.json").write_text(json.dumps(content))
    with pytest.raises(OneVoiceError, match=r"config.json: training.gamma: "):
        load_run(run)


def test_something_that_is_not_a_run(resume: Resume, run: Path, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", run / "config.json"):
        with pytest.raises(OneVoiceError, match=r"not a training run \(no config.json\); give"):
            load_run(folder)
    (run / "config.json").unlink()
    with pytest.raises(OneVoiceError, match="not a training run"):
        resume()


def test_folders_that_cannot_be_used(
    scenario: Scenario, config: MakeConfig, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for folder, message in ((file, "is a file"), (file / "run", "cannot be written")):
        with pytest.raises(OneVoiceError, match=message):
            train(scenario, "shared_reward", config(), folder, make_env=StubEnv)


def test_a_failed_write_leaves_the_old_checkpoint(
    resume: Resume, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read(run / "checkpoint")
    written = []

    def fail_second(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail_second)
    with pytest.raises(OneVoiceError, match=r"checkpoint.json: cannot be written \(No space left"):
        write(run / "checkpoint", {"other": np.zeros(3)}, {})
    after = read(run / "checkpoint")
    assert after.metadata == before.metadata
    resume()


def test_unknown_mode(scenario: Scenario, config: MakeConfig, run: Path) -> None:
    with pytest.raises(OneVoiceError, match="mode 'centralcritic' is unknown; did you mean"):
        train(scenario, "centralcritic", config(), run)
    assert not run.exists()


def test_an_unknown_mode_in_a_runs_configuration_names_the_file(
    scenario: Scenario, config: MakeConfig, run: Path
) -> None:
    train(scenario, "shared_reward", config(), run, make_env=StubEnv)
    path = run / "config.json"
    path.write_text(path.read_text().replace('"mode": "shared_reward"', '"mode": "sharde"'))
    with pytest.raises(
        OneVoiceError, match=r"config.json.*mode 'sharde' is unknown.*'shared_reward'"
    ):
        load_run(run)

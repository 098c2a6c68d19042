"""Work in parts: what is there is not made again, and what does not fit is refused in one line."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import onevoice
from onevoice.configs.errors import OneVoiceError
from onevoice.envs.spec.base import Model
from onevoice.envs.typing import Arrays
from onevoice.experiments.core import tasks as parts
from onevoice.experiments.core.tasks import complete, task_path
from onevoice.experiments.core.workers import FINISHED, Report, Tell, Work

COSTS = {"one": 1.0, "two": 3.0, "three": 2.0}
ErrorLine = Callable[[Callable[[], object]], str]


class Settings(Model):
    scale: float = 2.0
    workers: int | None = None


class Shop:
    """Makes parts in this process, and remembers which."""

    def __init__(self, out: Path) -> None:
        self.out, self.made, self.workers = out, list[str](), list[int]()

    def make(self, config: Settings, name: str, tell: Tell) -> Arrays:
        self.made.append(name)
        tell("task", 1, 1)
        return {"length": np.array(len(name)), "scaled": np.arange(3.0) * config.scale}

    def run(self, work: Work, jobs: Sequence[str], workers: int, report: Report) -> None:
        self.workers.append(workers)
        for job in jobs:
            work(job, lambda stage, done, total, job=job: report(job, stage, done, total))  # type: ignore[misc]
            report(job, FINISHED, 1, 1)

    def complete(self, config: Settings | None = None) -> dict[str, Arrays]:
        config = config or Settings()
        return complete(
            config, self.out, "test", COSTS, self.make, workers=config.workers, run=self.run
        )


@pytest.fixture(autouse=True)
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    monkeypatch.setattr(parts, "compile_first", lambda display: calls.append("compiled"))
    return calls


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "new" / "out")


def test_all_parts_are_made_in_order_and_returned_by_name(shop: Shop) -> None:
    found = shop.complete()
    assert shop.made == list(found) == list(COSTS)
    assert {name: int(part["length"]) for name, part in found.items()} == {
        name: len(name) for name in COSTS
    }
    np.testing.assert_array_equal(found["two"]["scaled"], [0.0, 2.0, 4.0])


def test_only_missing_parts_are_made(shop: Shop, compiled: list[str]) -> None:
    first = shop.complete()
    task_path(shop.out, "two").unlink()
    shop.made.clear()
    again = shop.complete()
    assert shop.made == ["two"]
    for name, part in first.items():
        for key, array in part.items():
            np.testing.assert_array_equal(again[name][key], array)
    shop.complete()
    assert shop.made == ["two"]
    assert len(compiled) == 2  # not where there is nothing to do


def test_another_configuration_is_refused_but_not_another_worker_count(
    shop: Shop, error_line: ErrorLine
) -> None:
    shop.complete(Settings(workers=1))
    line = error_line(lambda: shop.complete(Settings(scale=3.0)))
    assert line == f"{shop.out}: holds another test, see its config.yaml; choose another --out"
    task_path(shop.out, "one").unlink()
    shop.complete(Settings(workers=5))
    assert shop.workers == [1, 5]
    assert shop.made == [*COSTS, "one"]


def test_parts_of_another_model_are_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error_line: ErrorLine
) -> None:
    shop.complete()
    monkeypatch.setattr(parts, "model_digest", lambda: "f00d")
    line = error_line(shop.complete)
    assert line.startswith(f"{shop.out}: holds a test by onevoice {onevoice.__version__}, model ")
    assert line.endswith("model f00d; choose another --out")


@pytest.mark.parametrize(
    ("path", "changes"), [("envs/config/new.py", True), ("experiments/new.py", False)]
)
def test_the_digest_follows_the_code_that_results_depend_on(
    path: str, changes: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("envs/config", "policies", "training", "experiments"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "code.py").write_text("x = 1")
    monkeypatch.setattr(onevoice, "__file__", str(tmp_path / "__init__.py"))
    digest = parts.model_digest.__wrapped__
    before = digest()
    (tmp_path / path).write_text("y = 2")
    assert (digest() != before) == changes


def test_a_folder_of_something_else_or_a_file_is_refused(
    tmp_path: Path, error_line: ErrorLine
) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    for out in (tmp_path, tmp_path / "letter.txt"):
        line = error_line(Shop(out).complete)
        assert line == f"{out}: exists and holds no test; choose another --out"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, error_line: ErrorLine) -> None:
    (tmp_path / "file").touch()
    line = error_line(Shop(tmp_path / "file" / "below").complete)
    assert line.startswith(f"{tmp_path}/file/below")
    assert "cannot be written" in line


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 broken", b"no archive at all"])
def test_a_damaged_part_is_one_line_that_names_the_file(
    shop: Shop, damage: bytes, error_line: ErrorLine
) -> None:
    shop.complete()
    path = task_path(shop.out, "three")
    path.write_bytes(damage)
    assert error_line(shop.complete) == f"{path}: damaged; remove the file to redo it"
    path.unlink()
    assert int(shop.complete()["three"]["length"]) == 5


def test_half_a_part_is_damaged(shop: Shop, error_line: ErrorLine) -> None:
    shop.complete()
    path = task_path(shop.out, "one")
    path.write_bytes(path.read_bytes()[:-40])
    assert "damaged" in error_line(shop.complete)


def test_what_was_made_before_a_failure_is_kept(shop: Shop) -> None:
    def fail(config: Settings, name: str, tell: Tell) -> Arrays:
        if name == "three":
            raise OneVoiceError("three: out of ideas")
        return shop.make(config, name, tell)

    with pytest.raises(OneVoiceError, match="out of ideas"):
        complete(Settings(), shop.out, "test", COSTS, fail, run=shop.run)
    assert not task_path(shop.out, "three").exists()
    shop.complete()
    assert shop.made == ["one", "two", "three"]

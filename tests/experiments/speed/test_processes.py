"""Fresh processes: what they find, what they are held against, and how they fail."""

import pytest

from onevoice.configs.errors import OneVoiceError
from onevoice.experiments.speed import processes

STEPS = (2.0, 1.0, 9.0, 1.5, 4.0)


def test_a_process_takes_its_first_step_compiles_and_counts_instructions() -> None:
    found = processes._run(processes.STEP + processes.COMPILE + processes.COUNT)
    assert found["time"] > 0.0
    assert found["loop"] > 0.0
    assert set(found["code"]) <= {"512", "256", "128", "32"}


def test_a_process_that_fails_is_told_in_one_line() -> None:
    with pytest.raises(OneVoiceError, match=r"ended with 1: ValueError: no luck"):
        processes._run("raise ValueError('no luck')")


def test_the_start_is_held_against_imports_in_turns_and_against_a_small_compilation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = {processes.IMPORTS: iter([1.0, 0.5, 3.0, 1.5, 0.5]), processes.STEP: iter(STEPS)}
    told = []

    def take(code: str, **environment: str) -> tuple[float, dict[str, object]]:
        told.append(code)
        if "NUMBA_CACHE_DIR" in environment:
            return 30.0, {"code": {"512": 3}, "loop": 0.5}
        return next(seconds[code]), {}

    monkeypatch.setattr(processes, "_seconds", take)
    start = processes.start()
    assert told[:-1] == [processes.IMPORTS, processes.STEP] * processes.STARTS
    assert (start.first_step.value, start.imports.value) == (2.0, 1.0)
    assert (start.compiling, start.loop, start.code) == (28.0, 0.5, {512: 3})
    assert (start.step_ratio, start.compile_ratio) == (2.0, 56.0)

"""Arrays on disk: exact, and whole for whoever reads while they are replaced."""

import threading
from pathlib import Path

import numpy as np

from onevoice.policies.checkpoint import read, write


def test_every_kind_of_array_comes_back(tmp_path: Path) -> None:
    arrays = {
        "scalar": np.array(1.5),
        "strided": np.arange(12, dtype=np.int64).reshape(3, 4).T,
        "flags": np.array([True, False]),
        "empty": np.zeros((0, 3), np.uint8),
        "small": np.array([[np.nan, np.inf]], np.float32),
    }
    write(tmp_path, arrays, {"iteration": 3, "names": ["a", "b"]})
    checkpoint = read(tmp_path)
    assert (checkpoint.metadata_value("iteration"), checkpoint.metadata_value("names")) == (
        3,
        ["a", "b"],
    )
    for name, array in arrays.items():
        assert checkpoint.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(checkpoint.arrays[name], array)


def test_only_the_last_is_kept(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, {"a": np.array([number])}, {})
        (tmp_path / ".arrays-left-by-a-kill").write_text("")
    write(tmp_path, {"a": np.array([9])}, {})
    assert len(list(tmp_path.iterdir())) == 2


def test_a_reader_never_meets_half_a_change(tmp_path: Path) -> None:
    stop = threading.Event()
    write(tmp_path, {"number": np.array([0])}, {"number": 0})

    def keep_writing() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            write(tmp_path, {"number": np.array([number])}, {"number": number})

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        number = 0
        while number < 40:
            checkpoint = read(tmp_path)
            number = checkpoint.metadata_value("number")
            assert checkpoint.arrays["number"][0] == number
    finally:
        stop.set()
        writer.join()

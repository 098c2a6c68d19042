"""The loss by number of channels, from chosen numbers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from onevoice.experiments.benchmark.estimates import Estimates, Several, read_several
from onevoice.experiments.benchmark.figures import by_channels
from onevoice.experiments.benchmark.findings import growth_finding
from onevoice.experiments.benchmark.report import growth
from tests.experiments.benchmark.builders import config, estimates

ErrorLine = Callable[[Callable[[], object]], str]
CHANNELS = ["email", "social", "search", "content", "display", "sms", "push"]


def benchmark(folder: Path, channels: int, loss: float, **changes: Any) -> Estimates:
    """Independent channels lose so much beside a shared reward."""
    scenario = {"channels": CHANNELS[:channels], "population": 1000, "days": 28}
    ncv = {"shared_reward": 1000.0, "independent": 1000.0 - loss, "single_controller": 990.0}
    of = config(scenario=scenario, rows=tuple(ncv), **changes)
    return estimates(folder / str(channels), of, ncv)


def test_a_loss_that_grows_is_said_to_grow(tmp_path: Path) -> None:
    found = [benchmark(tmp_path, n, loss) for n, loss in ((4, 500.0), (2, 100.0), (6, 501.0))]
    several = Several(found)
    assert [several.loss(place).value for place in range(3)] == pytest.approx([100, 500, 501])
    assert several.growth(1).value == pytest.approx(400.0)
    assert several.growth(1).low > 390.0  # markets are paired, runs are not
    sentence = growth_finding(several)
    assert "2 channels $100 (" in sentence
    assert sentence.endswith("; it grows from 2 to 4; it is not told apart from 4 to 6.")
    rows = growth(several).rows
    assert [row["channels"] for row in rows] == [2, 4, 6]
    assert rows[0]["growth"] is None
    assert rows[0]["ranking"] == "shared_reward, single_controller, independent"


def test_a_loss_that_shrinks_is_said_to_shrink(tmp_path: Path) -> None:
    several = Several([benchmark(tmp_path, 2, 500.0), benchmark(tmp_path, 4, 100.0)])
    assert growth_finding(several).endswith("; it shrinks from 2 to 4.")


def test_only_markets_that_all_have_are_compared(tmp_path: Path) -> None:
    many, few = benchmark(tmp_path, 2, 500.0), benchmark(tmp_path, 4, 100.0, markets=4)
    several = Several([many, few])
    assert [one.scores("shared_reward").shape[1] for one in several.estimates] == [4, 4]
    np.testing.assert_array_equal(
        several.estimates[0].scores("shared_reward"), many.scores("shared_reward")[:, :4]
    )
    assert growth(several).title.endswith("4 markets")


def test_the_others_are_read_from_their_folders(tmp_path: Path) -> None:
    one = benchmark(tmp_path, 2, 500.0)
    benchmark(tmp_path, 4, 100.0)
    assert len(read_several(one, [tmp_path / "4"]).estimates) == 2


def test_what_cannot_be_compared_is_refused(tmp_path: Path, error_line: ErrorLine) -> None:
    one, two = benchmark(tmp_path, 2, 1.0), benchmark(tmp_path, 4, 1.0)
    assert "two benchmarks have 2 channels" in error_line(lambda: Several([one, two, one]))
    bare = estimates(tmp_path / "bare", ncv={"shared_reward": 1.0})
    assert "with 2 channels lacks independent or shared_reward" in error_line(
        lambda: Several([bare, two])
    )


def test_every_row_that_all_have_is_a_line_over_the_number_of_channels(tmp_path: Path) -> None:
    several = Several([benchmark(tmp_path, n, loss) for n, loss in ((4, 500.0), (2, 100.0))])
    [axes] = by_channels(several).axes
    assert {text.get_text() for text in axes.texts} == {
        "shared_reward",
        "independent",
        "single_controller",
    }
    for line, name in zip(axes.lines, several.names, strict=True):
        assert line.get_xdata().tolist() == [2, 4]  # type: ignore[union-attr]
        assert line.get_ydata().tolist() == [one.ncv[name].value for one in several.estimates]  # type: ignore[union-attr]

"""Figures: colours, stripes and frames follow the states."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import same_color, to_rgb
from matplotlib.figure import Figure as MplFigure
from matplotlib.patches import Rectangle

from onevoice.experiments.ablation.estimates import WORDS, Estimates, State
from onevoice.experiments.ablation.figures import INKS, KEY, mechanisms, phase, sensitivity
from onevoice.experiments.report.plotting import style
from tests.experiments.ablation.builders import config, estimates

PLACES: dict[State, tuple[str, ...]] = {
    "gain": ("factor-all_harms/0", "off-offers/", "channels-2/-1"),
    "open": ("factor-all_harms/0.5", "off-regret/", "channels-2/-0.5"),
    "loss": ("factor-all_harms/2", "off-trust/", "channels-2/1", "channels-7/0"),
}
"""Where the study shows no collapse, as task and variant."""


@pytest.fixture(autouse=True)
def styled() -> Iterator[None]:
    with style():
        yield


@pytest.fixture
def varied() -> Estimates:
    """Every state in each figure."""
    ncv = dict.fromkeys(PLACES["gain"], -50.0) | dict.fromkeys(PLACES["open"], 0.0)
    trust = dict.fromkeys(PLACES["loss"], 0.0)

    def chosen(special: Mapping[str, float], task: str, key: str, other: float) -> float:
        return special.get(f"{task}/{key}", other)

    return estimates(
        lambda task, key: chosen(ncv, task, key, 50.0),
        config(factors=(0.0, 0.5, 1.0, 2.0), overlaps=(-1.0, -0.5, 0.0, 1.0)),
        trust=lambda task, key: chosen(trust, task, key, 0.06),
    )


def panels(figure: MplFigure) -> dict[str, Axes]:
    return {axes.get_title(loc="left"): axes for axes in figure.axes}


def legend(figure: MplFigure) -> list[str]:
    [found] = figure.legends
    return [text.get_text() for text in found.get_texts()]


def test_every_state_has_a_colour_of_its_own() -> None:
    assert set(INKS) == set(KEY) == set(WORDS)
    assert len({to_rgb(ink) for ink in INKS.values()}) == len(INKS)


def test_stripes_follow_the_states(varied: Estimates) -> None:
    drawn = panels(sensitivity(varied))
    stripes = sorted(drawn["all harms"].patches, key=lambda patch: patch.get_window_extent().x0)
    found = [to_rgb(patch.get_facecolor()) for patch in stripes]
    assert found == [to_rgb(INKS[kind]) for kind in ("gain", "open", "collapse", "loss")]
    assert {to_rgb(patch.get_facecolor()) for patch in drawn["trust regret"].patches} == {
        to_rgb(INKS["collapse"])
    }
    assert len(drawn["tolerance"].patches) == 3  # a tolerance of 0 is out of bounds


def test_bands_are_titled_with_the_value_or_with_how_many_are_scaled(varied: Estimates) -> None:
    drawn = panels(sensitivity(varied))
    names = ("trust conflict", "trust losses", "all harms")
    found = [drawn[name].get_title(loc="right") for name in names]
    assert found == ["1 is 0.014", "all three", "all five"]


def test_points_take_the_colour_of_what_is_left(varied: Estimates) -> None:
    figure = mechanisms(varied)
    for axes in figure.axes:
        rows = [text.get_text() for text in figure.axes[0].get_yticklabels()]
        points = [line for line in axes.lines if line.get_marker() == "o"]
        inks = dict(zip(rows, (point.get_color() for point in points), strict=True))
        expected: dict[str, State] = {
            "offers": "gain", "regret": "open", "trust": "loss", "nothing": "collapse",
        }  # fmt: skip
        for name, kind in expected.items():
            assert same_color(inks[name], INKS[kind])


@pytest.mark.parametrize("draw", [mechanisms, sensitivity])
def test_the_legend_explains_every_state(
    draw: Callable[[Estimates], MplFigure], varied: Estimates
) -> None:
    assert legend(draw(varied)) == list(KEY.values())


def test_cells_with_a_loss_that_is_no_collapse_are_framed(varied: Estimates) -> None:
    figure = phase(varied)
    marks = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    cells = {(int(mark.get_x()), int(mark.get_y())): mark for mark in marks}
    assert set(cells) == {(1, 0), (3, 0), (2, 5)}  # (overlap, channels) counted from 0
    assert cells[1, 0].get_hatch() == "///"
    assert {cells[3, 0].get_linestyle(), cells[2, 5].get_linestyle()} == {"--"}
    assert cells[3, 0].get_hatch() is None


def test_the_diagrams_legend_explains_frames_and_border(varied: Estimates) -> None:
    assert legend(phase(varied)) == [
        "loss only, no collapse", "not distinguishable from zero", "border of loss and gain",
    ]  # fmt: skip


def test_a_coefficient_out_of_bounds_everywhere_has_an_empty_panel() -> None:
    drawn = panels(sensitivity(estimates(lambda *_: 50.0, config(factors=(0.0,)))))
    assert not drawn["tolerance"].patches
    assert len(drawn["trust regret"].patches) == 1

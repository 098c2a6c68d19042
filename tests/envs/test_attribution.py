"""Attribution by hand, by its axioms, and against the package marketing-attribution-models."""

import csv
import gzip
import itertools
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import mam  # type: ignore[import-untyped]
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevoice.envs.company import attribution
from onevoice.envs.company.attribution import MODELS, Model, leave_one_out, removal_effects, shapley
from onevoice.envs.company.touch_log import NO_CHANNEL, PURCHASE, TOUCH, Paths, TouchLog, paths_of
from onevoice.envs.typing import F64

Journey = tuple[list[tuple[int, int]], float | None]
"""Events as (channel, age in ticks), oldest first, and dollars; None where nothing was bought."""

MOST = 4
END = 1000
HOUSEHOLDS = Path(__file__).parents[3] / "shared" / "data" / "completejourney.csv.gz"
quick = settings(max_examples=50, database=None, deadline=None, derandomize=True)
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def paths(*journeys: Journey) -> Paths:
    events = [event for journey, _ in journeys for event in journey]
    return Paths(
        offsets=np.cumsum([0, *(len(journey) for journey, _ in journeys)]),
        channel=np.array([channel for channel, _ in events], np.uint8),
        tick=np.array([END - age for _, age in events], np.int32),
        end=np.full(len(journeys), END, np.int32),
        value=np.array([value or 0.0 for _, value in journeys]),
        converted=np.array([value is not None for _, value in journeys], np.bool_),
    )


def path(channels: str, value: float | None = 1.0) -> Journey:
    """A path from digits, one tick apart, the last in the tick of the end."""
    return [(int(c), len(channels) - 1 - i) for i, c in enumerate(channels)], value


def random_journeys(seed: int, count: int, channels: int) -> list[Journey]:
    rng = np.random.default_rng(seed)
    journeys: list[Journey] = []
    for _ in range(count):
        length = rng.integers(1, 7)
        ages = np.sort(rng.integers(0, 400, length))[::-1].tolist()
        heard = rng.integers(0, channels, length).tolist()
        price = float(rng.integers(1, 10_000)) / 100 if rng.random() < 0.4 else None
        journeys.append((list(zip(heard, ages, strict=True)), price))
    return journeys


@st.composite
def some_journeys(draw: st.DrawFn) -> list[Journey]:
    ages = st.integers(0, END)
    events = st.lists(st.tuples(st.integers(0, MOST - 1), ages), max_size=6)
    in_time = events.map(lambda found: sorted(found, key=lambda event: -event[1]))
    return draw(st.lists(st.tuples(in_time, st.none() | st.floats(0, 1e5)), max_size=12))


finite = st.floats(-1e6, 1e6)


def games(players: int) -> st.SearchStrategy[F64]:
    values = st.lists(finite, min_size=2**players, max_size=2**players)
    return values.map(lambda numbers: np.array(numbers, np.float64))


some_games = st.integers(1, MOST).flatmap(games)


def worth(taken: Paths, channels: int) -> F64:
    """Value of the converted paths whose channels all lie in each coalition, ``[2**C]``."""
    values = np.zeros(2**channels)
    for p in np.flatnonzero(taken.lengths):
        needed = set(taken.channel[taken.offsets[p] : taken.offsets[p + 1]].tolist())
        for coalition in range(2**channels):
            if all(coalition >> channel & 1 for channel in needed):
                values[coalition] += taken.value[p]
    return values


def orders(values: F64) -> F64:
    """Shapley value as it is told: the mean gain over all orders of arrival."""
    players = len(values).bit_length() - 1
    gains = np.zeros(players)
    for order in itertools.permutations(range(players)):
        coalition = 0
        for player in order:
            gains[player] += values[coalition | 1 << player] - values[coalition]
            coalition |= 1 << player
    return gains / math.factorial(players)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("last_touch", [100.0, 0.0, 0.0, 7.0]),
        ("first_touch", [0.0, 0.0, 100.0, 7.0]),
        ("linear", [25.0, 25.0, 50.0, 7.0]),
        ("position_based", [40.0, 10.0, 50.0, 7.0]),
        ("shapley_paths", [100 / 3, 100 / 3, 100 / 3, 7.0]),
    ],
)
def test_models_by_hand(model: str, expected: list[float]) -> None:
    taken = paths(path("2210", 100.0), path("", 9.0), path("3", 7.0), path("13", None))
    assert MODELS[model](taken, 4) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("channels", "expected"),
    [("0", [1.0, 0.0, 0.0]), ("01", [0.5, 0.5, 0.0]), ("012", [0.6, 0.1, 0.3])],
)
def test_position_based_by_hand(channels: str, expected: list[float]) -> None:
    credit = attribution.position_based(paths(path(channels)), 3, first=0.6, last=0.3)
    assert credit == pytest.approx(expected)


def test_position_based_with_nothing_for_the_middle() -> None:
    taken = paths(path("0", 10.0), path("01", 4.0), path("012", 8.0))
    assert attribution.position_based(taken, 3, first=0.75, last=0.25).tolist() == [18.0, 2.0, 2.0]


def test_time_decay_by_hand() -> None:
    taken = paths(([(0, 30), (1, 20), (2, 10)], 70.0))
    assert attribution.time_decay(taken, 3, half_life_ticks=10) == pytest.approx([10.0, 20.0, 40.0])


def test_time_decay_of_very_old_events() -> None:
    taken = paths(([(0, 900), (1, 900)], 70.0))
    assert attribution.time_decay(taken, 2, half_life_ticks=0.1) == pytest.approx([35.0, 35.0])


def test_markov_by_hand() -> None:
    """Start goes to 0 (2/3) or 1; 0 to 1 or away, 1 to 2, 2 to a purchase or away, half each."""
    taken = paths(path("012", 90.0), path("0", None), path("12", None))
    assert removal_effects(taken, 4) == pytest.approx([0.5, 1.0, 1.0, 0.0])
    assert attribution.markov(taken, 4) == pytest.approx([18.0, 36.0, 36.0, 0.0])


def test_markov_counts_conversions_not_dollars() -> None:
    cheap = paths(path("0", 1.0), path("1", 1.0), path("10", None))
    dear = paths(path("0", 1.0), path("1", 999.0), path("10", None))
    assert removal_effects(dear, 2).tolist() == removal_effects(cheap, 2).tolist()
    assert attribution.markov(dear, 2) == pytest.approx(500 * attribution.markov(cheap, 2))


def test_nothing_converted_nothing_credited() -> None:
    for taken in (paths(), paths(path("01", None)), paths(path("", 5.0))):
        assert [model(taken, 2).tolist() for model in MODELS.values()] == [[0.0, 0.0]] * len(MODELS)


@every_model
@quick
@given(journeys=some_journeys())
def test_credits_add_up(model: Model, journeys: list[Journey]) -> None:
    taken = paths(*journeys)
    credited = model(taken, MOST)
    assert credited.dtype == np.float64
    assert credited.shape == (MOST,)
    assert credited.sum() + taken.direct == pytest.approx(taken.value.sum())
    assert (credited >= -1e-9 * (1 + taken.value.sum())).all()


@every_model
@quick
@given(journeys=some_journeys(), names=st.permutations(range(MOST)))
def test_a_channel_is_only_a_number(
    model: Model, journeys: list[Journey], names: list[int]
) -> None:
    renamed = [([(names[channel], age) for channel, age in heard], v) for heard, v in journeys]
    before, after = model(paths(*journeys), MOST), model(paths(*renamed), MOST)
    assert after[names] == pytest.approx(before, abs=1e-6)


@every_model
@quick
@given(journeys=some_journeys())
def test_a_channel_in_no_path_gets_nothing(model: Model, journeys: list[Journey]) -> None:
    taken = paths(*journeys)
    credited = model(taken, MOST + 2)
    assert credited[MOST:].tolist() == [0.0, 0.0]
    assert credited[:MOST] == pytest.approx(model(taken, MOST))
    absent = np.setdiff1d(np.arange(MOST), taken.channel)
    assert not credited[absent].any()


@quick
@given(journeys=some_journeys())
def test_shapley_of_paths_is_the_shapley_value(journeys: list[Journey]) -> None:
    taken = paths(*journeys)
    exact = shapley(worth(taken, MOST))
    assert attribution.shapley_paths(taken, MOST) == pytest.approx(exact, abs=1e-6)


@quick
@given(journeys=some_journeys())
def test_repeats_change_no_removal_effect(journeys: list[Journey]) -> None:
    twice = [([event for event in heard for _ in "ab"], value) for heard, value in journeys]
    effects = removal_effects(paths(*journeys), MOST)
    assert removal_effects(paths(*twice), MOST) == pytest.approx(effects)


@quick
@given(some_games)
def test_shapley_is_the_mean_over_orders(values: F64) -> None:
    assert shapley(values) == pytest.approx(orders(values), abs=1e-6)
    assert shapley(values).sum() == pytest.approx(values[-1] - values[0], abs=1e-6)


@quick
@given(st.integers(1, MOST).flatmap(lambda n: st.tuples(games(n), games(n))), finite)
def test_shapley_is_additive(pair: tuple[F64, F64], factor: float) -> None:
    one, other = pair
    together = shapley(one) + factor * shapley(other)
    assert shapley(one + factor * other) == pytest.approx(together, abs=1e-3)


@quick
@given(games(3), finite, st.integers(0, 3))
def test_a_dummy_gets_its_own_worth(others: F64, own: float, place: int) -> None:
    low = 2**place
    coalition = np.arange(16)
    rest = coalition % low + coalition // (2 * low) * low
    values = others[rest] + own * (coalition >> place & 1)
    assert shapley(values) == pytest.approx(np.insert(shapley(others), place, own), abs=1e-6)
    assert leave_one_out(values)[place] == pytest.approx(own, abs=1e-6)


def test_coalitions_by_hand() -> None:
    """Channel 0 is worth 6 alone, 1 nothing alone, both 10."""
    values = np.array([0.0, 6.0, 0.0, 10.0])
    assert shapley(values) == pytest.approx([8.0, 2.0])
    assert leave_one_out(values) == pytest.approx([10.0, 4.0])


@pytest.mark.parametrize("players", [1, 4, 7])
def test_leading_axes_are_games_of_their_own(players: int) -> None:
    values = np.random.default_rng(players).normal(size=(3, 2, 2**players))
    for divide in (shapley, leave_one_out):
        assert divide(values).shape == (3, 2, players)
        assert divide(values)[2, 1] == pytest.approx(divide(values[2, 1]))
    assert shapley(values).sum(axis=-1) == pytest.approx(values[..., -1] - values[..., 0])


Catch = Callable[[Callable[[], object]], str]


@pytest.mark.parametrize("size", [0, 3, 127])
def test_coalitions_are_a_power_of_two(size: int, error_line: Catch) -> None:
    for divide in (shapley, leave_one_out):
        assert f"not {size}" in error_line(partial(divide, np.zeros((4, size))))


@every_model
def test_channels_cover_those_of_the_paths(model: Model, error_line: Catch) -> None:
    assert "channel 3" in error_line(lambda: model(paths(path("130")), 3))


@pytest.mark.parametrize("shares", [(-0.1, 0.4), (0.4, -0.1), (0.6, 0.5), (math.nan, 0.4)])
def test_shares_are_of_one(shares: tuple[float, float], error_line: Catch) -> None:
    line = error_line(lambda: attribution.position_based(paths(path("0")), 1, *shares))
    assert str(shares[0]) in line


@pytest.mark.parametrize("half_life", [0.0, -1.0, math.nan])
def test_half_lives_are_positive(half_life: float, error_line: Catch) -> None:
    line = error_line(lambda: attribution.time_decay(paths(path("0")), 1, half_life))
    assert str(half_life) in line


def packaged(journeys: list[Journey]) -> Any:
    """The same journeys in the package, channels by their digit, a tick as an hour."""
    columns = {
        "journey_id": [str(i) for i in range(len(journeys))],
        "journey": [" > ".join(str(channel) for channel, _ in heard) for heard, _ in journeys],
        "time_till_end": [" > ".join(str(float(age)) for _, age in heard) for heard, _ in journeys],
        "bought": [value is not None for _, value in journeys],
        "value": [value or 0.0 for _, value in journeys],
    }
    return mam.MAM(
        pl.DataFrame(columns),
        format_type="journey",
        channels_colname="journey",
        journey_with_conv_colname="bought",
        conversion_value_colname="value",
    )


def credits_of(result: Any, channels: int) -> F64:
    found = result.to_dict()
    by_name = dict(zip(found["channels"], found["attribution"], strict=True))
    return np.array([by_name.get(str(channel), 0.0) for channel in range(channels)])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("model", "run", "settings"),
    [
        ("last_touch", "run_last_click", {}),
        ("first_touch", "run_first_click", {}),
        ("linear", "run_linear", {}),
        ("position_based", "run_position_based", {}),
        ("time_decay", "run_time_decay", {"half_life_hours": 56.0}),
    ],
)
def test_rules_equal_the_package(
    seed: int, model: str, run: str, settings: dict[str, float]
) -> None:
    journeys = random_journeys(seed, 200, 5)
    theirs = credits_of(getattr(packaged(journeys), run)(**settings), 5)
    assert MODELS[model](paths(*journeys), 5) == pytest.approx(theirs)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("repeats", [False, True])
def test_markov_equals_the_package(seed: int, repeats: bool) -> None:
    """Removal effects agree, whether the package keeps repeats or not.

    The credits of the package split each path by the effects of its own events; ours are those of
    the literature, which split the value of all paths at once.
    """
    journeys = random_journeys(seed, 200, 5)
    taken, result = paths(*journeys), packaged(journeys).run_markov(repeats)
    theirs = result.metadata["removal_effect"].sort_index()["removal_effect"].to_numpy()
    assert removal_effects(taken, 5) == pytest.approx(theirs)
    assert attribution.markov(taken, 5) == pytest.approx(theirs / theirs.sum() * taken.value.sum())
    split = np.zeros(5)
    for heard, value in journeys:
        by_effect = np.bincount([c for c, _ in heard], theirs[[c for c, _ in heard]], minlength=5)
        split += (value or 0.0) * by_effect / by_effect.sum()
    assert credits_of(result, 5) == pytest.approx(split)


@pytest.mark.parametrize("seed", range(3))
def test_shapley_equals_the_package(seed: int) -> None:
    """The package values a coalition by the journeys of exactly its channels, one game per path.

    Given one journey for each coalition, worth what all paths within the coalition are worth, its
    game of all channels is ours.
    """
    taken = paths(*random_journeys(seed, 200, 4))
    values = worth(taken, 4)
    coalitions = ["".join(str(c) for c in range(4) if mask >> c & 1) for mask in range(16)]
    journeys = [path(name, value) for name, value in zip(coalitions, values, strict=True) if name]
    result = packaged(journeys).run_shapley(max_size=4, value_column="conversion_value")
    table = result.metadata["conv_table"].filter(pl.col("combinations") == "0 > 1 > 2 > 3")
    theirs = table[result.metadata["conv_table"].columns[-1]].to_list()[0]
    assert shapley(values) == pytest.approx(theirs)
    assert attribution.shapley_paths(taken, 4) == pytest.approx(theirs)


@pytest.fixture(scope="module")
def households() -> Paths:
    """Campaign exposures of real households before a day with a redemption, which counts as $1."""
    if not HOUSEHOLDS.exists():
        pytest.skip("the real touch log is not part of the repository")
    with gzip.open(HOUSEHOLDS, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    customer = np.array([int(row["customer"]) for row in rows])
    day = np.array([row["time"] for row in rows], "datetime64[D]").astype(np.int64)
    channel = np.array(["ABC".index(row["channel"][-1]) for row in rows])
    bought = np.array([row["event"] == "redemption" for row in rows])
    touch_log = TouchLog()
    touch_log.add(customer[~bought], day[~bought], channel[~bought], TOUCH, 0, 0, 0)
    days = np.unique(np.stack([customer[bought], day[bought]]), axis=1)
    touch_log.add(days[0], days[1], NO_CHANNEL, PURCHASE, 0, 0, 10_000)
    return paths_of(touch_log.events(), lookback_ticks=28)


def test_models_run_on_real_households(households: Paths) -> None:
    full = households.lengths > 0
    assert len(full) > 1000
    for model in MODELS.values():
        credited = model(households, 3)
        assert (credited > 0.0).all()
        assert credited.sum() == pytest.approx(households.value[full].sum())


def test_closed_form_on_real_households(households: Paths) -> None:
    equal = np.zeros(3)
    for p in np.flatnonzero(households.converted & (households.lengths > 0)):
        heard = np.unique(households.channel[households.offsets[p] : households.offsets[p + 1]])
        equal[heard] += households.value[p] / len(heard)
    assert attribution.shapley_paths(households, 3) == pytest.approx(equal)
    assert shapley(worth(households, 3)) == pytest.approx(equal)

"""Overlap: which customers channels share, while each reaches as many as it always did."""

from typing import Any

import numpy as np
import pytest

from onevoice.envs.engine import kernels
from onevoice.envs.engine.parameters import reach_shares
from onevoice.envs.engine.population import Population
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.scenario import Scenario
from onevoice.envs.typing import Bools

N = 20_000
REACH = {"email": 0.5, "social": 0.3, "sms": 0.2}
SAMPLING = 5 * 0.5 / N**0.5
"""Five standard errors of a share, at most."""


def company(overlap: float, reach: dict[str, float], slope: float = 0.0) -> Scenario:
    channels = {name: {"reach": share, "reach_per_decade": slope} for name, share in reach.items()}
    values: dict[str, Any] = {"channels": channels, "population": N, "days": 1}
    return Scenario.model_validate({**values, "customers": {"overlap": overlap}})


def subscribed(overlap: float, reach: dict[str, float], slope: float = 0.0) -> Bools:
    """Who can be addressed where, ``[A, N]``."""
    engine = Population(company(overlap, reach, slope), 1)
    engine.reset([0], [11], [0])
    return np.asarray(engine.people.subscribed == 1)


@pytest.mark.parametrize("overlap", [-1.0, -0.5, 0.0, 0.5, 1.0])
@pytest.mark.parametrize("slope", [0.0, 0.05])
def test_each_channel_reaches_as_many_whatever_the_overlap(overlap: float, slope: float) -> None:
    found = subscribed(overlap, REACH, slope).mean(axis=1)
    scenario = company(overlap, REACH, slope)
    expected = scenario.segments.shares @ reach_shares(scenario)
    assert found == pytest.approx(expected, abs=SAMPLING)


def test_at_one_the_smaller_audience_lies_in_the_larger() -> None:
    email, social, sms = subscribed(1.0, REACH)
    assert not (sms & ~social).any()
    assert not (social & ~email).any()


def test_at_minus_one_channels_whose_reach_adds_up_to_one_share_nobody() -> None:
    found = subscribed(-1.0, REACH)
    assert found.sum(axis=0).max() == 1
    assert found.any(axis=0).all()


def test_at_minus_one_what_cannot_be_apart_overlaps_as_little_as_it_must() -> None:
    email, social = subscribed(-1.0, {"email": 0.8, "social": 0.5})
    assert (email & social).mean() == pytest.approx(0.3, abs=SAMPLING)
    assert (email | social).all()


def test_at_zero_channels_are_independent() -> None:
    found = subscribed(0.0, REACH)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        expected = found[one].mean() * found[other].mean()
        assert (found[one] & found[other]).mean() == pytest.approx(expected, abs=SAMPLING)


@pytest.mark.parametrize(("overlap", "both"), [(0.5, 0.225), (-0.5, 0.075), (0.2, 0.18)])
def test_in_between_it_is_a_mixture(overlap: float, both: float) -> None:
    """Of 50 % and 30 %: 30 % together where nested, 15 % by chance, none apart."""
    email, social, _ = subscribed(overlap, REACH)
    assert (email & social).mean() == pytest.approx(both, abs=SAMPLING)


def test_a_channel_that_reaches_everybody_takes_no_room_from_the_others() -> None:
    search, *others = subscribed(-1.0, {"search": 1.0, "email": 0.5, "social": 0.5})[[2, 0, 1]]
    assert search.all()
    assert (others[0] ^ others[1]).all()


def test_overlap_moves_no_other_draw() -> None:
    engines = [Population(company(overlap, REACH), 1) for overlap in (-1.0, 0.0, 1.0)]
    for engine in engines:
        engine.reset([0], [3], [4])
    for engine in engines[1:]:
        for name in kernels.Traits._fields:
            expected = getattr(engines[0].traits, name)
            np.testing.assert_array_equal(getattr(engine.traits, name), expected)
        np.testing.assert_array_equal(engine.people.trust, engines[0].people.trust)


def test_a_channel_keeps_its_customers_whoever_else_speaks() -> None:
    """Independent and nested audiences do not depend on the set of channels."""
    every: dict[str, float] = dict.fromkeys(CHANNEL_NAMES, 0.4)
    for overlap in (0.0, 1.0):
        alone = subscribed(overlap, {"sms": 0.4})[0]
        row = CHANNEL_NAMES.index("sms")
        np.testing.assert_array_equal(subscribed(overlap, every)[row], alone)

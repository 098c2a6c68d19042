"""Cross-entropy search on plans whose worth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevoice.configs.errors import OneVoiceError
from onevoice.envs.interface.actions import choices
from onevoice.envs.typing import F64
from onevoice.policies.cem import (
    CemConfig,
    ChoiceProbabilities,
    Objective,
    Plans,
    best_entries,
    refine,
    shift,
)
from tests.policies.test_baselines import quartet

SCENARIO = quartet()
SEGMENTS = SCENARIO.segments.count
PHASES = 2


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def hits(target: Plans, audience: float = 1.0) -> Objective:
    """Plans are worth as many entries of a segment as agree with the target, and the audience."""

    def objective(plans: Plans) -> F64:
        right = (plans == target).mean(axis=(1, 2))
        by_segment = right[:, :-1].reshape(len(plans), SEGMENTS, 3).sum(axis=2)
        return np.asarray(by_segment + audience * right[:, -1:])

    return objective


def target(seed: int = 5) -> Plans:
    return np.asarray(ChoiceProbabilities.uniform(SCENARIO, PHASES).draw(generator(seed), 1)[0])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), phases=st.integers(1, 4))
def test_every_plan_drawn_is_legal(seed: int, phases: int) -> None:
    probabilities = ChoiceProbabilities.uniform(SCENARIO, phases)
    plans = probabilities.draw(generator(seed), 16)
    assert plans.shape == (16, phases, 4, 3 * SEGMENTS + 1)
    assert (plans >= 0).all()
    assert (plans < choices(SCENARIO)).all()
    learned = probabilities.learn(plans, hits(plans[0])(plans), CemConfig(16, 4, 0.5))
    assert learned.shares.sum(axis=-1) == pytest.approx(1.0)
    assert (learned.draw(generator(seed), 16) < choices(SCENARIO)).all()


def test_even_odds_draw_every_option_about_equally() -> None:
    plans = ChoiceProbabilities.uniform(SCENARIO, 1).draw(generator(), 2000)
    for entry, options in enumerate(choices(SCENARIO)):
        shares = np.bincount(plans[..., entry].ravel(), minlength=options) / plans[..., 0].size
        assert shares == pytest.approx(np.full(options, 1 / options), abs=0.03)


def test_odds_go_all_the_way_to_the_elite_at_full_pace() -> None:
    plans, answer = ChoiceProbabilities.uniform(SCENARIO, PHASES).draw(generator(), 16), target()
    plans[11] = answer
    probabilities = ChoiceProbabilities.uniform(SCENARIO, PHASES).learn(
        plans, hits(answer)(plans), CemConfig(16, 1, 1.0)
    )
    assert np.array_equal(probabilities.mode(), answer)


def test_segments_take_their_entries_from_different_plans() -> None:
    plans = np.stack([np.full((1, 4, 3 * SEGMENTS + 1), value) for value in (0, 1)])
    value = np.zeros((2, SEGMENTS))
    value[1, 2], value[0, 0] = 5.0, 1.0
    best = best_entries(plans, value, 1)[0, 0, 0]
    assert best[6:9].tolist() == [1, 1, 1]
    assert best[:6].tolist() == [0] * 6
    assert best[-1] == 1  # worth most on the whole


def test_a_search_finds_the_best_plan() -> None:
    answer, probabilities = target(), ChoiceProbabilities.uniform(SCENARIO, PHASES)
    start = np.zeros_like(answer)[None]
    _, plan = refine(probabilities, start, hits(answer), 30, CemConfig(64, 8, 0.6), generator())
    assert (plan == answer).mean() > 0.9


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_segment_is_worth_less_than_in_a_known_plan(seed: int) -> None:
    objective = hits(target(), audience=0.0)  # an audience is common to all segments
    known = ChoiceProbabilities.uniform(SCENARIO, PHASES).draw(generator(seed), 2)
    uniform = ChoiceProbabilities.uniform(SCENARIO, PHASES)
    _, plan = refine(uniform, known, objective, 1, CemConfig(8, 2, 0.5), generator(seed))
    assert (objective(plan[None]) >= objective(known).max(axis=0) - 1e-12).all()


def test_the_same_seed_finds_the_same_plan_and_another_one_another() -> None:
    found = [
        refine(
            ChoiceProbabilities.uniform(SCENARIO, PHASES),
            target()[None],
            hits(target(1)),
            3,
            CemConfig(),
            generator(s),
        )[1]
        for s in (0, 0, 1)
    ]
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_a_later_plan_begins_with_the_second_phase_and_goes_on_with_the_last() -> None:
    assert shift(np.arange(3), 4).tolist() == [1, 2, 2, 2]
    assert shift(np.arange(1), 2).tolist() == [0, 0]


def test_doubt_moves_odds_back_to_even_ones() -> None:
    uniform = ChoiceProbabilities.uniform(SCENARIO, PHASES)
    plans = uniform.draw(generator(), 16)
    sure = uniform.learn(plans, hits(plans[0])(plans), CemConfig(16, 1, 1.0))
    assert np.array_equal(sure.shift(PHASES, 1.0).shares, uniform.shares)
    assert np.array_equal(sure.shift(PHASES, 0.0).shares[0], sure.shares[1])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"plans": 2}, "plans is 2; give at least"),
        ({"elite": 0}, "elite is 0 of 64 plans"),
        ({"elite": 65}, "elite is 65 of 64 plans"),
        ({"step_size": 0.0}, "step_size is 0.0; give a share"),
        ({"step_size": 1.5}, "step_size is 1.5; give a share"),
    ],
)
def test_a_search_that_cannot_be_is_refused(wrong: dict[str, float], told: str) -> None:
    with pytest.raises(OneVoiceError, match=told):
        CemConfig(**wrong)  # type: ignore[arg-type]

"""Who remembers how many different messages: a survey of customers written by hand."""

import numpy as np
import numpy.typing as npt

from onevoice.envs.engine import kernels
from onevoice.envs.engine.population import Population
from onevoice.envs.spec.scenario import Scenario
from tests.envs.builders import uniform_plan

CHANNELS = ["email", "social", "display", "sms", "push"]
SCENARIO = Scenario.model_validate(
    {
        "channels": CHANNELS,
        "population": 7,
        "days": 8,
        "tick_hours": 24,
        "segments": {
            "ages": [(18, 79)],
            "age_shares": [1.0],
            "values": [1.0],
            "value_shares": [1.0],
        },
        "customers": {"memory_hours": 72, "churn": 0},
        "mechanisms": {"opt_out": False},
    }
)
MEMORY = 3
HEARD = [
    "00000",  # one message, from five channels
    "0101.",
    "012..",
    "01230",
    "3....",
    ".....",
    "0123.",  # dead
]
"""By customer what each channel has said."""


def heard_population(age: int) -> Population:
    """Customers who heard everything so many ticks ago."""
    engine = Population(SCENARIO, 1)
    engine.reset([0], [1], [1])
    now = SCENARIO.clock_start - 1
    for customer, words in enumerate(HEARD):
        for channel, word in enumerate(words):
            if word != ".":
                engine.people.heard[channel, customer] = int(word)
                engine.people.touched[channel, customer] = now - age
    engine.people.alive[-1] = 0
    return engine


def voices(engine: Population) -> list[int]:
    states = engine.survey().states[0, 0]
    columns = (kernels.TWO_MESSAGES, kernels.THREE_MESSAGES, kernels.FOUR_MESSAGES)
    return [int(states[column]) for column in columns]


def test_different_messages_are_counted_among_the_living() -> None:
    assert voices(heard_population(0)) == [1, 1, 1]


def test_they_are_remembered_as_long_as_the_memory_lasts() -> None:
    assert voices(heard_population(MEMORY - 1)) == [1, 1, 1]
    assert voices(heard_population(MEMORY)) == [0, 0, 0]


def test_who_never_heard_anything_has_no_voice() -> None:
    engine = Population(SCENARIO, 1)
    engine.reset([0], [1], [1])
    assert voices(engine) == [0, 0, 0]


def test_one_message_that_is_heard_anew_leaves_the_others_to_fade() -> None:
    engine = heard_population(0)
    budget = np.full((1, engine.accounts), 10**9)
    seen = []
    for message in (0, 0, 0, 0):
        engine.advance(uniform_plan(SCENARIO, 4, message), budget)
        seen.append(voices(engine))
        assert seen[-1] == _slow_voices(engine, len(seen))
    assert seen[-1] == [0, 0, 0]


def _slow_voices(engine: Population, ticks: int) -> list[int]:
    now, found = SCENARIO.clock_start + ticks - 1, [0, 0, 0, 0, 0]
    touched: npt.NDArray[np.int64] = engine.people.touched.astype(np.int64)
    for customer in np.flatnonzero(engine.people.alive):
        recent = now - touched[:, customer] < MEMORY
        found[len(set(engine.people.heard[recent, customer].tolist()))] += 1
    return found[2:]

"""The phases of a customer's tick compile for CUDA, a customer a thread, in single precision.

No device is needed: the compiler is told which to write for. A launcher is still to come. Without
the extra the same tick runs here, so that it follows the kernels wherever the tests run.
"""

from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from numba import njit, typeof

from onevoice.envs.engine import kernels, parameters
from onevoice.envs.engine.kernels.buffers import (
    ResponseBuffer,
    TickBuffer,
    TouchedBuffer,
    channel_action,
)
from onevoice.envs.engine.kernels.conflict import (
    find_regrets,
    gather,
    pair_conflicts,
    sum_exposure,
    update_last_message,
    update_states,
    write_back,
)
from onevoice.envs.engine.kernels.contact import draw_contacts, screen
from onevoice.envs.engine.kernels.draws import tick_key
from onevoice.envs.engine.kernels.drift import drift, start_tick
from onevoice.envs.engine.kernels.inputs import World
from onevoice.envs.engine.kernels.leave import draw_departures
from onevoice.envs.engine.kernels.purchase import draw_purchases, price_orders, recall_offers
from onevoice.envs.engine.kernels.response import address, draw_responses, react, remember
from onevoice.envs.engine.kernels.state import block_state, channel_state, channel_states
from onevoice.envs.spec.loading import load_scenario

COMPUTE_CAPABILITY = (8, 0)


def columns_of(kind: Any) -> Any:
    """A function that slices each array of a buffer to customers ``i`` to ``j``."""
    hints, names = get_type_hints(kind, include_extras=True), []
    for name in kind._fields:
        axes = get_args(hints[name])[1].split()
        cut = {"K": "[i:j]", "C K": "[:, i:j]", "C+2 K": "[:, i:j]"}.get(" ".join(axes), "")
        names.append(f"buffer.{name}{cut}")
    made: dict[str, Any] = {"kind": kind, "__name__": __name__}
    exec(f"def own(buffer, i, j):\n    return kind({', '.join(names)})\n", made)
    return njit(made["own"])


own_tick = columns_of(TickBuffer)
own_touched = columns_of(TouchedBuffer)
own_response = columns_of(ResponseBuffer)


def tick(
    i: Any,
    world: Any,
    traits: Any,
    people: Any,
    market: Any,
    memory: Any,
    t: Any,
    tally: Any,
    totals: Any,
) -> None:
    """A customer's tick but for search and the budget, phase by phase as in ``advance_block``.

    Every customer is a block of one, with tallies of its own.
    """
    j, rates, channels, states = i + 1, world.rates, world.channels, world.states
    tally, totals = tally[i:j], totals[i:j]
    seed, season, odds, actions = market
    state, buffer = block_state(traits, people, i, j), own_tick(memory[0], i, j)
    touched, response = own_touched(memory[1], i, j), own_response(memory[2], i, j)
    key, now, me = tick_key(seed, t), np.uint16(t), buffer.places[0]
    start_tick(rates, rates.entry * season[t], key, i, state, buffer)
    drift(rates, state)
    for c in range(len(channels.kind)):
        action = channel_action(channels, actions, odds, c)
        mine, touch = channel_state(states, c, i, j), buffer.touch[c]
        draw_contacts(action.number, state, mine.subscribed, buffer, c, False)
        if state.alive[0] != 0:
            screen(rates, action, kernels.RESTED, now, state, mine, buffer, c, me)
        if touch[0] != 0:
            remember(now, action, buffer.span, me, mine, tally[:, c])
            address(action, state, mine.affinity, buffer, me, response)
            draw_responses(rates, action, response, 1)
            react(now, response.reply, buffer, c, me, mine, tally[:, c])
    gather(rates, now, states, i, state, buffer, me, touched)
    sum_exposure(channels, touched, 1)
    pair_conflicts(rates, touched, 1)
    update_last_message(channels.by_intrusiveness, touched, 1)
    find_regrets(rates, now, touched, 1)
    update_states(rates, touched, 1)
    state.event[0] = kernels.NOTHING
    if buffer.visit[0] != 0:
        recall_offers(rates, now, states, i, me, buffer.best_offer)
        orders = draw_purchases(rates, state, buffer, me, totals)
        price_orders(world.orders, now, state, buffer, me[:orders], totals)
    draw_departures(rates, state, buffer)
    write_back(now, touched, buffer.span, me, state, totals)


@pytest.fixture
def arguments(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """What ``tick`` takes after the customer's place, for two customers; it is compiled itself."""
    monkeypatch.setitem(globals(), "tick", njit(tick))
    scenario = load_scenario("quartet", population=2)
    rates, channels = parameters.pack_rates(scenario), parameters.pack_channels(scenario)
    people, traits = kernels.STATE.read(kernels.STATE.allocate(C=len(channels.kind), N=2))
    states = channel_states.py_func(traits, people)
    world = World(rates, channels, parameters.order_quantiles(scenario), states)
    memory = kernels.make_buffers(len(channels.kind), 2, 1)
    touched, response, actions, buffer, _ = kernels.BUFFERS.read(memory)
    markets = parameters.empty_markets(scenario, 1)
    market = (markets.seeds[0], markets.season[0], markets.odds[0], actions)
    tally = np.zeros((2, len(states.heard), kernels.CHANNEL_COLUMNS), np.int64)
    totals = np.zeros((2, kernels.SYSTEM_COLUMNS), np.int64)
    return world, traits, people, market, (buffer, touched, response), 100, tally, totals


def test_the_tick_touches_whom_it_must(arguments: tuple[Any, ...]) -> None:
    world, _, people, _, (buffer, _, _), _, tally, _ = arguments
    people.alive[0] = 1
    world.states.subscribed[:] = 1
    buffer.base_chance[:] = 1.0
    for i in range(2):
        tick(i, *arguments)
    assert tally[:, :, kernels.TOUCHES].tolist() == [[1, 1, 1, 1], [0, 0, 0, 0]]


def test_the_tick_compiles_for_cuda(
    arguments: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cuda.bindings.nvrtc", reason="the extra 'cuda' is not installed")
    cuda = pytest.importorskip("numba.cuda", reason="the extra 'cuda' is not installed")
    device = SimpleNamespace(compute_capability=COMPUTE_CAPABILITY)
    monkeypatch.setattr(cuda.dispatcher, "get_current_device", lambda: device)

    def kernel(
        world: Any,
        traits: Any,
        people: Any,
        market: Any,
        memory: Any,
        t: Any,
        tally: Any,
        totals: Any,
    ) -> None:
        i = cuda.grid(1)
        if i < len(people.alive):
            tick(i, world, traits, people, market, memory, t, tally, totals)

    code, _ = cuda.compile_ptx(kernel, tuple(map(typeof, arguments)), cc=COMPUTE_CAPABILITY)
    assert ".f32" in code
    assert ".f64" not in code
    assert ".local" not in code

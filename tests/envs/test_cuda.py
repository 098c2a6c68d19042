"""The phases of a customer's tick compile for CUDA, a customer a thread, in single precision.

No device is needed: the compiler is told which to write for. A launcher is still to come.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numba import njit, typeof

from onevoice.envs import kernels, parameters
from onevoice.envs.loading import load_scenario

pytest.importorskip("cuda.bindings.nvrtc", reason="the extra 'cuda' is not installed")
cuda = pytest.importorskip("numba.cuda", reason="the extra 'cuda' is not installed")
COMPUTE_CAPABILITY = (8, 0)


def own(work: Any, i: Any, j: Any) -> Any:
    """The working memory of customer ``i``."""
    near = work.near
    mine = kernels.Near(
        near.fade[:, i:j], near.touch[:, i:j], near.heard[:, i:j], near.offered[:, i:j],
        near.mismatch[i:j], near.gap[i:j], near.weight[i:j], near.conflicts[i:j],
    )  # fmt: skip
    return kernels.Scratch(
        work.base[i:j], work.visit[i:j], work.asked[i:j], work.paid[i:j], work.spoken[i:j],
        work.gone[i:j], work.regretted[i:j], work.top_offer[i:j], work.best_offer[i:j],
        work.price[i:j], work.luck[i:j], work.load[i:j], work.exposure[i:j], work.relevant[i:j],
        work.agree[i:j], work.differ[i:j], work.clash[i:j], mine, work.calm[:, i:j],
        work.stirred[:, i:j], work.touch[:, i:j], work.places[:, i:j], work.heads,
    )  # fmt: skip


def tick(world: Any, work: Any, env: Any, segment: Any, t: Any, tally: Any) -> None:
    """A customer's tick but for search and the purse, phase by phase as in ``advance_block``."""
    i = cuda.grid(1)
    if i >= len(world.people.alive):
        return
    j, rates, people, channels = i + 1, world.rates, world.people, world.channels
    crowd, mine = kernels.crowd_of(world.traits, people, i, j), own(work, i, j)
    key, now = kernels.tick_key(world.markets.seeds[env], t), np.uint16(t)
    kernels.start_tick(
        rates, rates.entry * world.markets.season[env, t], key, i, crowd.alive, crowd.in_market,
        crowd.awareness, crowd.pressure, mine.base, mine.visit, mine.asked,
    )  # fmt: skip
    kernels.drift(rates, crowd.trust, crowd.depth)
    me = mine.places[0]
    kernels.clear(mine, me)
    for c in range(len(channels.kind)):
        voice = kernels.voice_of(world.plan, channels, world.markets, env, segment, c)
        subscribed, engaged = people.subscribed[c, i:j], people.engaged[c, i:j]
        heard, offered = people.heard[c, i:j], people.offered[c, i:j]
        touched, touch = people.touched[c, i:j], mine.touch[c]
        kernels.contact(
            voice.number, mine.calm[c], mine.stirred[c], False, crowd.alive, subscribed,
            crowd.event, mine.base, touch,
        )  # fmt: skip
        kernels.screen(
            rates, voice, now, subscribed, crowd.event, engaged, touched, heard, mine.base, me,
            touch,
        )  # fmt: skip
        if touch[0] != 0:
            done = kernels.respond(
                rates, voice, now, crowd, world.traits.affinity[c, i:j], mine.base, me, engaged,
                subscribed, mine.visit, mine.relevant, mine.exposure,
            )  # fmt: skip
            kernels.remember(
                voice, now, channels.intrusiveness[c], channels.awareness[c], me, crowd.story,
                heard, offered, touched, mine.agree, mine.differ, mine.top_offer, mine.load,
                mine.exposure,
            )  # fmt: skip
            for x in range(3):
                cuda.atomic.add(tally, x, done[x])
    memory = (people.heard[:, i:j], people.offered[:, i:j], people.touched[:, i:j])
    near = mine.near
    kernels.gather(rates, now, mine.touch, *memory, me, near)
    kernels.compare(rates, near, 1, near.mismatch, near.gap, near.weight)
    kernels.weigh(rates, near.mismatch, near.gap, near.weight, me, 0, 1, near.conflicts, mine.clash)
    kernels.retell(
        rates, now, channels.loudness, world.plan.message[env, :, segment], mine.touch, crowd,
        mine.top_offer, me, mine.regretted,
    )  # fmt: skip
    crowd.event[0] = kernels.NOTHING
    if mine.visit[0] != 0:
        kernels.recall_offers(rates, now, memory[2], memory[1], me, mine.best_offer)
        orders, _ = kernels.decide(
            rates, crowd, mine.base, me, mine.best_offer, crowd.in_market, crowd.event
        )
        kernels.charge(
            world.orders, now, crowd.value, mine.base, mine.best_offer, me[:orders], crowd.bought,
            crowd.bought_offer, mine.price,
        )  # fmt: skip
    kernels.depart(
        rates, crowd.alive, crowd.trust, crowd.pressure, crowd.strain, crowd.value, mine.base,
        mine.gone, mine.luck,
    )  # fmt: skip
    kernels.sink_in(rates, crowd, mine, me)


def test_the_tick_compiles_for_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    device = SimpleNamespace(compute_capability=COMPUTE_CAPABILITY)
    monkeypatch.setattr(cuda.dispatcher, "get_current_device", lambda: device)
    monkeypatch.setitem(globals(), "own", njit(own))
    scenario = load_scenario("quartet", population=2)
    rates, channels = parameters.pack_rates(scenario), parameters.pack_channels(scenario)
    traits, people = kernels.split_state(kernels.make_state(len(channels.kind), 2))
    world = kernels.World(
        kernels.silent_plan(1, len(channels.kind), scenario.segments.count), rates, channels,
        parameters.empty_markets(scenario, 1), parameters.order_quantiles(scenario), traits, people,
    )  # fmt: skip
    memory = kernels.make_memory(len(channels.kind), 2, 1)
    work = kernels.work_of.py_func(memory)
    arguments = (world, work, 0, 0, 0, np.zeros(3, np.int32))
    code, _ = cuda.compile_ptx(tick, tuple(map(typeof, arguments)), cc=COMPUTE_CAPABILITY)
    assert ".f32" in code
    assert ".f64" not in code
    assert ".local" not in code

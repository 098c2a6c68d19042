"""The phases of a customer's tick compile for CUDA, a customer a thread, in single precision.

No device is needed: the compiler is told which to write for. A launcher is still to come. Without
the extra the same tick runs here, so that it follows the kernels wherever the tests run.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numba import njit, typeof

from onevoice.envs.engine import kernels, parameters
from onevoice.envs.spec.loading import load_scenario

COMPUTE_CAPABILITY = (8, 0)


def own(near: Any, talk: Any, i: Any, j: Any) -> Any:
    """The columns of customer ``i``."""
    mine = kernels.Near(
        near.touch[:, i:j], near.heard[:, i:j], near.offered[:, i:j], near.fade[:, i:j],
        near.trust[i:j], near.awareness[i:j], near.pressure[i:j], near.depth[i:j],
        near.strain[i:j], near.load[i:j], near.exposure[i:j], near.relevant[i:j],
        near.agree[i:j], near.differ[i:j], near.mismatch[i:j], near.gap[i:j], near.weight[i:j],
        near.story[i:j], near.bought_offer[i:j], near.top_offer[i:j], near.conflicts[i:j],
        near.regretted[i:j], near.bought[i:j],
    )  # fmt: skip
    return mine, kernels.Talk(
        talk.word[i:j], talk.trust[i:j], talk.pressure[i:j], talk.strain[i:j], talk.taste[i:j],
        talk.fit[i:j], talk.offer[i:j], talk.match[i:j], talk.reply[i:j],
    )  # fmt: skip


def own_work(work: Any, i: Any, j: Any) -> Any:
    """The working memory of customer ``i``."""
    return kernels.Scratch(
        work.base[i:j], work.visit[i:j], work.asked[i:j], work.paid[i:j], work.spoken[i:j],
        work.gone[i:j], work.best_offer[i:j], work.price[i:j], work.luck[i:j], work.part[i:j],
        work.calm[:, i:j], work.stirred[:, i:j], work.touch[:, i:j], work.places[:, i:j],
        work.counts,
    )  # fmt: skip


def tick(
    i: Any, world: Any, traits: Any, people: Any, market: Any, memory: Any, t: Any, tally: Any,
    totals: Any,
) -> None:  # fmt: skip
    """A customer's tick but for search and the budget, phase by phase as in ``advance_block``.

    Every customer is a block of one, with tallies of its own.
    """
    j, rates, channels, bonds = i + 1, world.rates, world.channels, world.bonds
    tally, totals = tally[i:j], totals[i:j]
    seed, season, odds, voices = market
    crowd, mine = kernels.crowd_of(traits, people, i, j), own_work(memory[0], i, j)
    near, talk = own(memory[1], memory[2], i, j)
    key, now, part, me = kernels.tick_key(seed, t), np.uint16(t), mine.part, mine.places[0]
    kernels.start_tick(
        rates, rates.entry * season[t], key, i, crowd.alive, crowd.in_market, crowd.awareness,
        crowd.pressure, mine.base, mine.visit, mine.asked,
    )  # fmt: skip
    kernels.drift(rates, crowd.trust, crowd.depth)
    for c in range(len(channels.kind)):
        voice = kernels.voice_of(channels, voices, odds, c)
        subscribed, engaged = bonds.subscribed[c, i:j], bonds.engaged[c, i:j]
        heard, offered = bonds.heard[c, i:j], bonds.offered[c, i:j]
        touched, touch, calm, stirred = (
            bonds.touched[c, i:j], mine.touch[c], mine.calm[c], mine.stirred[c],
        )  # fmt: skip
        kernels.contact(
            voice.number, calm, stirred, False, crowd.alive, subscribed, crowd.event, mine.base,
            touch,
        )  # fmt: skip
        if crowd.alive[0] != 0:
            kernels.screen(
                rates, voice.number, kernels.RESTED, voice.message, now, calm, stirred, subscribed,
                crowd.event, engaged, touched, heard, mine.base, part, me, touch,
            )  # fmt: skip
        if touch[0] != 0:
            kernels.remember(now, voice, part, me, heard, offered, touched, tally[:, c])
            kernels.address(voice, crowd, bonds.affinity[c, i:j], mine.base, part, me, talk)
            kernels.respond(rates, voice, talk, 1)
            kernels.react(
                now, talk.reply, part, me, touch, engaged, subscribed, mine.visit, tally[:, c]
            )
    known = (bonds.heard[:, i:j], bonds.offered[:, i:j], bonds.touched[:, i:j])
    kernels.gather(rates, now, mine.touch, *known, crowd, me, near)
    kernels.impress(channels, near, 1)
    kernels.compare(rates, near, 1)
    kernels.retell(rates, now, channels.loudness, near, 1)
    kernels.sink_in(rates, near, 1)
    crowd.event[0] = kernels.NOTHING
    if mine.visit[0] != 0:
        kernels.recall_offers(rates, now, known[2], known[1], me, mine.best_offer)
        orders = kernels.decide(
            rates, crowd, mine.base, part, me, mine.best_offer, crowd.in_market, crowd.event,
            totals,
        )  # fmt: skip
        kernels.charge(
            world.orders, now, crowd.value, mine.base, mine.best_offer, part, me[:orders],
            crowd.bought, crowd.bought_offer, mine.price, totals,
        )  # fmt: skip
    kernels.depart(
        rates, crowd.alive, crowd.trust, crowd.pressure, crowd.strain, crowd.value, mine.base,
        mine.gone, mine.luck,
    )  # fmt: skip
    kernels.change(now, near, part, me, crowd, totals)


@pytest.fixture
def arguments(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """What ``tick`` takes after the customer's place, for two customers; it is compiled itself."""
    for function in (own, own_work, tick):
        monkeypatch.setitem(globals(), function.__name__, njit(function))
    scenario = load_scenario("quartet", population=2)
    rates, channels = parameters.pack_rates(scenario), parameters.pack_channels(scenario)
    traits, people = kernels.split_state(kernels.make_state(len(channels.kind), 2))
    bonds = kernels.bonds_of.py_func(traits, people)
    world = kernels.World(rates, channels, parameters.order_quantiles(scenario), bonds)
    memory = kernels.Memory(*map(np.zeros_like, kernels.make_memory(len(bonds.heard), 2, 1)))
    near, talk, voices, work, _ = kernels.work_of.py_func(memory)
    markets = parameters.empty_markets(scenario, 1)
    market = (markets.seeds[0], markets.season[0], markets.odds[0], voices)
    tally = np.zeros((2, len(bonds.heard), kernels.CHANNEL_COLUMNS), np.int64)
    totals = np.zeros((2, kernels.SYSTEM_COLUMNS), np.int64)
    return world, traits, people, market, (work, near, talk), 100, tally, totals


def test_the_tick_touches_whom_it_must(arguments: tuple[Any, ...]) -> None:
    world, _, people, _, (work, _, _), _, tally, _ = arguments
    people.alive[0] = 1
    world.bonds.subscribed[:] = 1
    work.calm[:] = 1.0
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
        world: Any, traits: Any, people: Any, market: Any, memory: Any, t: Any, tally: Any,
        totals: Any,
    ) -> None:  # fmt: skip
        i = cuda.grid(1)
        if i < len(people.alive):
            tick(i, world, traits, people, market, memory, t, tally, totals)

    code, _ = cuda.compile_ptx(kernel, tuple(map(typeof, arguments)), cc=COMPUTE_CAPABILITY)
    assert ".f32" in code
    assert ".f64" not in code
    assert ".local" not in code

"""The coordination layer's rules as kernels take them, and what they know of the past."""

from typing import Annotated, Any, NamedTuple

import numpy as np

from onevoice.envs.engine.kernels.arithmetic import NO, ticks_since
from onevoice.envs.engine.kernels.bits import EMPTY, count_bits
from onevoice.envs.engine.kernels.buffers import ChannelActions, RuleBuffer, TickBuffer
from onevoice.envs.engine.kernels.columns import NOTHING, PUSH
from onevoice.envs.engine.kernels.compiling import phase, scalar, stage
from onevoice.envs.engine.kernels.draws import channel_salt, mix, salt, uniform, uniform_bits
from onevoice.envs.engine.kernels.inputs import Block, World
from onevoice.envs.engine.kernels.packing import Layout
from onevoice.envs.engine.kernels.purposes import (
    ALL_CHANNELS,
    DRAW_CONTACT,
    DRAW_INSTANT,
    DRAW_TURN,
)
from onevoice.envs.engine.kernels.state import BlockState
from onevoice.envs.typing import F32, I32, I64, U8, U16, U64


class Rules(NamedTuple):
    """The coordination layer; windows are ticks, or masks with a bit for each tick."""

    lag: np.int64
    """Ticks by which known touches are older than the present."""
    race: np.int64
    """Or a lag below a tick, in 2**-24 of it."""
    purchase: np.int64
    risk: np.int64
    """Mask."""
    risk_load: np.int64
    cap: np.int64
    """Mask."""
    pooled: np.int64
    """Mask."""
    gap: np.int64
    """Mask."""
    priority: np.int64
    exclusion: np.int64
    lock: np.int64
    """Mask."""
    lock_message: np.int64
    lock_offer: np.int64
    burst: np.int64
    """Mask."""
    regret: np.int64
    ticks: np.int64
    """Of a decision."""
    held: np.int64
    """Share held from all channels, in 2**-24."""
    weight: Annotated[I64, "C"]
    """Intrusiveness in thousandths; 0 where nothing is pushed."""
    most: Annotated[I64, "C"]
    """The channels' caps."""
    least: Annotated[I64, "C"]
    """What the global cap leaves them."""
    rank: Annotated[I64, "C"]
    held_from: Annotated[I64, "C"]
    """Share held from the channel, in 2**-24."""
    sleeps: Annotated[I64, "C"]
    """Whether the channel has quiet hours."""
    quiet: Annotated[U8, "T"]
    """Whether a tick of the episode is quiet."""
    said: Annotated[U8, "B X R C S"]
    """Messages and discounts (``X``) of the last decisions, a ring of ``R``."""
    history: Annotated[U64, "C N"]
    """Bit k: touched k ticks before the last touch."""
    held_out: Annotated[U8, "N"]
    """Bit c: from channel c; the highest: from all."""


RULEBOOK = Layout(Rules)
read_rules = stage(RULEBOOK.read)
"""The rules of packed arrays, for kernels."""


class RuleInputs(NamedTuple):
    """What rules are asked about."""

    kinds: I32
    numbers: I32
    message: U8
    percent: U8
    bought: U16
    event: U8
    base_chance: F32
    spans: I64
    caps: I64
    touched: U16
    """Of all customers, ``[C, N]``, like the next."""
    engaged: U16


@stage
def rule_inputs(
    world: World, block: Block, state: BlockState, actions: ChannelActions, buffer: TickBuffer
) -> Any:
    """What rules are asked about in one block."""
    return RuleInputs(
        world.channels.kind,
        world.channels.number,
        actions.message,
        actions.percent,
        state.bought,
        state.event,
        buffer.base_chance,
        block.spans,
        block.caps,
        world.states.touched,
        world.states.engaged,
    )


@scalar
def knows_late(rulebook: Any) -> Any:
    """Whether the layer does not know everything at once."""
    rules = read_rules(rulebook)
    return (rules.lag > 0) | (rules.race > 0)


@scalar
def past_touches(history: Any, age: Any, lag: Any) -> Any:
    """A channel's touches, bit k: ``k + lag`` ticks ago; the last one was ``age`` ticks ago."""
    past = history << np.uint64(age) if age < 64 else EMPTY
    return past >> np.uint64(lag) if lag < 64 else EMPTY


@scalar
def within(bits: Any, mask: Any) -> Any:
    """How many touches lie in a window."""
    return np.int64(count_bits(bits & np.uint64(mask)))


@scalar
def since(now: Any, stamp: Any, lag: Any, window: Any, blind: Any) -> Any:
    """Whether something that ended a tick, of which the last is kept, is known to lie in a window.

    In the next tick it is 0 ticks old; who is ``blind`` does not know it then.
    """
    age = np.int64(ticks_since(now, stamp)) - 1 - lag
    return (age >= blind) & (age < window)


@phase
def list_channels(touch: Any, q: Any, found: Any) -> Any:
    """List the channels that touch customer ``q``; returns how many there are."""
    count = 0
    for c in range(len(touch)):
        found[count] = c
        count += 1 if touch[c, q] != NO else 0
    return count


@phase
def sort_by_priority(rules: Rules, numbers: Any, word: Any, memory: RuleBuffer, count: Any) -> None:
    """Sort the ``count`` channels that want to touch a customer by priority, ties by lot."""
    for place in range(count if count > 1 else 0):
        c = memory.wishing[place]
        lot = mix(word ^ salt(DRAW_TURN + numbers[c]))
        turn = (np.uint64(rules.rank[c]) << np.uint64(32)) | np.uint64(lot)
        while place > 0 and memory.turns[place - 1] > turn:
            memory.turns[place], memory.wishing[place] = (
                memory.turns[place - 1],
                memory.wishing[place - 1],
            )
            place -= 1
        memory.turns[place], memory.wishing[place] = turn, c


@phase
def set_instants(
    inputs: RuleInputs, word: Any, memory: RuleBuffer, count: Any, q: Any, race: Any
) -> None:
    """When in the tick each wish comes up; wishes that an event triggers do so together.

    What ended the last tick is news to those that come up with the event or too soon after it.
    """
    together = uniform_bits(word, salt(DRAW_INSTANT + ALL_CHANNELS))
    for c in memory.wishing[:count]:
        number = inputs.numbers[c]
        hit = uniform(word, channel_salt(number, DRAW_CONTACT)) < inputs.base_chance[c, q]
        alone = uniform_bits(word, salt(DRAW_INSTANT + number))
        triggered = (inputs.event[q] != NOTHING) & (not hit)
        memory.instants[c] = together if triggered else alone
        memory.blind[c] = 1 if triggered | (alone < race) else 0


@phase
def recall_touches(rules: Rules, inputs: RuleInputs, now: Any, i: Any, lag: Any, known: Any) -> Any:
    """What is known of the past touches of customer ``i``, by channel in ``known``.

    Returns the pushes and all touches as bits, and the loads of the pushes in the windows of
    ``at_risk`` and ``global_cap``.
    """
    pushed, touched, risk, load = EMPTY, EMPTY, 0, 0
    for c in range(len(inputs.kinds)):
        bits = past_touches(rules.history[c, i], ticks_since(now, inputs.touched[c, i]), lag)
        known[c] = bits
        touched = touched | bits
        pushed = pushed | (bits if inputs.kinds[c] == PUSH else EMPTY)
        risk += rules.weight[c] * within(bits, rules.risk)
        load += rules.weight[c] * within(bits, rules.pooled)
    return pushed, touched, risk, load


@phase
def compare_with_kept(
    rules: Rules, inputs: RuleInputs, memory: RuleBuffer, c: Any, p: Any, kept: Any, race: Any
) -> Any:
    """What channel ``c`` knows of the first ``kept`` wishes of the tick: those not too close to it.

    Returns whether there is any, whether it is a push, the pushes' load, and whether some hold the
    same message or the same discount.
    """
    met, crossed, load, same, equal = False, False, 0, False, False
    for d in memory.wishing[:kept]:
        if race > 0 and abs(memory.instants[c] - memory.instants[d]) < race:
            continue
        met, crossed = True, crossed | (inputs.kinds[d] == PUSH)
        load += rules.weight[d]
        same = same | (inputs.message[c, p] == inputs.message[d, p])
        equal = equal | (inputs.percent[c, p] == inputs.percent[d, p])
    return met, crossed, load, same, equal


@phase
def engaged_recently(
    inputs: RuleInputs, now: Any, i: Any, lag: Any, window: Any, blind: Any
) -> Any:
    """Whether a push channel is known to have engaged customer ``i`` within a window."""
    found = False
    for c in range(len(inputs.kinds)):
        known = since(now, inputs.engaged[c, i], lag, window, blind)
        found = found | ((inputs.kinds[c] == PUSH) & known)
    return found


@phase
def breaks_lock(
    rules: Rules, known: Any, message: Any, percent: Any, span: Any, then: Any, bit: Any
) -> Any:
    """Whether a wish contradicts all that was said in a past tick, where ``bit`` is set."""
    env, segment, row = span[0], span[1], (then // rules.ticks) % rules.said.shape[2]
    same, equal = rules.lock_message == 0, rules.lock_offer == 0
    for d in range(len(known)):
        if (known[d] & bit) != EMPTY:
            same = same | (rules.said[env, 0, row, d, segment] == message)
            equal = equal | (rules.said[env, 1, row, d, segment] == percent)
    return not (same & equal)

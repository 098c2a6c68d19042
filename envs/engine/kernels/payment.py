"""Contact: what the touches cost, of which the budget pays what it can."""

from typing import Any

import numpy as np

from onevoice.envs.engine.kernels.arithmetic import NO, flag, probability_from_odds
from onevoice.envs.engine.kernels.bits import keep, unite, wipe
from onevoice.envs.engine.kernels.buffers import (
    ChannelAction,
    ChannelActions,
    Ledger,
    TickBuffer,
    channel_action,
)
from onevoice.envs.engine.kernels.columns import BRAND_QUERY, REFUSED, SEARCH, SPEND
from onevoice.envs.engine.kernels.compiling import phase, stage
from onevoice.envs.engine.kernels.contact import shorten_lists
from onevoice.envs.engine.kernels.draws import channel_salt, uniform
from onevoice.envs.engine.kernels.inputs import Block, Channels, Rates, World
from onevoice.envs.engine.kernels.purposes import DRAW_ENGAGE
from onevoice.envs.engine.kernels.response import response_log_odds
from onevoice.envs.engine.kernels.state import BlockState


@stage
def pay_for_contacts(
    world: World,
    block: Block,
    state: BlockState,
    actions: ChannelActions,
    buffer: TickBuffer,
    ledger: Ledger,
    turn: Any,
) -> None:
    """Add up what the touches of this tick cost and pay for them, see ``grant``."""
    rates, channels, _, states = world
    _, _, odds, _, lo, hi, _ = block
    wipe(buffer.paid, hi - lo)
    for c in range(len(channels.kind)):
        listed, wanted = buffer.places[c, : buffer.counts[c]], buffer.wanted[:, c]
        wanted[:] = 0
        if channels.kind[c] == SEARCH:
            action = channel_action(channels, actions, odds, c)
            query(rates, action, state, states.affinity[c, lo:hi], buffer, listed, wanted)
        else:
            bill(buffer.span, actions.cost[c], listed, wanted)
    grant(channels, actions.cost, buffer, ledger, hi - lo, turn)


@phase
def bill(span: Any, costs: Any, listed: Any, wanted: Any) -> None:
    """What the touches of a channel cost."""
    for q in listed:
        wanted[span[q]] += costs[span[q]]


@phase
def query(
    rates: Rates,
    action: ChannelAction,
    state: BlockState,
    affinity: Any,
    buffer: TickBuffer,
    listed: Any,
    wanted: Any,
) -> None:
    """Search: who of those that are shown the ad clicks it, and what the clicks cost."""
    click_salt = channel_salt(action.number, DRAW_ENGAGE)
    brand_odds = action.odds * rates.brand_odds
    for q in listed:
        p, brand = buffer.span[q], (buffer.asked[q] & BRAND_QUERY) != NO
        distrust = rates.trust_baseline - state.trust[q]
        match = state.need[q] == action.message[p]
        offer = action.offer[p] * state.sensitivity[q]
        x = response_log_odds(
            rates, distrust, state.pressure[q], affinity[q], action.fit[p], match, offer
        )
        chance = probability_from_odds(brand_odds if brand else action.odds, x)
        clicks = uniform(buffer.word[q], click_salt) < chance
        buffer.paid[q] = flag(clicks)
        cost = action.brand_cost[p] if brand else action.cost[p]
        buffer.price[q] = cost if clicks else np.int32(0)
        wanted[p] += buffer.price[q]


@phase
def grant(
    channels: Channels, costs: Any, buffer: TickBuffer, ledger: Ledger, n: Any, turn: Any
) -> None:
    """Pay for this tick's touches out of the block's share, never more than it holds."""
    wanted = buffer.wanted
    spans = len(ledger.totals)
    for account in range(len(ledger.budget)):
        total = np.int64(0)
        for c in range(len(channels.kind)):
            if channels.account[c] == account:
                for p in range(spans):
                    total += wanted[p, c]
        if total > ledger.budget[account]:
            ration(channels, costs, buffer, ledger, n, account, turn)
            continue
        ledger.budget[account] -= total
        for c in range(len(channels.kind)):
            if channels.account[c] == account:
                for p in range(spans):
                    ledger.tally[p, c, SPEND] += wanted[p, c]


@phase
def ration(
    channels: Channels,
    costs: Any,
    buffer: TickBuffer,
    ledger: Ledger,
    n: Any,
    account: Any,
    turn: Any,
) -> None:
    """An account runs dry, which is rare: grant one touch at a time, from a start that rotates."""
    n_channels = len(channels.kind)
    for step in range(n):
        q = (turn + step) % n
        p = buffer.span[q]
        for place in range(n_channels):
            c = (turn + step + place) % n_channels
            if buffer.touch[c, q] == NO or channels.account[c] != account:
                continue
            search = channels.kind[c] == SEARCH
            price = np.int64(buffer.price[q] if search else costs[c, p])
            if price <= ledger.budget[account]:
                ledger.budget[account] -= price
                ledger.tally[p, c, SPEND] += price
                continue
            ledger.tally[p, c, REFUSED] += 1
            buffer.touch[c, q] = NO
            if search:
                buffer.paid[q] = NO
    shorten_lists(buffer)
    unite(buffer.touch, n, buffer.touched)
    row = buffer.places[n_channels]
    buffer.counts[n_channels] = keep(buffer.touched, row[: buffer.counts[n_channels]], row)

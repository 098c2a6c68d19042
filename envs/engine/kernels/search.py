"""Search: what customers find who search, paid results where there are any, and organic ones."""

from typing import Any

from onevoice.envs.engine.kernels.arithmetic import NO, YES, flag, ticks_since
from onevoice.envs.engine.kernels.buffers import Ledger, TickBuffer
from onevoice.envs.engine.kernels.columns import (
    AWARE_CLICKS,
    BRAND,
    BRAND_QUERY,
    CLICKS,
    ENGAGEMENTS,
    GENERIC,
    PUSH,
    SEARCH,
)
from onevoice.envs.engine.kernels.compiling import phase, stage
from onevoice.envs.engine.kernels.draws import salt, uniform
from onevoice.envs.engine.kernels.inputs import Block, Rates, World
from onevoice.envs.engine.kernels.purposes import DRAW_ORGANIC


@stage
def search(world: World, block: Block, buffer: TickBuffer, ledger: Ledger, now: Any) -> None:
    """Turn queries into paid and organic visits."""
    rates, channels, _, states = world
    _, _, _, _, lo, hi, _ = block
    shown, asking = buffer.paid, len(channels.kind) + 1
    for c in range(len(channels.kind)):
        if channels.kind[c] == SEARCH:
            shown = buffer.touch[c]
            listed = buffer.places[c, : buffer.counts[c]]
            click_ads(
                rates, channels.kind, now, states.engaged[:, lo:hi], c, buffer, listed, ledger
            )
    listed = buffer.places[asking, : buffer.counts[asking]]
    find_results(rates, buffer, shown, listed, ledger.totals)


@phase
def click_ads(
    rates: Rates,
    kinds: Any,
    now: Any,
    engaged: Any,
    channel: Any,
    buffer: TickBuffer,
    listed: Any,
    ledger: Ledger,
) -> None:
    """The paid visits, and how many had just engaged with a push channel."""
    for q in listed:
        if buffer.paid[q] == NO:
            continue
        aware, p = False, buffer.span[q]
        for c in range(len(kinds)):
            recent = ticks_since(now, engaged[c, q]) < rates.memory
            aware = aware | (recent & (kinds[c] == PUSH))
        buffer.visit[q] = YES
        engaged[channel, q] = now
        ledger.tally[p, channel, ENGAGEMENTS] += 1
        ledger.tally[p, channel, CLICKS] += 1
        ledger.totals[p, AWARE_CLICKS] += flag(aware)


@phase
def find_results(rates: Rates, buffer: TickBuffer, shown: Any, listed: Any, totals: Any) -> None:
    """Organic results, which recapture most where no ad is shown; counts the queries by kind."""
    organic_salt = salt(DRAW_ORGANIC)
    visit, asked, span = buffer.visit, buffer.asked, buffer.span
    for q in listed:
        brand = asked[q] & BRAND_QUERY
        brand_p = rates.brand_beside if shown[q] != NO else rates.brand_alone
        generic_p = rates.generic_beside if shown[q] != NO else rates.generic_alone
        p = brand_p if brand != NO else generic_p
        visit[q] = visit[q] | flag(uniform(buffer.word[q], organic_salt) < p)
        totals[span[q], BRAND] += brand
        totals[span[q], GENERIC] += asked[q] >> YES

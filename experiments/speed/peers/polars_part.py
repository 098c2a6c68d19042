"""Customers as a polars frame, which is how mesa-frames keeps its agents.

It runs the part of a tick that :mod:`onevoice.experiments.speed.peers.part` describes, so ratios to
it are lower bounds. The only release of mesa-frames (0.1.0a0) asks for NumPy 1, so the frame is
used without it: an ``AgentSetPolars`` would run the same expressions and add its own bookkeeping.
"""

import polars as pl

from onevoice.envs.engine import kernels as k
from onevoice.envs.reference import Customers
from onevoice.envs.typing import I64
from onevoice.experiments.speed.peers.part import Uniform, draws, plain, speakers, voices

Changes = dict[str, pl.Expr]
STATES = ("awareness", "pressure", "trust", "inverse_tolerance")
exp = pl.Expr.exp
"""The tests put the model's in its place."""
DRAWS = {"contact": k.DRAW_CONTACT, "engage": k.DRAW_ENGAGE}


class Frame:
    """One column for each state; polars spreads what a step changes over its threads."""

    def __init__(self, customers: Customers, uniform: Uniform) -> None:
        self.customers, self.tick, self._uniform = customers, 0, uniform
        self.frame = pl.DataFrame({name: getattr(customers, name) for name in STATES})
        self._steps = [step(customers) for step in (drift, meet, respond, settle)]

    def decide(self, joint: I64) -> None:
        """Take the customers through one decision; ``joint`` holds the actions, ``[C, E]``."""
        for c, voice in voices(self.customers, joint).items():
            told = zip(voice._fields, voice, strict=True)
            self.frame = self.frame.with_columns(pl.Series(f"{name}{c}", x) for name, x in told)
        for _ in range(self.customers.scenario.ticks_per_decision):
            self._draw()
            for step in self._steps:
                self.frame = self.frame.with_columns(**step)
            self.tick += 1

    def _draw(self) -> None:
        for name, what in DRAWS.items():
            found = draws(self.customers, self._uniform, self.tick, what)
            self.frame = self.frame.with_columns(
                pl.Series(f"{name}{c}", u) for c, u in found.items()
            )


def drift(customers: Customers) -> Changes:
    """States decay, trust returns to its baseline."""
    r, trust = plain(customers.rates), pl.col("trust")
    return {
        "awareness": pl.col("awareness") * r.keep_awareness,
        "pressure": pl.col("pressure") * r.keep_pressure,
        "trust": trust + (r.trust_baseline - trust) * r.pull_trust,
    }


def meet(customers: Customers) -> Changes:
    """Whom each channel touches, in which mood, and the pressure beyond tolerance."""
    r, pressure = plain(customers.rates), pl.col("pressure")
    distrust = r.trust_baseline - pl.col("trust")
    touches = {
        f"touch{c}": pl.col(f"contact{c}") < pl.col(f"chance{c}") for c in speakers(customers)
    }
    return touches | {
        "mood": -r.fatigue * pressure - r.trust_response * distrust,
        "overload": (pressure * pl.col("inverse_tolerance") - 1.0).clip(0.0),
    }


def respond(customers: Customers) -> Changes:
    """Who opens or engages."""
    odds, found = customers.markets.odds[0].tolist(), {}
    for c in speakers(customers):
        scaled = odds[c] * exp(pl.col("mood") + pl.col(f"appeal{c}"))
        opens = pl.col(f"engage{c}") < scaled / (1.0 + scaled)
        found[f"opens{c}"] = pl.col(f"touch{c}") & opens
    return found


def settle(customers: Customers) -> Changes:
    """Trust, awareness and pressure after the touches."""
    r, channels = plain(customers.rates), plain(customers.channels)
    load = exposure = relevant = pl.lit(0.0, pl.Float32)
    for c in speakers(customers):
        touch, opens = (pl.col(f"{name}{c}").cast(pl.Float32) for name in ("touch", "opens"))
        load = load + channels.intrusiveness[c] * touch
        exposure = (
            exposure + channels.engagement_awareness[c] * opens + channels.awareness[c] * touch
        )
        relevant = relevant + (pl.col(f"opens{c}") & pl.col(f"meets{c}")).cast(pl.Float32)
    rate, awareness = exposure.clip(upper_bound=3.0), pl.col("awareness")
    seen = rate / (1.0 + rate * (0.5 + rate * (1.0 / 12.0)))
    lost = load * (r.trust_overload * pl.col("overload"))
    return {
        "trust": (pl.col("trust") - lost + r.trust_relevance * relevant).clip(0.0, 1.0),
        "awareness": awareness + (1.0 - awareness) * seen,
        "pressure": pl.col("pressure") + load,
    }

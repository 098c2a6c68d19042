"""Coordination layers for tests: each rule, small enough to object often, and random mixtures."""

from typing import Any

from hypothesis import strategies as st

from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.coordination import POWERS, RULES
from onevoice.envs.spec.scenario import Scenario
from tests.envs.cases import scenarios

TEN_MINUTES = 1 / 6
LAGS = (0.0, TEN_MINUTES, 3.0, 24.0)
HOURS = st.sampled_from([2.0, 3.0, 12.0, 24.0, 36.0])
COUNTS = st.dictionaries(st.sampled_from(CHANNEL_NAMES), st.integers(0, 3))
PARAMETERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "recent_purchase": st.fixed_dictionaries({"hours": HOURS}),
    "at_risk": st.fixed_dictionaries({"load": st.sampled_from([0.0, 0.25, 1.6]), "hours": HOURS}),
    "quiet_hours": st.builds(
        lambda hours, names: {**hours, "channels": names},
        st.sampled_from([{"start": 10, "end": 17}, {"start": 20, "end": 23.5}]),
        st.lists(st.sampled_from(CHANNEL_NAMES), unique=True),
    ),
    "channel_cap": st.fixed_dictionaries({"touches": COUNTS, "hours": HOURS}),
    "global_cap": st.fixed_dictionaries(
        {"load": st.sampled_from([0.3, 1.6, 2.4]), "hours": HOURS}, optional={"minimum": COUNTS}
    ),
    "gap": st.fixed_dictionaries({"hours": HOURS}),
    "priority": st.fixed_dictionaries(
        {"order": st.lists(st.sampled_from(CHANNEL_NAMES), max_size=3, unique=True)}
    ),
    "exclusion": st.fixed_dictionaries({"hours": HOURS}),
    "lock": st.builds(
        lambda what, hours: {**what, "hours": hours},
        st.sampled_from([{}, {"message": False}, {"offer": False}]),
        HOURS,
    ),
    "holdout": st.fixed_dictionaries(
        {
            "all": st.sampled_from([0.0, 0.1, 0.5]),
            "channels": st.dictionaries(
                st.sampled_from(CHANNEL_NAMES), st.sampled_from([0.0, 0.3, 0.9])
            ),
        }
    ),
}
"""Parameters of each rule."""
BUSY: dict[str, dict[str, Any]] = {
    "recent_purchase": {"hours": 24},
    "at_risk": {"load": 0.6, "hours": 24},
    "quiet_hours": {"start": 21, "end": 6, "channels": ["email", "social", "sms"]},
    "channel_cap": {"touches": {"email": 1, "display": 2}, "hours": 48},
    "global_cap": {"load": 1.0, "hours": 24, "minimum": {"social": 1}},
    "gap": {"hours": 6},
    "priority": {"order": ["sms", "email"]},
    "exclusion": {"hours": 72},
    "lock": {"hours": 48},
    "holdout": {"all": 0.1, "channels": {"email": 0.2, "search": 0.2, "content": 0.2}},
}
"""Rules of which each objects now and then, together too."""


@st.composite
def layers(draw: st.DrawFn, rules: tuple[str, ...] = RULES) -> dict[str, Any]:
    """A layer with some of the rules on, one at least."""
    names = draw(st.sets(st.sampled_from(rules), min_size=1))
    layer = {name: draw(PARAMETERS[name]) for name in sorted(names)}
    caps = layer.get("channel_cap", {}).get("touches", {})
    for name, least in layer.get("global_cap", {}).get("minimum", {}).items():
        layer["global_cap"]["minimum"][name] = min(least, caps.get(name, least))
    return {"kind": "rules", **layer}


@st.composite
def orchestrations(draw: st.DrawFn) -> dict[str, Any]:
    """An orchestrator with some of its powers, and some rules beside it or none."""
    powers = draw(st.lists(st.sampled_from(POWERS), min_size=1, unique=True))
    others = tuple(rule for rule in RULES if rule != "global_cap" or "cap" not in powers)
    rules: dict[str, Any] = draw(st.one_of(st.just({}), layers(others)))
    caps = draw(st.sampled_from([(1.6, 0.3), (4.0, 2.0, 1.0, 0.5), (0.8,)]))
    orchestrator = {"caps": caps, "hours": draw(HOURS), "powers": powers}
    return rules | {"kind": "orchestrator", "orchestrator": orchestrator}


@st.composite
def orchestrated(draw: st.DrawFn, /, **fixed: Any) -> Scenario:
    """A small scenario with an orchestrator."""
    amount = draw(st.sampled_from([0.0, 0.3, 5.0, 60.0, 1000.0]))
    pacing = draw(st.sampled_from(["none", "daily"]))
    budget = {"amount": amount, "pacing": pacing}
    return draw(scenarios(coordination=draw(orchestrations()), budget=budget, **fixed))


@st.composite
def coordinated(draw: st.DrawFn, /, rules: tuple[str, ...] = RULES, **fixed: Any) -> Scenario:
    """A small scenario with a layer of any age."""
    observation = {
        "scope": draw(st.sampled_from(["shared", "siloed"])),
        "sync_lag_hours": draw(st.sampled_from(LAGS)),
    }
    return draw(scenarios(coordination=draw(layers(rules)), observation=observation, **fixed))

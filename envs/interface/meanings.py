"""Meaning, unit and scale of every entry of actions, observations, state and infos.

A name such as ``segment_2/own_message/trial`` belongs to the pattern
``segment_<s>/own_message/<message>``; the tables hold one meaning for each pattern.

Letters: ``S`` segments, ``C`` channels, ``E`` entries of an action.
"""

from collections.abc import Mapping
from typing import NamedTuple

from onevoice.envs.interface import dashboard_kernels, directives, observation_kernels
from onevoice.envs.interface.actions import CHANNEL
from onevoice.envs.spec.base import CHANNEL_NAMES
from onevoice.envs.spec.coordination import RULES
from onevoice.envs.spec.scenario import AUDIENCES, MESSAGES, Scenario


class Meaning(NamedTuple):
    """What one entry is."""

    text: str
    unit: str = "share"
    """Unit of the quantity ``x`` before it is scaled."""
    scale: str = "x"
    """The entry as a function of ``x``."""


def _squashed(text: str, unit: str, scale: float) -> Meaning:
    return Meaning(text, unit, f"x / (x + {scale:.4g})")


def _choice(text: str) -> Meaning:
    return Meaning(text, "0 or 1")


PLACEHOLDERS = {
    "message": MESSAGES,
    "audience": AUDIENCES,
    "channel": CHANNEL_NAMES,
    "rule": RULES,
}
"""Words that a pattern replaces by ``<kind>``, by kind."""

ACTIONS: Mapping[str, Meaning] = {
    "segment_<s>/intensity": Meaning("from 0, silence, to 4, the most touches", "level"),
    "segment_<s>/message": Meaning(
        f"place in the list of messages: {', '.join(MESSAGES)}", "index"
    ),
    "segment_<s>/offer": Meaning("place in `offers`, from no discount to the deepest", "index"),
    "audience": Meaning(
        f"customers that are addressed in all segments: {', '.join(AUDIENCES)}", "index"
    ),
    "segment_<s>/lead": Meaning(
        f"message that every channel sends: 0 as the channel chose, then {', '.join(MESSAGES)}",
        "index",
    ),
    "segment_<s>/cap": Meaning(
        "0 none, then place in `coordination.orchestrator.caps`, from lax to strict", "index"
    ),
    "segment_<s>/ceiling": Meaning("number of the deepest offers that are withheld", "offers"),
    "weight/<channel>": Meaning(
        "weight of the channel in the split of the money until the next decision; "
        "with all at 0 the shares are equal",
        "level",
    ),
}
"""Entries of the actions of channels and orchestrator."""

_DASHBOARD = {
    "touches": ("touches per customer", "per day", dashboard_kernels.TOUCH_SCALE),
    "engagement_rate": ("engagements per touch", "", 0.0),
    "click_rate": ("clicks per touch", "", 0.0),
    "claims": ("claimed revenue", "$ per 1,000 customers and day", dashboard_kernels.CLAIM_SCALE),
    "opt_outs": ("opt-outs", "per 1,000 customers and day", dashboard_kernels.OPT_OUT_SCALE),
}
_WHEN = {
    "last": "in the last decision",
    "average": "as a moving average",
}


def _figure(figure: str, when: str) -> Meaning:
    text, unit, scale = _DASHBOARD[figure]
    told = f"{text}, {_WHEN[when]}"
    return _squashed(told, unit, scale) if unit else Meaning(told)


_ANSWERED = Meaning(
    "engagements with the message so far, relative to the channel's usual share of touches",
    "ratio",
    "x² / (x² + 1)",
)
_CALENDAR = {
    "budget/month_elapsed": Meaning("part of the budget's month of 28 days that has passed"),
    "calendar/elapsed": Meaning("part of the episode that has passed"),
    "calendar/left": _squashed(
        "part of the episode to come", "share", observation_kernels.FINAL_SHARE
    ),
}
_LEFT = Meaning("money of this month that is left to the channel")
_PACE = Meaning(
    "whether the money lasts: money left divided by the part of the month to come; 0.5 is even",
    "ratio",
    "x / (x + 1)",
)
_DIRECTIVES = {
    "lead/none": _choice("1 if the orchestrator named no message"),
    "lead/<message>": _choice("1 for the message that the orchestrator named"),
    "cap": Meaning("cap of the orchestrator, 0 none, 1 the strictest"),
    "ceiling": Meaning("withheld offers, 0 none, 1 all discounts"),
}

OBSERVATION: Mapping[str, Meaning] = {
    "segment_<s>/reach": Meaning("customers of the segment that the channel can address"),
    **{
        f"segment_<s>/{figure}/{when}": _figure(figure, when)
        for when in _WHEN
        for figure in _DASHBOARD
    },
    "segment_<s>/message_engagement/<message>": _ANSWERED,
    "segment_<s>/own_intensity": Meaning("intensity of the channel's last action", "level / 4"),
    "segment_<s>/own_offer": Meaning("offer of the last action, 0 none, 1 the deepest"),
    "segment_<s>/own_message/<message>": _choice("1 for the message of the last action"),
    "own_audience/<audience>": _choice("1 for the audience of the last action"),
    "message_engagement/<message>": _ANSWERED._replace(text=f"{_ANSWERED.text}, over all segments"),
    "budget/left": _LEFT,
    "budget/pace": _PACE,
    **_CALENDAR,
    "segment_<s>/shared_pressure": _squashed(
        "mean pressure of the segment's customers",
        "touches by intrusiveness",
        dashboard_kernels.PRESSURE_SCALE,
    ),
    "segment_<s>/shared_trust": Meaning("mean trust of the segment's customers", "trust"),
    "segment_<s>/shared_discount": Meaning(
        "mean offer of the touches of all channels, 0 none, 1 the deepest"
    ),
    "segment_<s>/shared_message/<message>": Meaning(
        "part of the touches of all channels that carried the message"
    ),
    **{f"segment_<s>/{name}": meaning for name, meaning in _DIRECTIVES.items()},
    "budget/share": Meaning("the channel's part of the money, as the orchestrator split it"),
    "share": Meaning("the channel's part of the money, as the orchestrator split it"),
}
"""Features of a channel, of itself or before ``<channel>/`` of an orchestrator."""

STATE: Mapping[str, Meaning] = {
    "segment_<s>/alive": Meaning("customers of the segment who have not left"),
    "segment_<s>/in_market": Meaning("remaining customers who look for a product"),
    "segment_<s>/awareness": Meaning("mean awareness of the remaining customers", "awareness"),
    "segment_<s>/trust": Meaning("mean trust of the remaining customers", "trust"),
    "segment_<s>/pressure": _squashed(
        "mean pressure of the remaining customers",
        "touches by intrusiveness",
        dashboard_kernels.PRESSURE_SCALE,
    ),
    "segment_<s>/depth": Meaning("mean narrative depth of the remaining customers", "depth"),
    "segment_<s>/conflicts": _squashed(
        "contradicting touches per customer in the last decision",
        "per day",
        observation_kernels.CONFLICT_SCALE,
    ),
    "segment_<s>/need/<message>": Meaning("customers of the segment with this need at the start"),
    "<channel>_0/segment_<s>/intensity": OBSERVATION["segment_<s>/own_intensity"],
    "<channel>_0/segment_<s>/offer": OBSERVATION["segment_<s>/own_offer"],
    "<channel>_0/segment_<s>/message/<message>": OBSERVATION["segment_<s>/own_message/<message>"],
    "<channel>_0/audience/<audience>": OBSERVATION["own_audience/<audience>"],
    "<channel>_0/budget_left": _LEFT,
    "<channel>_0/budget_pace": _PACE,
    **_CALENDAR,
    **{f"{directives.AGENT}/segment_<s>/{name}": meaning for name, meaning in _DIRECTIVES.items()},
    f"{directives.AGENT}/share/<channel>": OBSERVATION["share"],
}
"""Entries of the global state."""

CHANNEL_INFOS: Mapping[str, Meaning] = {
    "touches": Meaning("touches", "count"),
    "engagements": Meaning("opens, likes, clicks on ads", "count"),
    "engagement_rate": Meaning("engagements per touch"),
    "clicks": Meaning("engagements that became a visit", "count"),
    "claimed_revenue": Meaning("revenue that the platform claims", "$"),
    "spend": Meaning("money spent", "$"),
    "opt_outs": Meaning("customers who left the channel", "count"),
    "roas": Meaning("claimed revenue per dollar spent", "ratio"),
    "wishes": Meaning("touches that the channel wanted to make", "count"),
    "blocked/<rule>": Meaning("wishes that the rule dropped", "count"),
    "leaks/<rule>": Meaning("touches that the rule would have dropped with fresh data", "count"),
    "post_purchase_discounts": Meaning(
        "touches with a discount to customers who bought in the last 7 days", "count"
    ),
    "held_out": Meaning("customers whom the channel never touches", "count"),
    "lift": Meaning(
        "revenue of a customer less that of a customer held out", "$ per 1,000 customers"
    ),
}
"""Metrics in the infos of a channel; from ``wishes`` on with a coordination layer."""

SYSTEM_INFOS: Mapping[str, Meaning] = {
    "ncv": Meaning(
        "net customer value: margin - spend + change of customer equity",
        "$ per 1,000 customers per 28 days",
    ),
    "revenue": Meaning("revenue of all orders, discounts taken off", "$"),
    "margin": Meaning("revenue less the cost of goods", "$"),
    "spend": Meaning("money spent by all channels", "$"),
    "orders": Meaning("orders", "count"),
    "churn": Meaning("customers who left the company"),
    "opt_outs": Meaning("opt-outs of all channels", "per customer"),
    "trust": Meaning("mean trust of the remaining customers", "trust"),
    "awareness": Meaning("mean awareness of the remaining customers", "awareness"),
    "conflicts": Meaning("contradicting touches", "per customer"),
    "aware_clicks": Meaning(
        "paid clicks in search by customers who engaged with a push channel within "
        "`customers.memory_hours`",
        "count",
    ),
    "overclaim": Meaning("claims of all platforms divided by revenue", "ratio"),
    "budget_used": Meaning("spend divided by the money of the months so far"),
    "equity": Meaning("equity of the remaining customers", "$"),
    "bursts": Meaning(
        "touches that bring a customer's channels within 3 hours to three or more", "count"
    ),
    "post_purchase_discounts": CHANNEL_INFOS["post_purchase_discounts"],
    "held_out": Meaning("customers whom no channel touches", "count"),
    "lift": CHANNEL_INFOS["lift"],
}
"""Metrics of the company; from ``bursts`` on with a coordination layer."""


def pattern(name: str) -> str:
    """The pattern of a name: the segment's number and words with a kind are replaced."""
    return "/".join(map(_placeholder, name.split("/")))


def _placeholder(word: str) -> str:
    if word.startswith("segment_"):
        return "segment_<s>"
    bare = word.removesuffix("_0")
    for kind, words in PLACEHOLDERS.items():
        if bare in words:
            return f"<{kind}>{word.removeprefix(bare)}"
    return word


def feature_meaning(name: str) -> Meaning:
    """The meaning of a name of ``feature_names``."""
    return OBSERVATION[pattern(name).removeprefix("<channel>/")]


def state_meaning(name: str) -> Meaning:
    """The meaning of a name of ``state_names``."""
    return STATE[pattern(name)]


def action_names(scenario: Scenario, agent: str = CHANNEL) -> list[str]:
    """Name of every entry of an agent's action, ``E`` of them; all channels have the same."""
    directed = agent == directives.AGENT
    own = directives.BY_SEGMENT if directed else ("intensity", "message", "offer")
    last = [f"weight/{channel}" for channel in scenario.channels] if directed else ["audience"]
    return [f"segment_{s}/{x}" for s in range(scenario.segments.count) for x in own] + last

"""Columns of what kernels count, and the codes of what they distinguish."""

import numpy as np

MONEY = 10_000
"""Money units per dollar."""
FIXED = np.float32(65536.0)
"""States are summed in whole multiples of 1 / FIXED."""
MONTH_HOURS = 28.0 * 24.0
MESSAGES = 4
"""Messages that a channel can send, at most 8."""
PER_SEGMENT = 3
"""Entries of an action for each segment: intensity, message and offer; of directives likewise."""

# Tallies of a channel: counts, and money units.
TOUCHES, ENGAGEMENTS, CLICKS, CLAIMS, CLAIMED, OPT_OUTS, SPEND, REFUSED = range(8)
CHANNEL_COLUMNS = 8
# Tallies of all channels together.
ORDERS, REVENUE, LIST_VALUE, VISITS, BRAND, GENERIC, AWARE_CLICKS, CONFLICTS = range(8)
CHURNED, REGRETS = 8, 9
EXPECTED_MARGIN = 10
"""Margin of purchases, each at its probability."""
CHURN_LUCK = 11
"""Equity of those who left, less what was expected to leave."""
SYSTEM_COLUMNS = 12
# Surveys: counts, sums of states in 1 / FIXED, equity in money units.
ALIVE, IN_MARKET, AWARENESS, TRUST, PRESSURE, DEPTH, EQUITY = range(7)
TWO_MESSAGES, THREE_MESSAGES, FOUR_MESSAGES = 7, 8, 9
"""Customers who remember so many different messages."""
SURVEY_COLUMNS = 10

# Rules in the order in which they are asked, as ``coordination.RULES``.
RECENT_PURCHASE, AT_RISK, QUIET_HOURS, CHANNEL_CAP, GLOBAL_CAP = range(5)
GAP, PRIORITY, EXCLUSION, LOCK, HOLDOUT = range(5, 10)
RULES = 10
# Tallies of the coordination layer, by channel; a last row is that of the whole company.
WISHES, BLOCKED, LEAKS, DISCOUNTS, HELD_ORDERS, HELD_REVENUE = 0, 1, 11, 21, 22, 23
BURSTS = 24
"""Only of the whole company."""
LAYER_COLUMNS = 25
BURST_CHANNELS = 3
"""Channels that reach a customer together in a burst, at least."""

PUSH, SEARCH, CONTENT = 0, 1, 2
"""Kinds of channels."""
EVERYONE, ENGAGERS, RESTED = 0, 1, 2
"""Audiences; the last one are those who heard the same message."""
NOTHING, BROWSED, ABANDONED, BOUGHT = np.uint8(0), np.uint8(1), np.uint8(2), np.uint8(3)
"""What a customer did in the last tick."""
BRAND_QUERY, GENERIC_QUERY = np.uint8(1), np.uint8(2)
NO_MESSAGE = np.uint8(255)
HELD_FROM_ALL = np.uint8(128)
"""Bit of a customer whom no channel ever touches."""

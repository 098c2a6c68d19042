"""Purposes of random draws: no two draws of a customer and tick have the same one."""

DRAW_MARKET, DRAW_BRAND, DRAW_GENERIC, DRAW_DIRECT, DRAW_ORGANIC = 0, 1, 2, 3, 4
DRAW_PURCHASE, DRAW_ORDER, DRAW_CHURN = 5, 6, 7
CHANNEL_DRAWS = 16
"""First of the channels' draws: each adds 4 x its number among the seven and one of the next."""
DRAW_CONTACT, DRAW_ENGAGE, DRAW_CLICK, DRAW_OPT_OUT = 0, 1, 2, 3
DRAW_AGE, DRAW_NEED, DRAW_VALUE, DRAW_SENSITIVITY, DRAW_TOLERANCE = 64, 65, 66, 67, 68
DRAW_AWARENESS, DRAW_TRUST, DRAW_TIED, DRAW_COMMON = 69, 70, 71, 72
DRAW_REACH, DRAW_AFFINITY = 80, 96
# A rule's draws; a channel adds its number among the seven, all channels together add 7.
DRAW_INSTANT, DRAW_TURN, DRAW_HELD = 104, 112, 120
ALL_CHANNELS = 7

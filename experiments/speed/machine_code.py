"""Counts compiled loops' float instructions: packed ones beside single ones, on x86."""

import re
from collections import Counter
from collections.abc import Mapping

ARITHMETIC = re.compile(
    r"^\s+v?(?:add|sub|mul|div|min|max|sqrt|fn?m(?:add|sub)\d{3})(?P<kind>[ps])s\s+(?P<on>.*)$",
    re.MULTILINE,
)
"""Of single precision; moves, comparisons and conversions are left out."""
WIDTHS = {"zmm": 512, "ymm": 256, "xmm": 128}
HOT_LOOPS = ("drift.start_tick", "contact.draw_contacts", "leave.draw_departures")
"""The kernels' loops that draw random numbers for everybody in every tick."""
SCALAR = 32
"""Bits of an instruction that works on one number."""


def count(assembly: str) -> Counter[int]:
    """Float instructions by the bits that each works on."""
    return Counter(_bits(found["kind"], found["on"]) for found in ARITHMETIC.finditer(assembly))


def packed_share(counts: Mapping[int, int]) -> float | None:
    """Instructions on 256 bits and more beside those and single ones; none on another processor."""
    wide = sum(number for bits, number in counts.items() if bits > WIDTHS["xmm"])
    single = counts.get(SCALAR, 0)
    return wide / (wide + single) if wide + single else None


def _bits(kind: str, operands: str) -> int:
    if kind == "s":
        return SCALAR
    return next((bits for register, bits in WIDTHS.items() if register in operands), SCALAR)

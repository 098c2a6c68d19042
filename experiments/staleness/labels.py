"""Words that tables, sentences and figures share."""

UNIT = "for 1,000 customers and 28 days"


def lag_label(hours: float) -> str:
    """The age of data in words."""
    if hours == 0.0:
        return "fresh"
    return f"{60.0 * hours:.3g} min" if hours < 1.0 else f"{hours:g} h"

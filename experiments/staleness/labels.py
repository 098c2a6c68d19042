"""Words that tables, sentences and figures share."""


def lag_label(hours: float) -> str:
    """The age of data in words."""
    if hours == 0.0:
        return "fresh"
    return f"{60.0 * hours:.3g} min" if hours < 1.0 else f"{hours:g} h"

"""Code that stands in documents, as a reader would take it from there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def blocks(document: str, heading: str, language: str) -> list[str]:
    """The blocks of a language in the section under a heading, first to last."""
    text = (ROOT / document).read_text(encoding="utf-8")
    [section] = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.M | re.S)


def smaller(code: str, changes: dict[str, str]) -> str:
    """The code with other settings; each must stand in it."""
    for there, here in changes.items():
        assert there in code, there
        code = code.replace(there, here)
    return code

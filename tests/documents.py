"""Code and links of documents, as a reader would take them from there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPOSITORY = (
    "https://github.com/onevoice/onevoice/blob/main/",
    "https://raw.githubusercontent.com/onevoice/onevoice/main/",
)
"""Addresses of a file of the repository."""


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


def prose(document: Path) -> str:
    """The text of a page without its code blocks."""
    text = document.read_text(encoding="utf-8")
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S)


def links(document: Path) -> list[str]:
    """Targets of all links and images of a page."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(document))


def anchors(document: Path) -> set[str]:
    """Anchors of a page's headings, formed as GitHub and MyST form them."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def target(document: Path, link: str) -> tuple[Path, str] | None:
    """File and anchor that a link of a page leads to; None if it leaves the repository."""
    place, _, anchor = link.partition("#")
    for address in REPOSITORY:
        if place.startswith(address):
            return ROOT / place.removeprefix(address), anchor
    if "://" in place:
        return None
    return (document.parent / place).resolve() if place else document, anchor


def dead_links(document: Path) -> list[str]:
    """Links of a page to files or headings that do not exist."""
    found = [(link, target(document, link)) for link in links(document)]
    return [link for link, to in found if to is not None and not _exists(*to)]


def _exists(file: Path, anchor: str) -> bool:
    return file.exists() and (not anchor or anchor in anchors(file))

"""What the documents record is what the code says."""

import csv
import math
import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from onevoice.configs.fields import field_rows
from onevoice.envs import load_scenario
from onevoice.envs.spec.channel import CATALOGUE
from onevoice.envs.spec.coordination import RULES, Coordination
from onevoice.envs.spec.customers import Customers, Equity, MarketModel
from onevoice.envs.spec.scenario import Scenario
from onevoice.experiments.calibration.estimates import PARAMETERS, TARGETS
from onevoice.experiments.calibration.run import read
from tests.documents import REPOSITORY, ROOT, anchors, blocks, dead_links, links, prose, smaller

DOCS = ROOT / "docs"
FOLDERS = ("configs/", "envs/", "policies/", "training/", "experiments/", "tests/", "docs/")
PAGES = sorted(DOCS.rglob("*.md"))
TEXT = (DOCS / "parameters.md").read_text(encoding="utf-8")


def table(title: str) -> dict[str, list[str]]:
    """Cells by field name of the table under a heading."""
    section = TEXT.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in section.splitlines()]
    return {row[0].strip("`"): row[1:] for row in rows if row[0].startswith("`")}


def shown(value: float | tuple[float, ...]) -> str:
    return " ".join(f"{x:g}" for x in (value if isinstance(value, tuple) else (value,)))


@pytest.mark.parametrize(
    ("title", "model"),
    [("Customers", Customers()), ("Markets", MarketModel()), ("Equity", Equity())],
)
def test_every_parameter_stands_in_the_table_with_its_default(title: str, model: BaseModel) -> None:
    values = {name: cells[0] for name, cells in table(title).items()}
    assert values == {name: shown(value) for name, value in model}
    assert all(all(cells) for cells in table(title).values())


def test_every_field_of_a_channel_stands_in_the_table_with_all_defaults() -> None:
    rows = table("Channels")
    fields = [name for name in next(iter(CATALOGUE.values())).model_dump() if name != "kind"]
    assert list(rows) == fields
    for name, cells in rows.items():
        defaults = [shown(getattr(channel, name)) for channel in CATALOGUE.values()]
        assert cells[1:-1] == defaults, name
        assert cells[-1]


def test_every_field_of_a_rule_stands_in_the_table_with_its_default() -> None:
    rows = {row.name: row.default or "" for row in field_rows(Coordination) if "." in row.name}
    defaults = {name: text.removeprefix("off (").removesuffix(")") for name, text in rows.items()}
    assert {name: cells[0] for name, cells in table("Coordination layer").items()} == defaults
    assert all(all(cells) for cells in table("Coordination layer").values())


def test_the_model_tells_of_every_rule_in_the_order_in_which_they_are_asked() -> None:
    model = (DOCS / "model" / "coordination_layer.md").read_text(encoding="utf-8")
    section = model.split("## Wishes and rules\n")[1].split("\n## ")[0]
    named = re.findall(r"^\| \d+ \| `(\w+)` \|", section, re.MULTILINE)
    assert tuple(named) == RULES


def test_the_packaged_parameters_are_those_that_the_recorded_calibration_found() -> None:
    found = yaml.safe_load((DOCS / "calibration" / "found.yaml").read_text(encoding="utf-8"))
    company = load_scenario("article")
    assert list(found) == [parameter.field for parameter in PARAMETERS]
    assert {field: read(company, field) for field in found} == found


def test_the_recorded_calibration_searched_what_is_searched_today() -> None:
    with (DOCS / "calibration" / "trials.csv").open(encoding="utf-8", newline="") as file:
        trials = list(csv.DictReader(file))
    best = min(trials, key=lambda trial: float(trial["cost"]))
    off = []
    for field, figure, _ in PARAMETERS:
        assert float(f"{float(best[field]):.4g}") == read(load_scenario("article"), field)
        off.append((float(best[figure]) - TARGETS[figure].value) / TARGETS[figure].tolerance)
    assert sum(x * x for x in off) == pytest.approx(float(best["cost"]))


def test_the_documented_reallocation_can_be_measured_again() -> None:
    [fields] = blocks("docs/studies/reallocation.md", "Configuration", "yaml")
    [code] = blocks("docs/studies/reallocation.md", "Reproduce", "python")
    scenario = load_scenario("quartet", **yaml.safe_load(fields))
    less = {'"quartet", ': '"quartet", population=50, days=7, ', ", 64)": ", 2)"}
    found: dict[str, Scenario] = {}
    exec(smaller(code, less), found)
    assert found["scenario"] == load_scenario(scenario, population=50, days=7)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert dead_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_pages_link_each_other_by_relative_links(page: Path) -> None:
    pages = [f"{address}docs/" for address in REPOSITORY]
    absolute = [link for link in links(page) if link.startswith(tuple(pages))]
    assert [link for link in absolute if link.partition("#")[0].endswith(".md")] == []


def source(page: Path) -> Path:
    """The file whose text a page shows: the page, or the one file that it includes."""
    include = re.fullmatch(r"```\{include\} (\S+)\n```\n", page.read_text(encoding="utf-8"))
    return page.parent / include[1] if include else page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_every_page_begins_with_its_only_title(page: Path) -> None:
    headings = re.findall(r"^(#+) ", prose(source(page)), re.MULTILINE)
    assert headings[0] == "#"
    assert headings.count("#") == 1


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.name != "changelog.md"],  # each version: Added, Changed, Fixed
    ids=lambda page: str(page.relative_to(DOCS)),
)
def test_no_page_has_two_headings_alike(page: Path) -> None:
    shown = source(page)
    assert len(anchors(shown)) == len(re.findall(r"^#+ ", prose(shown), re.MULTILINE))


def test_the_first_environment_of_the_documentation_plays_an_episode(
    capsys: pytest.CaptureFixture[str],
) -> None:
    [code] = blocks("docs/getting_started.md", "First environment", "python")
    exec(smaller(code, {"population=1_000": "population=100, days=7"}), {})
    assert math.isfinite(float(capsys.readouterr().out))


def test_the_environment_page_steps_two_copies(capsys: pytest.CaptureFixture[str]) -> None:
    [code] = blocks("docs/environment.md", "Copies", "python")
    exec(smaller(code, {'make("quartet")': 'make("quartet", population=100, days=7)'}), {})
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_guide_loads_a_policy_as_the_readme_does() -> None:
    [guide] = blocks("docs/guides/evaluate.md", "In Python", "python")
    [readme] = blocks("README.md", "Train your first policy", "python")
    assert guide == readme


def test_the_guide_hands_environments_to_stable_baselines3() -> None:
    heading = "Your own algorithm with Stable-Baselines3"
    [code] = blocks("docs/guides/train.md", heading, "python")
    small = {
        "n_steps=128": "n_steps=8",
        "num_envs=16": "num_envs=2, population=100",
        "batch_size=1024": "batch_size=64",
        "200_000": "64",
    }
    exec(smaller(code, small), {})


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    words = re.findall(r"`([\w./-]+)`", prose(page))
    named = [word for word in words if word.startswith(FOLDERS)]
    assert [word for word in named if not (ROOT / word).exists()] == []


def test_every_page_that_the_code_names_exists() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    sources = [path for path in files if path.suffix in (".py", ".yaml")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = set(re.findall(r"docs/[\w/]+\.md", text))
    assert sorted(page for page in named if not (ROOT / page).exists()) == []


def test_the_readme_and_the_speed_page_show_the_same_table() -> None:
    first, second = (
        re.findall(r"^\| measurement .*?\n\n", prose(page), re.MULTILINE | re.DOTALL)
        for page in (ROOT / "README.md", DOCS / "studies" / "speed.md")
    )
    assert len(first) == 1
    assert first == second

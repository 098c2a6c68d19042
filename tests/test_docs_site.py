"""The outer face: workflows, citation, addresses and the pages that Sphinx builds."""

import re
import tomllib
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

import onevoice
from onevoice.envs.interface.observation import feature_names, state_names
from onevoice.envs.spec.loading import load_scenario, scenario_names
from onevoice_docs import WRITERS
from onevoice_docs.positions import patterns
from onevoice_docs.reference import api
from tests.documents import ROOT

DOCS = ROOT / "docs"
GITHUB = ROOT / ".github"
REPOSITORY = "https://github.com/onevoice/onevoice"
SITE = "https://onevoice.readthedocs.io"
YAML_FILES = [
    *sorted(GITHUB.rglob("*.yml")),
    ROOT / ".pre-commit-config.yaml",
    ROOT / ".readthedocs.yaml",
    ROOT / "CITATION.cff",
]
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PAGES = sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)


def text(*names: str) -> str:
    return ROOT.joinpath(*names).read_text(encoding="utf-8")


def commands(workflow: Path) -> list[str]:
    """The commands of all jobs, each written out for every value of its matrix."""
    found = []
    for job in yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values():
        matrix = job.get("strategy", {}).get("matrix", {})
        written = [step.get("run", "") for step in job["steps"]]
        for values in product(*matrix.values()):
            known = dict(zip(matrix, values, strict=True))
            found += [_filled(command, known) for command in written]
    return found


def _filled(command: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        command = command.replace(f"${{{{ matrix.{name} }}}}", value)
    return command


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.name)
def test_settings_of_the_project_are_yaml(path: Path) -> None:
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_call_targets_of_the_makefile_and_tests_that_exist(workflow: Path) -> None:
    targets = set(re.findall(r"^(\w+):", text("Makefile"), re.M))
    lines = "\n".join(commands(workflow))
    assert set(re.findall(r"^make (\S+)", lines, re.M)) <= targets
    assert all((ROOT / path).is_file() for path in re.findall(r"pytest (\S+)", lines))


def test_the_workflow_runs_every_check_on_every_supported_python() -> None:
    jobs = yaml.safe_load((GITHUB / "workflows" / "ci.yml").read_text(encoding="utf-8"))["jobs"]
    named = re.findall(r":: (3\.\d+)", text("pyproject.toml"))
    assert jobs["tests"]["strategy"]["matrix"]["python"] == named
    lines = "\n".join(commands(GITHUB / "workflows" / "ci.yml"))
    checks = {"test", "lint", "types", "docs"}
    assert checks < set(re.findall(r"^make (\w+)", lines, re.M))
    assert checks == set(re.findall(r"^make (\w+)", text(".ci", "run"), re.M))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_their_major_version(workflow: Path) -> None:
    used = re.findall(r"uses: (\S+)", workflow.read_text(encoding="utf-8"))
    assert used
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@(release/)?v\d+", action) for action in used)


def test_pre_commit_runs_the_pinned_ruff() -> None:
    hooks = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    [ruff] = [hook["rev"] for hook in hooks if "ruff" in hook["repo"]]
    assert f"ruff=={ruff.removeprefix('v')}" in text("constraints.txt").splitlines()


def test_the_citation_has_the_version_of_the_package() -> None:
    assert yaml.safe_load(text("CITATION.cff"))["version"] == onevoice.__version__


def test_addresses_of_the_project_are_the_same_everywhere() -> None:
    urls = tomllib.loads(text("pyproject.toml"))["project"]["urls"]
    assert (urls["Homepage"], urls["Documentation"]) == (REPOSITORY, SITE)
    citation = yaml.safe_load(text("CITATION.cff"))
    assert (citation["repository-code"], citation["url"]) == (REPOSITORY, SITE)
    for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/conf.py"):
        named = re.findall(r"https://github\.com/[^\s)\"<>]*onevoice[^\s)\"<>]*", text(name))
        assert all(address.startswith(REPOSITORY) for address in named), name


def test_the_changelog_has_the_sections_of_keep_a_changelog() -> None:
    headings = re.findall(r"^## (.+)$", text("CHANGELOG.md"), re.M)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[[\d.]+\] - \d{4}-\d\d-\d\d", title) for title in headings[1:])
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text("CHANGELOG.md"), re.M)) <= kinds


def test_every_page_stands_in_the_table_of_contents() -> None:
    listed = re.findall(r"^[\w/*]+$", text("docs", "index.md"), re.M)
    found = {page for entry in listed for page in DOCS.glob(f"{entry}.md")}
    assert found | {DOCS / "index.md"} == set(PAGES)


@pytest.mark.parametrize("package", ["envs", "policies", "training"])
def test_every_public_name_stands_in_the_api_reference(package: str) -> None:
    module = f"onevoice.{package}"
    assert f"```{{generated}} api {module}\n" in text("docs", "api", f"{package}.md")
    entries = [line.split(":: ")[1] for line in api(module) if line.startswith(".. ")]
    assert sorted(entries) == sorted(f"{module}.{name}" for name in import_module(module).__all__)


def test_every_study_stands_in_the_api_reference() -> None:
    packages = {path.parent.name for path in (ROOT / "experiments").glob("*/config.py")}
    named = re.findall(r"\{generated\} study (\w+)", text("docs", "api", "experiments.md"))
    assert set(named) == packages
    assert named == sorted(named)


def generated() -> list[list[str]]:
    return [
        directive.split()
        for page in PAGES
        for directive in re.findall(r"^```\{generated\} (.+)$", page.read_text("utf-8"), re.M)
    ]


@pytest.mark.parametrize("arguments", generated(), ids=" ".join)
def test_every_generated_part_of_a_page_has_content(arguments: list[str]) -> None:
    lines = WRITERS[arguments[0]](*arguments[1:])
    assert len(lines) > 2
    rows = [line for line in lines if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows if row}) <= 1


@pytest.mark.parametrize("name", scenario_names())
def test_the_indices_of_the_environment_page_are_those_of_the_vectors(name: str) -> None:
    scenario = load_scenario(name)
    names: list[Any] = [feature_names(scenario, agent) for agent in scenario.agents]
    for entries in [*names, state_names(scenario)]:
        for pattern in patterns(entries):
            assert entries[pattern.first] == pattern.name


def test_a_formula_gives_the_index_of_every_entry_of_its_pattern() -> None:
    names = state_names(load_scenario("quartet"))
    [message] = [p for p in patterns(names) if p.pattern == "segment_<s>/need/<message>"]
    assert message.formula == f"{message.first} + {message.strides['s']} s + m"
    assert names[message.at({"s": 3, "m": 2})] == "segment_3/need/trends"


def test_entries_at_uneven_distances_have_no_formula() -> None:
    with pytest.raises(ValueError, match="even distances"):
        patterns(["segment_0/x", "segment_1/x", "y", "segment_2/x"])

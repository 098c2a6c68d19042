"""Tables of the documentation, made from the package's own objects, as lines of Markdown."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

from onevoice.configs.fields import FieldRow, field_rows
from onevoice.envs import load_scenario, scenario_names
from onevoice.envs.interface import meanings
from onevoice.envs.interface.actions import choices
from onevoice.envs.interface.meanings import Meaning
from onevoice.envs.interface.observation import feature_names, state_names
from onevoice.policies.baselines import BASELINES
from onevoice.training import MODES
from onevoice_docs.positions import Pattern, patterns

Lines = list[str]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Lines:
    """A Markdown table; bars within cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return [f"| {' | '.join(line)} |" for line in cells]


def code(text: object) -> str:
    """Text in the type of code; nothing stays nothing."""
    return f"`{text}`" if str(text) else ""


def summary(scenario: str) -> Lines:
    """The environment of a scenario at a glance, as PettingZoo's pages have it."""
    found = load_scenario(scenario)
    *segment, audiences = choices(found).tolist()
    shapes = [(len(names),) for names in (feature_names(found), state_names(found))]
    rows = [
        ("Import", code(f'env = onevoice.envs.make("{scenario}")')),
        ("Registered as", code(f"onevoice/{scenario}-v0")),
        ("Parallel API", "yes"),
        ("AEC API", "yes, `onevoice.envs.aec_env`"),
        ("Vectorised", "yes, `onevoice.envs.make_vec`"),
        ("Gymnasium", "yes, one controller for all channels"),
        ("Manual control", "no"),
        ("Agents", ", ".join(map(code, found.agents))),
        ("Action space", f"`MultiDiscrete`, shape `({len(segment) + 1},)`"),
        ("Action values", f"`{segment[:3]}` for each segment, then `[{audiences}]`"),
        ("Observation space", f"`Box(0, 1)`, shape `{shapes[0]}`, float32"),
        ("State space", f"`Box(0, 1)`, shape `{shapes[1]}`, float32"),
        ("Episode", f"{found.decisions} steps"),
    ]
    return table(["", f"`{scenario}`"], rows)


def scenarios() -> Lines:
    """Every scenario with its sizes."""
    rows = []
    for name in scenario_names():
        scenario = load_scenario(name)
        sizes = (len(scenario.agents), f"{scenario.population:,}", scenario.decisions)
        entries = (len(feature_names(scenario)), len(state_names(scenario)))
        rows.append((code(name), *sizes, *entries, scenario.description))
    head = ["Scenario", "Agents", "Customers", "Steps", "Features", "State", "Description"]
    return table(head, rows)


def actions(scenario: str, *agent: str) -> Lines:
    """Entries of an agent's action."""
    found = load_scenario(scenario)
    options = choices(found, *agent)
    rows = [
        (
            _unbroken(position.formula),
            code(position.pattern),
            f"0 to {options[position.first] - 1}",
            meanings.ACTIONS[position.pattern].text,
        )
        for position in patterns(meanings.action_names(found, *agent))
    ]
    return table(["Index", "Entry", "Values", "Meaning"], rows)


def observation(scenario: str, *agent: str) -> Lines:
    """Entries of an agent's observation."""
    names = feature_names(load_scenario(scenario), *agent)
    return _entries(
        (position, meanings.feature_meaning(position.name)) for position in patterns(names)
    )


def state(scenario: str) -> Lines:
    """Entries of the global state."""
    names = state_names(load_scenario(scenario))
    return _entries(
        (position, meanings.state_meaning(position.name)) for position in patterns(names)
    )


def _entries(found: Iterable[tuple[Pattern, Meaning]]) -> Lines:
    rows = [
        (
            _unbroken(position.formula),
            code(position.pattern),
            meaning.text,
            meaning.unit,
            code(meaning.scale),
        )
        for position, meaning in found
    ]
    return table(["Index", "Entry", "Meaning of x", "Unit of x", "Value"], rows)


def _unbroken(text: str) -> str:
    """Text that stays on one line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def infos(of: str) -> Lines:
    """Keys of the infos: of a channel, or of the company."""
    told = {"channel": meanings.CHANNEL_INFOS, "system": meanings.SYSTEM_INFOS}[of]
    prefix = "system/" if of == "system" else ""
    rows = [(code(prefix + key), meaning.text, meaning.unit) for key, meaning in told.items()]
    return table(["Key", "Meaning", "Unit"], rows)


def fields(model: str, group: str = "", outside: bool = False) -> Lines:
    """Fields of a configuration.

    Args:
        model: the dotted name of a pydantic model.
        group: only the fields below this one; ``-`` for fields that are below none.
        outside: the fields that are not below one of the groups, parted by spaces.
    """
    rows = field_rows(_named(model))
    if outside:
        rows = (row for row in rows if _head(row) not in group.split())
    elif group:
        rows = (row for row in rows if _head(row) == group.removeprefix("-"))
    cells = [(code(row.name), code(row.type), code(row.default or ""), row.help) for row in rows]
    return table(["Field", "Type and bounds", "Default", "Meaning"], cells)


def _head(row: FieldRow) -> str:
    """The field that a field is below; nothing if it is at the top."""
    return row.name.partition(".")[0] if "." in row.name else ""


def _named(dotted: str) -> Any:
    module, _, name = dotted.rpartition(".")
    return getattr(import_module(module), name)


def baselines() -> Lines:
    """Every policy that needs no training."""
    rows = [(code(name), _summary(policy.__doc__)) for name, policy in BASELINES.items()]
    return table(["Name", "Policy"], rows)


def modes() -> Lines:
    """Every training mode."""
    rows = [
        (code(name), *(code(x) for x in mode.model_dump().values())) for name, mode in MODES.items()
    ]
    return table(["Mode", *(code(name) for name in next(iter(MODES.values())).model_dump())], rows)


def _summary(docstring: str | None) -> str:
    text = " ".join((docstring or "").split("\n\n")[0].split())
    return text.replace("``", "`")

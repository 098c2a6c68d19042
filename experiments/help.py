"""The help of a command: its own options on one screen, and on demand every field."""

import argparse
from collections.abc import Mapping

from pydantic import BaseModel

from onevoice.configs.fields import ENTRY, FieldRow, field_rows
from onevoice.configs.layers import NESTED, Kind
from onevoice.configs.loader import config_names
from onevoice.experiments.studies import STUDIES
from onevoice.training.config import MODES

NO_DEFAULT = ("", "null", "''", "{}", "must be given")
SHORT = 20
"""Most characters of a list of choices that stands as an option's value."""


def print_help(
    command: str,
    parser: argparse.ArgumentParser,
    model: type[BaseModel],
    *,
    every_field: bool,
) -> None:
    """Print the options of ``command``, and on demand every field of its ``model``."""
    complete_options(command, parser, model)
    nested = _nested(command, model)
    if nested and not every_field:
        parser.epilog = f"--help-all lists the fields of {', '.join(nested)}."
    print(parser.format_help(), end="")
    if every_field:
        for name in nested:
            print(f"\nfields of {name}:")
            print(*(_two_lines(row) for row in field_rows(model) if _top(row) == name), sep="\n")


def complete_options(
    command: str,
    parser: argparse.ArgumentParser,
    model: type[BaseModel],
    *,
    every_field: bool = False,
) -> None:
    """Add to a command's parser what help and completion know: the names to choose from, fields.

    The parser that reads the command line has neither: a path may stand for a name, and a field is
    read as its configuration takes it.
    """
    for action in parser._actions:
        if names := _names(command, action.dest):
            action.choices, action.help = names, f"{action.help}: {', '.join(names)}"
    nested = _nested(command, model)
    taken = {action.dest for action in parser._actions}
    rows = [_whole(model, name, kind) for name, kind in nested.items() if name not in taken]
    every = [row for row in field_rows(model) if ENTRY not in row.name]
    rows += [row for row in every if every_field or _top(row) not in nested]
    rows.sort(key=lambda row: _top(row) not in model.__annotations__)
    told = {tuple(action.choices or ()) for action in parser._actions}
    for row in rows:
        parser.add_argument(
            _option(row),
            choices=row.choices or None,
            metavar=_value(row),
            help=_sentence(row, told).replace("%", "%%"),
        )


def _nested(command: str, model: type[BaseModel]) -> Mapping[str, Kind]:
    """Fields that hold a whole configuration, with the kind of file that may be named for each."""
    kinds = NESTED["benchmarks" if _kind(command) == "benchmarks" else "experiments"]
    return {name: kind for name, kind in kinds.items() if name in model.model_fields}


def _kind(command: str) -> Kind:
    """Kind of the file that a command's first argument names."""
    return STUDIES[command].kind if command in STUDIES else "scenarios"


def _names(command: str, argument: str) -> list[str]:
    match argument:
        case "scenario":
            return config_names(_kind(command))
        case "experiment":
            return config_names("experiments")
        case "mode":
            return list(MODES)
    return []


def _whole(model: type[BaseModel], name: str, kind: Kind) -> FieldRow:
    """Row of a configuration that is given by name or file."""
    sentence = model.model_fields[name].description or ""
    return FieldRow(name, "name", None, sentence, tuple(config_names(kind)))


def _top(row: FieldRow) -> str:
    return row.name.partition(".")[0]


def _option(row: FieldRow) -> str:
    return f"--{row.name.replace('_', '-')}"


def _value(row: FieldRow) -> str:
    """Placeholder of a field's value."""
    if 0 < len("|".join(row.choices)) <= SHORT:
        return "|".join(row.choices)
    kind = row.type.lstrip("[").partition(" ")[0].strip(",").upper().replace("STR", "TEXT")
    kind = "NAME" if row.choices else kind
    return f"{kind},..." if row.type.startswith("[") else kind


def _sentence(row: FieldRow, told: set[tuple[str, ...]]) -> str:
    """A field's sentence with its choices, unless they were told, and its default."""
    choices = f": {', '.join(row.choices)}" if _value(row).startswith("NAME") else ""
    if row.choices in told:
        choices = ""
    told.add(row.choices)
    default = (row.default or "").strip("[]")
    if default in NO_DEFAULT:
        return f"{row.help}{choices}"
    default = "all" if row.choices and default == ", ".join(row.choices) else default
    return f"{row.help}{choices} (default: {default.replace(', ', ',')})"


def _two_lines(row: FieldRow) -> str:
    default = "" if row.default is None else f" (default: {row.default})"
    return f"  {_option(row)} {row.type}{default}\n        {row.help}"

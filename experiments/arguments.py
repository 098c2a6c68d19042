"""The parsers of the command line; cheap to import, so that ``--help`` answers at once."""

import argparse
import shutil
import sys
import textwrap
from pathlib import Path
from typing import NoReturn

import onevoice
from onevoice.experiments.studies import STUDIES

SHELLS = ("bash", "zsh")
HELP_COLUMN = 24
Parsers = dict[str, argparse.ArgumentParser]


class Formatter(argparse.HelpFormatter):
    """Help as wide as the terminal, 80 to 100 columns, its sentences below each other."""

    def __init__(self, prog: str) -> None:
        width = min(max(shutil.get_terminal_size((80, 24)).columns, 80), 100)
        super().__init__(prog, max_help_position=HELP_COLUMN, width=width)
        self._action_max_length = HELP_COLUMN - 2

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(text, width, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """Reports a mistake in one line."""

    def error(self, message: str) -> NoReturn:
        """Print ``message`` and exit with status 2."""
        print(f"onevoice: error: {message}; see '{self.prog} --help'", file=sys.stderr)
        sys.exit(2)


def parsers() -> tuple[argparse.ArgumentParser, Parsers]:
    """Return the parser of the command line, and that of each command by name."""
    parser = Parser(
        prog="onevoice",
        description=onevoice.__doc__,
        epilog="'onevoice COMMAND --help' lists the options of a command.",
        allow_abbrev=False,
        formatter_class=Formatter,
    )
    parser.add_argument("--version", action="version", version=f"onevoice {onevoice.__version__}")
    commands: Parsers = {}
    several = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")

    def command(
        name: str, help: str, argument: str = "", *, fields: bool = True
    ) -> argparse.ArgumentParser:
        commands[name] = one = several.add_parser(
            name,
            help=help,
            description=f"{help[0].upper()}{help[1:]}.",
            usage=f"onevoice {name}{argument and f' [{argument}]'}{' [options]' if fields else ''}",
            add_help=False,
            allow_abbrev=False,
            formatter_class=Formatter,
        )
        one.add_argument("-h", "--help", action="store_true", help="show this help")
        if fields:
            one.add_argument(
                "--help-all", action="store_true", help="show every field of the configuration too"
            )
        return one

    _compare(command("compare", "train the modes and compare them with baselines", "EXPERIMENT"))
    _train(command("train", "train the channels of a scenario in one mode", "SCENARIO"))
    _evaluate(command("evaluate", "play a training run on held-out markets", "RUN"))
    command("scenarios", "list the scenarios", fields=False)
    for study in STUDIES.values():
        one = command(study.name, study.help, "SCENARIO")
        noun = study.kind.removesuffix("s")
        _positional(one, "scenario", study.default, help=f"{noun}, by name or YAML file")
        _out(one, f"output folder (default: runs/{study.name}-<scenario>)")
    shell = command("completion", "print a completion script for a shell", "SHELL", fields=False)
    shell.add_argument(
        "shell", nargs="?", metavar="SHELL", choices=SHELLS, help=" or ".join(SHELLS)
    )
    return parser, commands


def _compare(parser: argparse.ArgumentParser) -> None:
    _positional(parser, "experiment", "quickstart", help="experiment, by name or YAML file")
    _out(parser, "output folder (default: runs/<name>)")


def _train(parser: argparse.ArgumentParser) -> None:
    _positional(parser, "scenario", help="scenario, by name or YAML file")
    parser.add_argument("--mode", metavar="MODE", help="reward and critic of the channels")
    _out(parser, "new output folder (default: runs/<scenario>-<mode>)")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="continue an interrupted run")


def _evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", nargs="?", type=Path, metavar="RUN", help="folder of a training run")
    _out(parser, "new folder for JSON and CSV (default: none is written)")


def _positional(
    parser: argparse.ArgumentParser, name: str, default: str | None = None, *, help: str
) -> None:
    parser.add_argument(name, nargs="?", default=default, metavar=name.upper(), help=help)


def _out(parser: argparse.ArgumentParser, help: str) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help=help)

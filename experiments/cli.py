"""The command ``onevoice``: reads the command line; each command imports what it needs."""

import argparse
import errno
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import onevoice

OUTSIDE = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EIO,
    errno.ENOSPC,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
}
"""Errors of the machine's disk, not of this program: told in one line."""


STUDIES = {
    "claims": ("article", "hold the source article's claims against the simulation"),
    "validate": ("article", "replay published experiments inside the simulation"),
    "attribution": ("quartet", "what each channel claims, what models credit, what it caused"),
    "ablate": ("quartet", "switch off each mechanism: what the collapse is made of"),
    "staleness": ("quartet", "what rules let through that know yesterday's customers"),
    "loosen": ("quartet", "walk the rules from strict to none, and watch managers loosen them"),
    "calibrate": ("article", "search the parameters that reproduce the article's figures"),
    "benchmark": ("quartet", "train, fit and play every row on the same held-out markets"),
    "crossplay": ("quartet", "channels trained apart put together: the drop against self-play"),
    "bench": ("quartet", "measure speed, memory and start, beside other simulators"),
}
"""Default scenario and one line of help by command."""


class _Parser(argparse.ArgumentParser):
    """Reports a mistake in one line."""

    def error(self, message: str) -> NoReturn:
        print(f"onevoice: error: {message}; see '{self.prog} --help'", file=sys.stderr)
        sys.exit(2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0 done, 2 a mistake, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except KeyboardInterrupt as stop:
        print(
            "\nonevoice: interrupted" + "".join(f"; {hint}" for hint in stop.args), file=sys.stderr
        )
        return 130
    except BrokenPipeError:  # the reader of our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno not in OUTSIDE:
            raise
        place = f"{error.filename}: " if error.filename else ""
        mend = "free space or give another folder with --out"
        print(f"onevoice: error: {place}{error.strerror}; {mend}", file=sys.stderr)
        return 2


def _run(words: list[str]) -> int:
    parser, commands = _parsers()
    command = commands.get(words[0]) if words else None
    if command is None:
        parser.parse_args(words)
        parser.print_help()
        return 0
    plain, fields = _split(words[1:], command)
    parsed = command.parse_args(plain)
    parsed.line = shlex.join(["onevoice", *words])
    from onevoice.experiments.commands import run

    return run(words[0], parsed, fields, command)


def _split(words: list[str], parser: argparse.ArgumentParser) -> tuple[list[str], dict[str, str]]:
    """Part a command's own words from ``--dotted.field value`` and ``--dotted.field=value``."""
    own, fields, rest = [], {}, iter(words)
    for word in rest:
        option, equals, value = word.partition("=")
        if not option.startswith("--") or option in parser._option_string_actions:
            own.append(word)
            continue
        name = option[2:].replace("-", "_")
        value = value if equals else next(rest, "--")
        if not equals and value.startswith("--"):
            parser.error(f"{option} needs a value")
        if name in fields:
            parser.error(f"{option} is given twice")
        fields[name] = value
    return own, fields


def _parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the parser of the command line, and that of each command by its name."""
    parser = _Parser(prog="onevoice", description=onevoice.__doc__, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"onevoice {onevoice.__version__}")
    several = parser.add_subparsers(metavar="COMMAND", dest="command")
    compare = _command(several, "compare", "evaluate baselines, train modes, write a report")
    compare.add_argument(
        "experiment",
        nargs="?",
        default="quickstart",
        metavar="EXPERIMENT",
        help="name or YAML file (%(default)s)",
    )
    compare.add_argument("--out", type=Path, metavar="DIR", help="folder (runs/<name>)")
    train = _command(several, "train", "train the channels of a scenario in one mode")
    train.add_argument("scenario", nargs="?", metavar="SCENARIO", help="name or YAML file")
    train.add_argument("--mode", metavar="MODE", help="what the channels are rewarded for")
    train.add_argument(
        "--out", type=Path, metavar="DIR", help="new folder (runs/<scenario>-<mode>)"
    )
    train.add_argument("--resume", type=Path, metavar="RUN", help="continue an interrupted run")
    evaluate = _command(several, "evaluate", "play what a training run learned on held-out markets")
    evaluate.add_argument("run", nargs="?", type=Path, metavar="RUN", help="folder of the run")
    evaluate.add_argument("--out", type=Path, metavar="DIR", help="new folder for JSON and CSV")
    scenarios = _command(several, "scenarios", "list the scenarios that come with onevoice")
    commands = {"compare": compare, "train": train, "evaluate": evaluate, "scenarios": scenarios}
    for name, (default, help) in STUDIES.items():
        commands[name] = study = _command(several, name, help)
        study.add_argument(
            "scenario", nargs="?", default=default, metavar="SCENARIO",
            help="name or YAML file (%(default)s)",
        )  # fmt: skip
        study.add_argument(
            "--out", type=Path, metavar="DIR", help=f"folder (runs/{name}-<scenario>)"
        )
    return parser, commands


def _command(
    several: "argparse._SubParsersAction[_Parser]", name: str, help: str
) -> argparse.ArgumentParser:
    parser = several.add_parser(
        name, help=help, description=help, add_help=False, allow_abbrev=False
    )
    parser.add_argument("-h", "--help", action="store_true", help="show this and every field")
    return parser


if __name__ == "__main__":
    sys.exit(main())

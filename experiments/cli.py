"""The command ``onevoice``: reads the command line; each command imports what it needs."""

import argparse
import errno
import os
import shlex
import sys
from collections.abc import Sequence

from onevoice.experiments.arguments import parsers

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
    parser, commands = parsers()
    if words and not words[0].startswith("-") and words[0] not in commands:
        from onevoice.configs.errors import nearest

        parser.error(f"unknown command {words[0]!r}{nearest(words[0], commands)}")
    command = commands.get(words[0]) if words else None
    if command is None:
        parser.parse_args(words)
        parser.print_help()
        return 0
    plain, fields = _split(words[1:], command)
    if not {"-h", "--help", "--help-all"}.isdisjoint(plain):
        from onevoice.experiments.commands import config_of
        from onevoice.experiments.help import print_help

        print_help(words[0], command, config_of(words[0]), every_field="--help-all" in plain)
        return 0
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


if __name__ == "__main__":
    sys.exit(main())

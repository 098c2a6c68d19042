"""Reads YAML so that nothing is lost silently: a key given twice is an error, ``1e6`` a number."""

import re
from collections.abc import Hashable
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from onevoice.configs.errors import OneVoiceError


class _Loader(yaml.SafeLoader):
    """YAML's safe subset."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping, refusing a key that stands in it twice."""
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} stands here twice; keep one", node.start_mark
                )
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


_Loader.add_implicit_resolver(  # YAML 1.1 takes 1e6 and 3e-4 for text
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9][0-9_]*(\.[0-9_]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)


def read_text(file: Path | Traversable, source: str) -> str:
    """Return a file's text.

    Raises:
        OneVoiceError: if it is not there, is no file, may not be read or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise OneVoiceError(f"{source}: there is no such file; give a path that exists") from None
    except UnicodeDecodeError:
        raise OneVoiceError(f"{source}: is not UTF-8 text; give a YAML file") from None
    except OSError as error:
        raise OneVoiceError(
            f"{source}: can't be read ({error.strerror}); give a YAML file"
        ) from None


def parse_yaml(text: str, source: str) -> Any:
    """Parse YAML; a mistake in it names ``source``, line and column in one line."""
    try:
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise OneVoiceError(f"{source}: {where}{error.problem}") from None
    except (yaml.YAMLError, ValueError) as error:
        line = " ".join(str(error).split())
        raise OneVoiceError(f"{source}: is not YAML: {line}") from None


def parse_mapping(text: str, source: str) -> dict[str, Any]:
    """Parse YAML that must be a mapping; an empty file is an empty one."""
    values = parse_yaml(text, source)
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise OneVoiceError(
            f"{source}: holds a {type(values).__name__}; it must hold lines of 'name: value'"
        )
    return values

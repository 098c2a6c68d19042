"""Finds configuration files and splits them, with their bases, into layers to lay on each other."""

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.configs.explain import Layer, Place, check_place
from onevoice.configs.yaml_files import parse_mapping, read_text

Kind = Literal["scenarios", "coordination", "training", "experiments", "benchmarks"]
NESTED: dict[Kind, dict[str, Kind]] = {
    "scenarios": {"coordination": "coordination"},
    "experiments": {"scenario": "scenarios", "training": "training"},
    "benchmarks": {"scenario": "scenarios", "train_scenario": "scenarios", "training": "training"},
}
NOUNS: dict[Kind, str] = {
    "scenarios": "scenario",
    "coordination": "coordination layer",
    "training": "training configuration",
    "experiments": "experiment",
    "benchmarks": "benchmark",
}


class File(NamedTuple):
    """Source of a mapping: its name in errors, and the folder that ``base`` is relative to."""

    source: str = ""
    folder: Path = Path()
    chain: tuple[str, ...] = ()
    """The files that led here, to find one that is laid over itself."""


CALLER = File()


def config_names(kind: Kind) -> list[str]:
    """Return the names of the YAML files that come with the package, sorted."""
    entries = _folder(kind).iterdir()
    return sorted(e.name.removesuffix(".yaml") for e in entries if e.name.endswith(".yaml"))


def load_layers(kind: Kind, name: str | Path, asker: File, place: Place) -> list[Layer]:
    """Return the layers of a file and of its bases, lowest first."""
    file, text = _open(kind, name, asker)
    layers = unfold(kind, parse_mapping(text, file.source), file, place)
    return [layers[0]._replace(fresh=True), *layers[1:]]


def unfold(kind: Kind, values: Mapping[str, Any], file: File, place: Place) -> list[Layer]:
    """Split a mapping into its base's layers, its own, and those of the configurations in it."""
    own = dict(values)
    nested = {
        key: own.pop(key) for key in NESTED.get(kind, {}) if isinstance(own.get(key), str | Mapping)
    }
    base = own.pop("base", None)
    layers = [] if base is None else load_layers(kind, _base_name(base, file), file, place)
    layers.append(Layer(file.source, place, own))
    for key, value in nested.items():
        layers += _unfold_at(NESTED[kind][key], value, file, (*place, key))
    return layers


def _unfold_at(kind: Kind, value: str | Mapping[str, Any], file: File, place: Place) -> list[Layer]:
    if isinstance(value, str):
        return load_layers(kind, value, file, place)
    return unfold(kind, value, file, place)


def from_overrides(
    model: type[BaseModel], kind: Kind, overrides: Mapping[str, Any]
) -> Iterator[Layer]:
    """Yield a layer per dotted name; whole configurations come before the fields in them."""
    by_place = {tuple(n.removesuffix(".base").split(".")): v for n, v in overrides.items()}
    for place, value in sorted(by_place.items(), key=lambda item: len(item[0])):
        check_place(model, place)
        inner = _kind_at(kind, place)
        if inner and isinstance(value, str | Mapping):
            yield from _unfold_at(inner, value, CALLER, place)
        else:
            yield Layer("", place[:-1], {place[-1]: value})


def _kind_at(kind: Kind, place: Place) -> Kind | None:
    """The kind of the configuration that is a field of another, at any depth."""
    inner: Kind | None = kind
    for key in place:
        inner = NESTED.get(inner, {}).get(str(key)) if inner else None
    return inner


def _base_name(base: Any, file: File) -> str:
    if not isinstance(base, str):
        raise OneVoiceError(f"{file.source}: base: is {base!r}; it should be a name or a path")
    return base


def _open(kind: Kind, name: str | Path, asker: File) -> tuple[File, str]:
    """Find a file by name or path and return it with its text."""
    if isinstance(name, Path) or "/" in name or name.endswith((".yaml", ".yml")):
        path = asker.folder / name
        identity, file = str(path.resolve()), File(str(path), path.parent)
        text = read_text(path, file.source)
    else:
        if name not in config_names(kind):
            where = f"{asker.source}: " if asker.source else ""
            hint = nearest(name, config_names(kind))
            raise OneVoiceError(f"{where}unknown {NOUNS[kind]} {name!r}{hint}")
        file = File(identity := f"configs/{kind}/{name}.yaml")
        text = read_text(_folder(kind) / f"{name}.yaml", file.source)
    if identity in asker.chain:
        raise OneVoiceError(f"{asker.source}: base: {name!r} leads back to itself; name another")
    return file._replace(chain=(*asker.chain, identity)), text


def _folder(kind: Kind) -> Traversable:
    return files("onevoice.configs") / kind

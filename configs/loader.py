"""Loads configurations: YAML by name or path, laid over a ``base``, with single fields overridden.

A file is a mapping; ``base: NAME`` lays it over another file of its kind. In an experiment,
``scenario`` and ``training`` may themselves be a name, or a mapping with a ``base``. Mappings merge
key by key; lists and tables of plain values (``budget.split``) are replaced whole.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from onevoice.configs.errors import OneVoiceError
from onevoice.configs.explain import Layer, Place, explain
from onevoice.configs.fields import is_table, plain, type_at
from onevoice.configs.layers import (
    CALLER,
    Kind,
    config_names,
    from_overrides,
    load_layers,
    unfold,
)
from onevoice.configs.yaml_files import parse_yaml

__all__ = ["Kind", "build_config", "config_names", "load_config", "parse_value"]

ModelT = TypeVar("ModelT", bound=BaseModel)


def load_config(
    model: type[ModelT],
    kind: Kind,
    name_or_path: str | Path,
    overrides: Mapping[str, Any] | None = None,
) -> ModelT:
    """Load a configuration by the name of a packaged file, or by the path of a YAML file.

    Args:
        model: the pydantic model that the file must fit.
        kind: the folder of ``configs/`` in which names are looked up.
        name_or_path: ``"quartet"``, or a path, told by its suffix or by a slash.
        overrides: values by dotted name, e.g. ``{"budget.kind": "split"}``, laid over the file.

    Raises:
        OneVoiceError: in one line, if the file or a field in it or in ``overrides`` is wrong.
    """
    layers = load_layers(kind, name_or_path, CALLER, ())
    return _build(model, [*layers, *from_overrides(model, kind, overrides or {})])


def build_config(
    model: type[ModelT], kind: Kind, values: Mapping[str, Any], overrides: Mapping[str, Any]
) -> ModelT:
    """Build a configuration from a mapping and overrides."""
    layers = unfold(kind, values, CALLER, ())
    return _build(model, [*layers, *from_overrides(model, kind, overrides)])


def parse_value(model: type[BaseModel], name: str, text: str) -> Any:
    """Read a value from the command line as YAML, as the field called ``name`` takes it.

    Text stays text where the field takes it so; a list may be given without its brackets.
    """
    kind = plain(type_at(model, name.split(".")))
    if kind is str or (get_origin(kind) is Literal and text in get_args(kind)):
        return text
    listed = get_origin(kind) in (tuple, list) and not text.lstrip().startswith("[")
    return parse_yaml(f"[{text}]" if listed else text, name)


def _build(model: type[ModelT], layers: list[Layer]) -> ModelT:
    merged: Any = {}
    for layer in layers:
        merged = _lay_at(merged, layer.place, layer, model)
    try:
        return model.model_validate(merged)
    except ValidationError as error:
        raise OneVoiceError(explain(error, model, layers)) from None


def _lay_at(under: Any, place: Place, layer: Layer, model: type[BaseModel]) -> Any:
    """Lay a layer over what is at the end of ``place``, copying the mappings on the way."""
    if not place:
        return _merge({} if layer.fresh else under, layer.values, layer.place, model)
    entries = _as_mapping(under)
    return {**entries, place[0]: _lay_at(entries.get(place[0]), place[1:], layer, model)}


def _merge(under: Any, over: Any, place: Place, model: type[BaseModel]) -> Any:
    if not isinstance(over, Mapping):
        return over
    merged = dict(_as_mapping(under))
    for key, value in over.items():
        below = (*place, key)
        whole = is_table(type_at(model, below))
        merged[key] = value if whole else _merge(merged.get(key), value, below, model)
    return merged


def _as_mapping(value: Any) -> Mapping[Any, Any]:
    """Return a mapping as it is, a list of names as one from them to nothing, else an empty one."""
    if isinstance(value, Mapping):
        return value
    names = value if isinstance(value, list | tuple) else ()
    return {name: {} for name in names if isinstance(name, str)}

"""Turns pydantic's errors into one line: the file, the dotted place, the mend."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from onevoice.configs.errors import OneVoiceError, nearest
from onevoice.configs.fields import ENTRY, field_rows, keys_at, type_at

Place = tuple[str | int, ...]


class Layer(NamedTuple):
    """The values of one file, or of the caller (with an empty source), at ``place``."""

    source: str
    place: Place
    values: Mapping[str, Any]
    fresh: bool = False
    """Whether what lower layers said below ``place`` is forgotten."""


def explain(error: ValidationError, model: type[BaseModel], layers: Sequence[Layer]) -> str:
    """Return one line for the first error, unknown keys before all others."""
    errors = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    place = tuple(key for key in errors[0]["loc"] if key != "[key]")
    message = _message(errors[0], place, model)
    layer = _layer_of(_field_meant(message, place, model), layers)
    shown = place[len(layer.place) :] if layer.source else place
    parts = (layer.source, ".".join(str(key) for key in shown), message)
    return ": ".join(part for part in parts if part)


def check_place(model: type[BaseModel], place: Place) -> None:
    """Refuse a dotted name that no field has.

    Raises:
        OneVoiceError: with the nearest name at the depth of the first wrong one.
    """
    for depth, key in enumerate(place):
        if type_at(model, place[: depth + 1]) is None:
            dotted = ".".join(str(k) for k in place)
            raise OneVoiceError(f"{dotted}: {_unknown(model, place[:depth], str(key))}")


def _message(error: ErrorDetails, place: Place, model: type[BaseModel]) -> str:
    given = repr(error["input"])
    given = given if len(given) <= 60 else f"{given[:57]}..."
    text = error["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    match error["type"]:
        case "extra_forbidden":
            return _unknown(model, place[:-1], str(place[-1]))
        case "missing":
            return "is missing; it must be given"
        case "value_error":
            return text
        case "model_type" | "model_attributes_type" | "dict_type":
            known = ", ".join(keys_at(model, place))
            return f"is {given}; it should be a mapping{known and f' with fields of {known}'}"
        case "literal_error":
            return f"is {given}; {text}{_near_literal(error)}"
    return f"is {given}; {text}"


def _near_literal(error: ErrorDetails) -> str:
    choices = [
        c.strip("'")
        for c in str(error.get("ctx", {}).get("expected", "")).replace(" or ", ", ").split(", ")
    ]
    hint = nearest(str(error["input"]), choices)
    return hint if "did you mean" in hint else ""


def _unknown(model: type[BaseModel], place: Place, key: str) -> str:
    """Name the nearest key at the depth of an unknown one, or the place where such a field is."""
    known = keys_at(model, place)
    if not known:
        return f"{'.'.join(str(k) for k in place)} has no fields; set it as a whole"
    hint = nearest(key, known)
    elsewhere = [row.name for row in field_rows(model) if row.name.endswith(f".{key}")]
    if "did you mean" not in hint and elsewhere:
        hint = f"; did you mean {min(elsewhere, key=lambda n: (n.count('.'), ENTRY in n))!r}?"
    return f"unknown key{hint}"


def _field_meant(message: str, place: Place, model: type[BaseModel]) -> Place:
    """The place of the field with which a message about a whole mapping begins, or ``place``."""
    below = (*place, *message.partition(" ")[0].split("."))
    return place if type_at(model, below) is None else below


def _layer_of(place: Place, layers: Sequence[Layer]) -> Layer:
    """Return the layer with the mistake: the last that set the field or made the model."""
    above: list[Layer] = [la for la in layers[::-1] if place[: len(la.place)] == la.place]
    for layer in above:
        if _says(layer.values, place[len(layer.place) :]):
            return layer
    files = (layer for layer in above if layer.source)
    return max(files, key=lambda layer: len(layer.place), default=Layer("", (), {}))


def _says(values: Any, rest: Place) -> bool:
    """Whether a layer sets the very field, not only something around it."""
    for key in rest:
        if not isinstance(values, Mapping):
            return True
        if key not in values:
            return False
        values = values[key]
    return bool(rest)

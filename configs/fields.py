"""Walks the fields of a configuration: valid places, their types and help."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

ENTRY = "<name>"
"""Stands for any key of a free mapping in the name of a field."""


@dataclass(frozen=True)
class Names:
    """Annotation of a text: the names that it is chosen from, for help and completion."""

    names: tuple[str, ...]


class FieldRow(NamedTuple):
    """One field for the help."""

    name: str
    """With dots, from the configuration down."""
    type: str
    default: str | None
    help: str
    choices: tuple[str, ...] = ()
    """Values, or values of the entries of a list; none if they are too many to name."""


def field_rows(model: type[BaseModel], prefix: str = "") -> Iterator[FieldRow]:
    """Yield a row for each field of ``model`` and of the models in it, in order."""
    for key, info in model.model_fields.items():
        inner, name = _model_in(info.annotation), f"{prefix}{key}"
        entry = _entry_type(info.annotation)
        if inner is not None:
            optional = NoneType in get_args(info.annotation)
            for row in field_rows(inner, f"{name}."):
                yield row._replace(default=f"off ({row.default})") if optional else row
        elif (inner := _model_in(entry)) is not None:
            yield FieldRow(name, "names, or names with fields", None, info.description or "")
            for row in field_rows(inner, f"{name}.{ENTRY}."):
                yield row._replace(default=None)
        else:
            choices = _choices(info.annotation, info.metadata)
            text, default = _type_text(info), _default_text(info)
            yield FieldRow(name, text, default, info.description or "", choices)


def type_at(model: type[BaseModel], place: Sequence[str | int]) -> Any:
    """Return the annotation at a place such as ``("budget", "kind")``, None where no field is."""
    annotation: Any = model
    for key in place:
        inner = _model_in(annotation)
        if inner is not None:
            annotation = inner.model_fields[key].annotation if key in inner.model_fields else None
        else:
            named = _entry_names(annotation)
            annotation = _entry_type(annotation) if not named or key in named else None
    return annotation


def keys_at(model: type[BaseModel], place: Sequence[str | int]) -> list[str]:
    """Return the valid keys below a place; empty if there are none or any is valid."""
    annotation = type_at(model, place)
    inner = _model_in(annotation)
    return list(inner.model_fields) if inner else _entry_names(annotation)


def is_table(annotation: Any) -> bool:
    """Whether a field maps free names to plain values; such a table is one value as a whole."""
    entry = _entry_type(annotation)
    return entry is not None and _model_in(entry) is None


def plain(annotation: Any) -> Any:
    """Return the type without its constraints and without ``None``."""
    if get_origin(annotation) is Annotated:
        return plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        members = [a for a in get_args(annotation) if a is not NoneType]
        return plain(members[0]) if len(members) == 1 else annotation
    return annotation


def _model_in(annotation: Any) -> type[BaseModel] | None:
    bare = plain(annotation)
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _entry_type(annotation: Any) -> Any:
    bare = plain(annotation)
    return get_args(bare)[1] if get_origin(bare) is dict else None


def _entry_names(annotation: Any) -> list[str]:
    bare = plain(annotation)
    return list(get_args(get_args(bare)[0])) if get_origin(bare) is dict else []


def _choices(annotation: Any, metadata: Sequence[Any] = ()) -> tuple[str, ...]:
    """Names or values that a field, or each entry of a list, can take, if they are few."""
    for note in metadata:
        if isinstance(note, Names):
            return note.names
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _choices(arguments[0], arguments[1:])
    bare = plain(annotation)
    if bare is not annotation:
        return _choices(bare)
    if bare is bool:
        return ("true", "false")
    if origin is Literal:
        return tuple(str(value) for value in arguments)
    return _choices(arguments[0]) if origin in (tuple, list) else ()


def _type_text(info: FieldInfo) -> str:
    bounds = [
        f"{sign} {getattr(constraint, name):g}"
        for constraint in info.metadata
        for name, sign in (("ge", ">="), ("gt", ">"), ("le", "<="), ("lt", "<"))
        if isinstance(getattr(constraint, name, None), int | float)
    ]
    return " ".join([_name_of(info.annotation), ", ".join(bounds)]).strip()


def _name_of(annotation: Any) -> str:
    bare = plain(annotation)
    origin, arguments = get_origin(bare), get_args(bare)
    if origin is Literal:
        return "|".join(str(a) for a in arguments)
    if origin in (tuple, list):
        return f"[{_name_of(arguments[0])}, ...]"
    if origin is dict:
        return f"{{{_name_of(arguments[0])}: {_name_of(arguments[1])}, ...}}"
    if origin in (Union, UnionType):
        return "|".join(_name_of(a) for a in arguments)
    return getattr(bare, "__name__", str(bare))


def _default_text(info: FieldInfo) -> str:
    if info.is_required():
        return "must be given"
    return _value_text(info.get_default(call_default_factory=True, validated_data={}))


def _value_text(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"[{', '.join(_value_text(v) for v in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_value_text(v)}' for key, v in value.items())}}}"
    if isinstance(value, bool) or value is None:
        return str(value).lower() if value is not None else "null"
    return f"{value:.6g}" if isinstance(value, float) else str(value) or "''"

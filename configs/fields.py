"""Walks the fields of a configuration: what may stand at a dotted place, its type and its help."""

from collections.abc import Iterator, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

ENTRY = "<name>"
"""Stands for any key of a free mapping in the name of a field."""


class FieldRow(NamedTuple):
    """One line of help: the dotted name of a field, its type, its default and its sentence."""

    name: str
    type: str
    default: str | None
    help: str


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
            yield FieldRow(name, _type_text(info), _default_text(info), info.description or "")


def type_at(model: type[BaseModel], place: Sequence[str | int]) -> Any:
    """Return the annotation at a place such as ``("budget", "kind")``, None if nothing is there."""
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
    """Return the keys that may stand below a place; none if none may, or any."""
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

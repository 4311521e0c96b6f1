"""Answers of the API, described once: the schema reads the fields of a class, and so does what is sent."""

from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, cast

from django.db.models import Manager
from rest_framework import serializers

Reader = Callable[[Any], Any]


class ReadSerializer(serializers.Serializer):
    """Shows a row, and never takes anything in; about as fast as a dict that is written by hand.

    A field shows the attribute of its name, or what `source` leads to (null as soon as a step of it is null); a static
    method `get_<field>` computes it from the row. A text field shows its value as text, and null for nothing where it
    may be null and not blank. Everything else goes to the renderer as it is.
    """

    def to_representation(self, instance: Any) -> dict[str, Any]:
        plan = _plan_of(type(self))
        shown = plan.empty.copy()
        shown.update(zip(plan.plain, plan.fetch(instance), strict=True))
        for name, read in plan.computed:
            shown[name] = read(instance)
        for name in plan.texts:
            value = shown[name]
            if value.__class__ is not str and value is not None:
                shown[name] = str(value)
        for name in plan.null_for_nothing:
            shown[name] = shown[name] or None
        return shown

    @property
    def data(self) -> dict[str, Any]:  # type: ignore[override]
        return self.to_representation(self.instance)


class _Plan(NamedTuple):
    """How a class is shown: `plain` attributes are fetched in one call, the rest one by one."""

    empty: dict[str, Any]
    plain: list[str]
    fetch: Callable[[Any], tuple[Any, ...]]
    computed: list[tuple[str, Reader]]
    texts: list[str]
    null_for_nothing: list[str]


@cache
def _plan_of(shape: type[serializers.Serializer]) -> _Plan:
    fields: dict[str, serializers.Field] = shape._declared_fields
    computed = {name: read for name, field in fields.items() if (read := _computed(shape, name, field))}
    plain = {name: _source(name, field) for name, field in fields.items() if name not in computed}
    texts = {name: field for name, field in fields.items() if isinstance(field, serializers.CharField)}
    return _Plan(
        dict.fromkeys(fields),
        list(plain),
        _all_of(list(plain.values())),
        list(computed.items()),
        list(texts),
        [name for name, field in texts.items() if field.allow_null and not field.allow_blank],
    )


def _source(name: str, field: serializers.Field) -> str:
    return str(field.source or name)


def _computed(shape: type[serializers.Serializer], name: str, field: serializers.Field) -> Reader | None:
    """What shows a field that is more than an attribute which is always there."""
    source = _source(name, field)
    own: Reader | None = getattr(shape, f"get_{name}", None)
    if isinstance(field, serializers.ListSerializer):
        value_of, show = own or _path(source), cast("serializers.BaseSerializer", field.child).to_representation
        return lambda row: [show(each) for each in _rows(value_of(row))]
    if isinstance(field, serializers.Serializer):
        value_of, show_one = own or _path(source), field.to_representation
        return lambda row: None if (value := value_of(row)) is None else show_one(value)
    return own or (_path(source) if field.allow_null and "." in source else None)


def _path(source: str) -> Reader:
    head, _dot, rest = source.partition(".")
    if not rest:
        return attrgetter(source)
    first, then = attrgetter(head), _path(rest)
    return lambda row: None if (step := first(row)) is None else then(step)


def _all_of(sources: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Many attributes in one call; `attrgetter` gives no tuple for fewer than two."""
    if len(sources) > 1:
        return attrgetter(*sources)
    readers = [attrgetter(source) for source in sources]
    return lambda row: tuple(read(row) for read in readers)


def _rows(value: Any) -> Iterable[Any]:
    return value.all() if isinstance(value, Manager) else value

"""Answers of the API, described once: the schema reads the fields of a class, and so does what is sent."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, ClassVar, cast

from django.db.models import Manager
from rest_framework import serializers

from core.money import decimal_text

Reader = Callable[[Any], Any]
Shower = Callable[[Any], dict[str, Any]]


class ReadSerializer(serializers.Serializer):
    """Shows a row, and never takes anything in; about as fast as a dict that is written by hand.

    A field shows the attribute of its name, or what `source` leads to (null as soon as a step of it is null); a static
    method `get_<field>` computes it from the row. A text field shows its value as text, and null for nothing where it
    may be null and not blank. Everything else goes to the renderer as it is.
    """

    show: ClassVar[Shower]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.show = staticmethod(_shower_of(cls))

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> "ReadListSerializer":
        """Several rows; made without the copies of fields that a list which takes something in needs."""
        return ReadListSerializer(*args, **{**kwargs, "child": cls()})

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return type(self).show(instance)

    @property
    def data(self) -> dict[str, Any]:  # type: ignore[override]
        return type(self).show(self.instance)


class MinorField(serializers.CharField):
    """An amount as a decimal string, of a row that holds it in minor units as `<name>_minor`, with its `currency`."""

    @staticmethod
    def reader(name: str) -> Reader:
        """What reads the amount that the field of this name shows."""
        minor = attrgetter(f"{name}_minor")
        return lambda row: decimal_text(minor(row), row.currency)


class ReadListSerializer(serializers.ListSerializer):
    """Several rows, each shown by its class."""

    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        show = type(cast(ReadSerializer, self.child)).show
        return [show(each) for each in _rows(data)]

    @property
    def data(self) -> list[dict[str, Any]]:  # type: ignore[override]
        return self.to_representation(self.instance)


def _shower_of(shape: type[serializers.Serializer]) -> Shower:
    """What shows a row as this class says: its fields are looked at once, here, and attributes fetched in one call."""
    fields: dict[str, serializers.Field] = shape._declared_fields
    computed = [(name, read) for name, field in fields.items() if (read := _computed(shape, name, field))]
    late = {name for name, _read in computed}
    #: Every row has a class: it stands in for what is computed, so that fields keep their order.
    fetch = _all_of(["__class__" if name in late else _source(name, field) for name, field in fields.items()])
    names = list(fields)
    texts = [name for name, field in fields.items() if isinstance(field, serializers.CharField)]
    plain = [(name, names.index(name)) for name in texts if name not in late]
    computed_texts = [name for name in texts if name in late]
    null_for_nothing = [name for name in texts if fields[name].allow_null and not _may_be_blank(fields[name])]

    def show(row: Any) -> dict[str, Any]:
        values = fetch(row)
        shown = dict(zip(names, values))  # noqa: B905 - one of each
        for name, place in plain:
            if type(value := values[place]) is not str and value is not None:
                shown[name] = str(value)
        for name, read in computed:
            shown[name] = read(row)
        for name in computed_texts:
            if type(value := shown[name]) is not str and value is not None:
                shown[name] = str(value)
        for name in null_for_nothing:
            if not shown[name]:
                shown[name] = None
        return shown

    return show


def _may_be_blank(field: serializers.Field) -> bool:
    return bool(getattr(field, "allow_blank", False))


def _source(name: str, field: serializers.Field) -> str:
    return str(field.source or name)


def _computed(shape: type[serializers.Serializer], name: str, field: serializers.Field) -> Reader | None:
    """What shows a field that is more than an attribute which is always there."""
    source = _source(name, field)
    own: Reader | None = getattr(shape, f"get_{name}", None)
    if isinstance(field, MinorField):
        return field.reader(name)
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

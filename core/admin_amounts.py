"""Amounts in the administration: shown with their currency and decimal point, and typed as people write them."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst

from core.errors import Refused
from core.money import Money, parse

MINOR = "_minor"
NONE = "–"


def followed(row: Any, path: str) -> Any:
    """What a path of attributes leads to from a row: `batch.currency`. None where it breaks off."""
    for name in path.split("."):
        row = getattr(row, name, None)
    return row


def _label(model: type[models.Model], name: str) -> Any:
    return cast(models.Field, model._meta.get_field(name)).verbose_name


class AmountsForm(forms.ModelForm):
    """Amounts are text until their currency is known: the one beside them, or that of the row they belong to."""

    amounts: ClassVar[tuple[str, ...]] = ()
    currency_path = "currency"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = followed(self.instance, self.currency_path) if self.instance.pk else None
        for name in self.amounts:
            if name in self.fields and isinstance(self.initial.get(name), int):
                self.initial[name] = str(Money(self.initial[name], currency)) if currency else ""

    def clean(self) -> dict[str, Any] | None:
        currency = self._currency()
        for name in self.amounts:
            if name in self.cleaned_data:
                self.cleaned_data[name] = self._minor(name, self.cleaned_data[name], currency)
        return super().clean()

    def _currency(self) -> str:
        first, _dot, rest = self.currency_path.partition(".")
        typed = self.cleaned_data.get(first)
        return (followed(typed, rest) if rest and typed else typed) or followed(self.instance, self.currency_path) or ""

    def _minor(self, name: str, text: str, currency: str) -> int | None:
        if not text:
            return None
        try:
            return parse(text, currency).minor if currency else None
        except Refused as refusal:
            self.add_error(name, str(refusal))
            return None


class AmountsAdmin(admin.ModelAdmin):
    """Columns in minor units, each shown in units of its currency; `currency_path` leads from a row to its currency."""

    currency_path = "currency"
    #: Columns in minor units whose names do not end in `_minor`.
    minor_units: tuple[str, ...] = ()

    def is_amount(self, name: Any) -> bool:
        """Whether it is a column in minor units."""
        return isinstance(name, str) and (name.endswith(MINOR) or name in self.minor_units)

    def column(self, name: str) -> Any:
        """What shows a column: of amounts with their currency, of a row that is not named here its number."""
        made: dict[str, Any] = self.__dict__.setdefault("_columns", {})
        if name not in made:
            made[name] = self._amounts_of(name) if self.is_amount(name) else self._numbers_of(name) or name
        return made[name]

    def _amounts_of(self, name: str) -> Callable[[Any], str]:
        def amount(row: Any) -> str:
            minor, currency = getattr(row, name), followed(row, self.currency_path)
            return Money(minor, currency).display() if minor is not None and currency else NONE

        amount.__name__ = f"{name}_shown"
        return admin.display(description=_label(self.model, name), ordering=name)(amount)

    def _numbers_of(self, name: str) -> Callable[[Any], str] | None:
        relations = {field.attname: field for field in self.model._meta.local_fields if field.is_relation}
        if name not in relations:
            return None

        def number(row: Any) -> str:
            return str(getattr(row, name) or NONE)

        number.__name__ = f"{name}_shown"
        return admin.display(description=_label(self.model, relations[name].name), ordering=name)(number)

    def shown(self, names: Sequence[Any]) -> list[Any]:
        """The same columns, as they are shown."""
        return [self.column(name) if isinstance(name, str) else name for name in names]

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.shown(super().get_list_display(request))

    def read_only(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The names of columns that are not edited. Subclasses add theirs here."""
        return list(super().get_readonly_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.shown(self.read_only(request, obj))

    def listed_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        """The names of the columns on the page of a row. Subclasses add theirs here."""
        return super().get_fields(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        fixed = set(self.read_only(request, obj))
        names = self.listed_fields(request, obj)
        shown = [name if may_edit and name not in fixed else self.shown([name])[0] for name in names]
        return list(dict.fromkeys(shown))

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        if not self.is_amount(db_field.name):
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.CharField(
            label=capfirst(db_field.verbose_name),
            help_text=db_field.help_text,
            required=not db_field.blank,
            max_length=30,
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        base = kwargs.pop("form", self.form)
        amounts = tuple(field.name for field in self.model._meta.local_fields if self.is_amount(field.name))
        about = {"amounts": amounts, "currency_path": self.currency_path}
        return super().get_form(request, obj, change, form=type("RowForm", (AmountsForm, base), about), **kwargs)

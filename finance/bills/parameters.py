"""What a biller asks its customers for: the rows of `BillerParameter` make the form and check the answer."""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
import phonenumbers
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from core.database.compiled_queries import compiled_query
from core.database.reference import stored
from core.errors import Refused
from core.language.formatting import in_chinese
from core.language.text import CONTROLS
from finance.bills.models import Biller, BillerParameter

CHECKS: dict[str, Callable[[str], bool]] = {
    BillerParameter.Check.NONE: lambda _value: True,
    BillerParameter.Check.LUHN: luhn.is_valid,
    BillerParameter.Check.MOD97: mod_97_10.is_valid,
}


class ParametersInvalid(Refused):
    """Some of what the biller asks for is missing or cannot be right; the reasons stand by parameter."""

    code = "parameters_invalid"
    status = 400
    message = _("Check what you typed: the company does not use numbers like this.")

    def __init__(self, *, errors: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.errors = errors

    def problem(self) -> dict[str, Any]:
        return {
            **super().problem(),
            "errors": {name: [str(text) for text in texts] for name, texts in self.errors.items()},
        }


def parameters_of(biller: Biller) -> list[BillerParameter]:
    """What this biller asks for, in the order of its form."""
    rows = _parameters(biller.pk)
    for row in rows:
        row.biller = biller
    return rows


@stored
def _parameters(biller: int) -> list[BillerParameter]:
    return _of_biller.all(biller)


@compiled_query
def _of_biller(biller: Any) -> QuerySet[BillerParameter]:
    return BillerParameter.objects.filter(biller=biller).order_by("position")


def checked(rows: Iterable[BillerParameter], given: Mapping[str, Any]) -> dict[str, str]:
    """The answers as the biller wants them. Raises `ParametersInvalid` with every fault at its parameter."""
    rows = list(rows)
    values: dict[str, str] = {}
    errors: dict[str, list[str]] = {name: [str(_("This company does not need this."))] for name in given}
    for row in rows:
        errors.pop(row.name, None)
        value = _folded(given.get(row.name, ""))
        if not value:
            if row.is_required:
                errors[row.name] = [str(_("Fill this in."))]
            continue
        fault = _fault(row, value)
        if fault:
            errors[row.name] = [str(fault)]
        else:
            values[row.name] = value
    if errors:
        raise ParametersInvalid(errors=errors)
    return values


def fingerprint(parameters: Mapping[str, str]) -> str:
    """The same answers have the same fingerprint, in whatever order they came."""
    return hashlib.sha256(orjson.dumps(dict(parameters), option=orjson.OPT_SORT_KEYS)).hexdigest()


def label(row: BillerParameter) -> str:
    """The parameter's label in the reader's language."""
    return row.label_zh if in_chinese() else row.label


def hint(row: BillerParameter) -> str:
    """The parameter's hint in the reader's language."""
    return row.hint_zh if in_chinese() else row.hint


def _folded(value: Any) -> str:
    return unicodedata.normalize("NFKC", str(value)).strip()


def _fault(row: BillerParameter, value: str) -> Any:
    if CONTROLS.search(value):
        return _("This text holds characters that cannot be printed.")
    if not row.min_length <= len(value) <= row.max_length:
        if row.min_length == row.max_length:
            return _("Check the number: it has %(length)s characters.") % {"length": row.min_length}
        return _("Check the number: it has %(least)s to %(most)s characters.") % {
            "least": row.min_length,
            "most": row.max_length,
        }
    if not _is_of_kind(row.kind, value, country=row.biller.country):
        return _("Enter this as: %(kind)s.") % {"kind": row.get_kind_display()}
    if row.pattern and not re.fullmatch(row.pattern, value):
        return _("Check the number: it does not look like this company's.")
    if not CHECKS[BillerParameter.Check(row.check_digits)](value):
        return _("Check the number: one digit seems wrong.")
    return None


def _is_of_kind(kind: str, value: str, *, country: str) -> bool:
    if kind == BillerParameter.Kind.DIGITS:
        return value.isascii() and value.isdigit()
    if kind == BillerParameter.Kind.PHONE:
        try:
            return phonenumbers.is_possible_number(phonenumbers.parse(value, country))
        except phonenumbers.NumberParseException:
            return False
    if kind == BillerParameter.Kind.DATE:
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            return False
    return True

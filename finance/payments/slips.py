"""A slip in words: its stored lines, read in one language, as one object that every rendering shares."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.money import Money, parse
from core.writing import capitals
from finance.payments.models import Payment, Receipt

LABELS = {
    "biller": _("Company"),
    "customer_name": _("Customer"),
    "period": _("Month"),
    "biller_receipt_no": _("Company's receipt"),
    "slip_in_progress": _("Earlier slip"),
    "handed_back": _("Handed back"),
}
WAYS = {"cash": _("cash"), "online": _("online")}


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A name and a value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on the paper. `word` is printed large at top and bottom; a pending thing is never called paid."""

    number: str
    word: str
    station: str
    station_code: str
    at: dt.datetime
    zone: str
    lines: list[SlipLine]
    amount: Money
    agent_fee: Money
    total: Money
    capitals: str
    paid_by: str
    cash: list[SlipLine]
    verify_url: str
    copy_no: int
    is_refund: bool


def slip_of(receipt: Receipt, *, copy_no: int = 0, language: str | None = None) -> Slip:
    """The slip in a language; by default the payer's, else the house's."""
    payment = receipt.payment
    language = language or (payment.payer.language if payment.payer else settings.LANGUAGE_CODE)
    with translation.override(language):
        return _slip(receipt, payment, copy_no=copy_no, language=language)


def _slip(receipt: Receipt, payment: Payment, *, copy_no: int, language: str) -> Slip:
    values = {line["name"]: line for line in receipt.lines}
    station = payment.station
    return Slip(
        number=receipt.number,
        word=_word(receipt, payment),
        station=station.name_local or station.name,
        station_code=station.code,
        at=receipt.issued_at.astimezone(ZoneInfo(station.zone)),
        zone=station.zone,
        lines=[_line(line, payment.currency, language) for line in receipt.lines if line["name"] not in MONEY],
        amount=parse(values["amount"]["value"], payment.currency),
        agent_fee=parse(values["agent_fee"]["value"], payment.currency),
        total=parse(values["total"]["value"], payment.currency),
        capitals=capitals(payment.total) if language.startswith("zh") else "",
        paid_by=str(WAYS[values["paid_by"]["value"]]),
        cash=[
            SlipLine(str(name), values[key]["value"])
            for key, name in (("cash_given", gettext("Cash given")), ("change", gettext("Change")))
            if key in values
        ],
        verify_url=receipt.verify_url,
        copy_no=copy_no,
        is_refund=receipt.kind == Receipt.Kind.REFUND,
    )


MONEY = frozenset({"amount", "agent_fee", "total", "paid_by", "cash_given", "change"})


def _word(receipt: Receipt, payment: Payment) -> str:
    if receipt.kind == Receipt.Kind.REFUND:
        return pgettext("large word on a slip", "GIVEN BACK")
    if receipt.kind == Receipt.Kind.IN_PROGRESS:
        return pgettext("large word on a slip", "PENDING")
    if payment.status == Payment.Status.REVERSED:
        return pgettext("large word on a slip", "REVERSED")
    return pgettext("large word on a slip", "PAID")


def _line(line: Mapping[str, Any], currency: str, language: str) -> SlipLine:
    label = line.get("label")
    name = _in(label, language) if label else str(LABELS.get(line["name"], line["name"]))
    return SlipLine(name, _in(line["value"], language))


def _in(text: Any, language: str) -> str:
    if isinstance(text, Mapping):
        return text.get(language) or text.get("en") or next(iter(text.values()))
    return str(text)

"""A slip in words: its stored lines, read in one language, as one object that every rendering shares.

No rendering adds a word of its own: what a resident holds is in the resident's language from first to last.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.days import day_in
from core.language import formatting
from core.language.formatting import capitals
from core.money import parse
from finance.payments.display import worth_of
from finance.payments.models import Payment, Receipt, ReceiptPrint
from stations.people.masking import mask_name
from stations.places.models import Division
from stations.places.queries import short_name_on

LABELS = {
    "biller": gettext_lazy("Company"),
    "operator": gettext_lazy("Operator"),
    "phone": gettext_lazy("Phone"),
    "loan": gettext_lazy("Loan"),
    "yearly_cost": gettext_lazy("Annual rate, all costs included"),
    "yearly_cost_plain": gettext_lazy("A year, without compounding"),
    "liable_group": gettext_lazy("Members who stand up for it"),
    "principal_left": gettext_lazy("Principal left"),
    "written_off_left": gettext_lazy("Written off and still open"),
    "principal_before": gettext_lazy("Principal left before this payment"),
    "plan": gettext_lazy("Plan"),
    "operator_ref": gettext_lazy("Company's receipt"),
    "customer_name": gettext_lazy("Customer"),
    "period": gettext_lazy("Month"),
    "biller_receipt_no": gettext_lazy("Company's receipt"),
    "slip_in_progress": gettext_lazy("Earlier slip"),
    "handed_back": gettext_lazy("Refunded in cash"),
}
WAYS = {"cash": gettext_lazy("cash"), "online": gettext_lazy("online")}
EARLIER = "slip_in_progress"
MONEY = frozenset({"amount", "agent_fee", "total", "paid_by", "owed_used", "cash_given", "change"})

WORDS = {
    "pending": pgettext_lazy("large word on a slip", "PENDING"),
    "paid": pgettext_lazy("large word on a slip", "PAID"),
    "not_paid": pgettext_lazy("large word on a slip", "NOT PAID"),
    "reversed": pgettext_lazy("large word on a slip", "REVERSED"),
    "given_back": pgettext_lazy("large word on a slip", "REFUNDED"),
}
COPY = pgettext_lazy("large word on a slip", "COPY %(n)s")


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A name and a value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A large word at top and bottom, in the language of the slip and in English: 待确认 / PENDING."""

    word: str
    english: str

    def __str__(self) -> str:
        return f"{self.word} / {self.english}"


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on the paper, in this order; a pending thing is never called paid."""

    language: str
    station: str
    station_code: str
    marks: list[Mark]
    number: str
    about: list[SlipLine]
    lines: list[SlipLine]
    total: SlipLine
    paid: list[SlipLine]
    notice: str
    scan: str
    complain: str
    phone: str
    verify_url: str


def slip_of(receipt: Receipt, *, copy_no: int = 0, language: str | None = None) -> Slip:
    """The slip in a language; by default the payer's, else the system's."""
    payment = receipt.payment
    language = language or (payment.payer.language if payment.payer else settings.LANGUAGE_CODE)
    with translation.override(language):
        return _slip(receipt, payment, copy_no=copy_no, language=language)


def _slip(receipt: Receipt, payment: Payment, *, copy_no: int, language: str) -> Slip:
    values = {line["name"]: line["value"] for line in receipt.lines}
    station, state = payment.station, _state(receipt, payment)
    hidden = MONEY if _replaces_paper(receipt, values) else MONEY | {EARLIER}
    return Slip(
        language=language,
        station=receipt.names["station"],
        station_code=station.code,
        marks=[_mark(WORDS[state]), *([_mark(COPY, n=copy_no)] if copy_no else [])],
        number=receipt.number,
        about=_about(receipt, payment),
        lines=[
            *(_line(line, language) for line in receipt.lines if line["name"] not in hidden),
            SlipLine(_("Amount"), _amount(values["amount"], payment)),
            SlipLine(_("Fee"), _amount(values["agent_fee"], payment)),
        ],
        total=SlipLine(_("Total"), formatting.money(parse(values["total"], payment.currency))),
        paid=_paid(values, payment),
        notice=_notice(state, payment),
        scan=_("Scan to check"),
        complain=_("Charged more? Call") if station.phone else "",
        phone=station.phone.as_national if station.phone else "",
        verify_url=receipt.verify_url,
    )


def _replaces_paper(receipt: Receipt, values: Mapping[str, Any]) -> bool:
    """Whether the resident holds an earlier slip of this payment: only one that was printed is named."""
    earlier = values.get(EARLIER)
    return (
        bool(earlier)
        and ReceiptPrint.objects.filter(receipt__number=earlier, receipt__payment=receipt.payment).exists()
    )


def _about(receipt: Receipt, payment: Payment) -> list[SlipLine]:
    lines = [
        SlipLine(_("No."), receipt.number),
        SlipLine(_("Time"), _time(receipt.issued_at.astimezone(ZoneInfo(payment.station.zone)))),
    ]
    if payment.payer and "payer" in receipt.names:
        # Anyone who asked to be forgotten is not named by a copy either.
        name = mask_name(payment.payer.full_name) if payment.payer.erased_at else receipt.names["payer"]
        lines.append(SlipLine(_("For"), f"{name} {_village(receipt)}"))
    return lines


def _village(receipt: Receipt) -> str:
    """The payer's village of then, under its name of then."""
    village = Division.objects.get(pk=receipt.names["village"])
    return short_name_on(village, day_in(receipt.payment.station.zone, receipt.issued_at))


def _time(local: dt.datetime) -> str:
    """`2026-11-25 10:47 UTC+8`."""
    hours = (local.utcoffset() or dt.timedelta()) / dt.timedelta(hours=1)
    return f"{local:%Y-%m-%d %H:%M} UTC{hours:+g}"


def _paid(values: Mapping[str, Any], payment: Payment) -> list[SlipLine]:
    lines = []
    in_capitals = capitals(parse(values["total"], payment.currency)) if formatting.in_chinese() else ""
    if in_capitals:
        lines.append(SlipLine(_("In capitals"), in_capitals))
    lines.append(SlipLine(_("Method"), str(WAYS[values["paid_by"]])))
    if "owed_used" in values:
        lines.append(SlipLine(_("From a refund"), _amount(values["owed_used"], payment)))
    if "cash_given" in values:
        lines.append(SlipLine(_("Cash received"), _amount(values["cash_given"], payment)))
    if "change" in values:
        lines.append(SlipLine(pgettext("cash handed back", "Change"), _amount(values["change"], payment)))
    return lines


def _amount(text: str, payment: Payment) -> str:
    return formatting.amount(parse(text, payment.currency))


def _state(receipt: Receipt, payment: Payment) -> str:
    if receipt.kind == Receipt.Kind.REFUND:
        return "given_back"
    if payment.status == Payment.Status.REVERSED:
        return "reversed"
    if payment.status == Payment.Status.FAILED:
        return "not_paid"
    return "pending" if receipt.kind == Receipt.Kind.IN_PROGRESS else "paid"


def _notice(state: str, payment: Payment) -> str:
    """What to do with this paper, where that is not plain."""
    if state in {"not_paid", "reversed"}:
        if payment.method == Payment.Method.ONLINE:
            return worth_of(payment)
        return _("A refund is due. Collect it at the station with this slip.")
    if state != "pending":
        return ""
    if payment.deadline_at is None:
        return _("Not paid yet, not final. Keep this slip.")
    local = payment.deadline_at.astimezone(ZoneInfo(payment.station.zone))
    return _("Not paid yet, not final. Usually decided by %(time)s. Keep this slip.") % {
        "time": formatting.moment(local)
    }


def _mark(words: Any, **values: Any) -> Mark:
    """In the slip's own language and in English; an English slip keeps the system's language beside it."""
    own = translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(settings.LANGUAGE_CODE if own.startswith("en") else own):
        word = str(words) % values
    with translation.override("en"):
        return Mark(word, str(words) % values)


def _line(line: Mapping[str, Any], language: str) -> SlipLine:
    label = line.get("label")
    name = _in(label, language) if label else str(LABELS.get(line["name"], line["name"]))
    value = _in(line["value"], language)
    return SlipLine(name, formatting.period(value) if line["name"] == "period" else value)


def _in(text: Any, language: str) -> str:
    if isinstance(text, Mapping):
        return text.get(language) or text.get("en") or next(iter(text.values()))
    return str(text)

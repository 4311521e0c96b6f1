"""A difference as two records side by side: what the company says, what we say, and which lines differ."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.gateways.models import Instruction
from core.language import formatting
from core.money import Money
from finance.recon.models import ProviderLine, ReconItem

#: What a company calls the end of an instruction, in words.
THEIR_STATES = {
    "succeeded": gettext_lazy("paid"),
    "failed": gettext_lazy("not paid"),
    "reversed": gettext_lazy("reversed"),
    "returned": gettext_lazy("returned"),
    "pending": gettext_lazy("in progress"),
    "not_found": gettext_lazy("not known"),
}
NOT_THERE = gettext_lazy("no record")


@dataclass(frozen=True, slots=True)
class Fact:
    """The same thing as each side says it."""

    name: str
    ours: str
    theirs: str

    @property
    def differs(self) -> bool:
        """Whether both say something and not the same."""
        return self.ours != self.theirs


def facts_of(item: ReconItem) -> list[Fact]:
    """What both sides say of it: amount, state and time of a payment, or the two sums of a day."""
    line = _line_of(item)
    facts = [Fact(_("Amount"), *_amounts(item, line))]
    if item.payment is not None or line is not None:
        facts.append(Fact(_("State"), _our_state(item), _their_state(item, line)))
        facts.append(Fact(_("Time"), _our_time(item), _moment(line.completed_at) if line else ""))
    known = [fact for fact in facts if fact.ours or fact.theirs]
    return [Fact(fact.name, fact.ours or str(NOT_THERE), fact.theirs or str(NOT_THERE)) for fact in known]


def _line_of(item: ReconItem) -> ProviderLine | None:
    """The line of the company's file: that of the item, or the latest that names the payment."""
    lines = ProviderLine.objects.order_by("-file_id", "-pk")
    if "file" in item.detail and "line" in item.detail:
        return lines.filter(file=item.detail["file"], line_no=item.detail["line"]).first()
    if not item.our_ref or item.kind == ReconItem.Kind.MISSING_PROVIDER:
        return None
    return lines.filter(our_ref=item.our_ref, file__provider=item.provider_id).first()


def _amounts(item: ReconItem, line: ProviderLine | None) -> tuple[str, str]:
    if isinstance(item.detail.get("ours"), int):
        return _money(item.detail["ours"], item), _money(int(item.detail["theirs"]), item)
    ours = _our_minor(item)
    if item.kind == ReconItem.Kind.FEE and line is not None:
        return _money(line.fee_minor - item.amount_diff_minor, item), _money(line.fee_minor, item)
    if item.kind == ReconItem.Kind.MISSING_INTERNAL:
        return "", _money(abs(item.amount_diff_minor), item)
    if item.kind == ReconItem.Kind.MISSING_PROVIDER:
        return _money(abs(item.amount_diff_minor) if ours is None else ours, item), ""
    if ours is None:
        return "", _money(item.amount_diff_minor, item) if item.amount_diff_minor else ""
    if item.kind == ReconItem.Kind.AMOUNT:
        return _money(ours, item), _money(ours + item.amount_diff_minor, item)
    return _money(ours, item), _money(line.amount_minor if line else ours, item)


def _our_minor(item: ReconItem) -> int | None:
    """What we asked the company for, minor units."""
    return item.payment.amount_minor if item.payment is not None else None


def _money(minor: int, item: ReconItem) -> str:
    return formatting.money(Money(minor, item.currency))


def _our_state(item: ReconItem) -> str:
    return capfirst(item.payment.get_status_display()) if item.payment is not None else ""


def _their_state(item: ReconItem, line: ProviderLine | None) -> str:
    said = item.detail.get("theirs") if isinstance(item.detail.get("theirs"), str) else None
    state = said or (line.status if line else "")
    return str(capfirst(THEIR_STATES.get(state, state))) if state else ""


def _our_time(item: ReconItem) -> str:
    if item.payment is None:
        return ""
    answered = Instruction.objects.filter(pk=item.payment.pk).values_list("answered_at", flat=True).first()
    return _moment(answered or item.payment.taken_at)


def _moment(at: Any) -> str:
    return formatting.moment(timezone.localtime(at))


def verdict(item: ReconItem) -> str:
    """What comes out of it, in one sentence; nothing where no two amounts were compared."""
    if item.kind in {ReconItem.Kind.CURRENCY, ReconItem.Kind.FILE, ReconItem.Kind.RULE}:
        return ""
    amount = {"amount": formatting.money(Money(abs(item.amount_diff_minor), item.currency))}
    if item.kind == ReconItem.Kind.MISSING_INTERNAL:
        return _("They have a record of %(amount)s; we have none.") % amount
    if item.kind == ReconItem.Kind.MISSING_PROVIDER:
        return _("We have a record of %(amount)s; they have none.") % amount
    if item.amount_diff_minor > 0:
        return _("Their figure is higher by %(amount)s.") % amount
    if item.amount_diff_minor < 0:
        return _("Their figure is lower by %(amount)s.") % amount
    return _("The amounts agree.")

"""What a payment's state means, in words that can be read aloud."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.language import formatting
from core.money import Money
from core.web.timeline import NEXT, NOW, Entry, entries_of
from finance.payments.models import Payment, Refund, Reversal
from finance.payments.queries import Story

KINDS = {
    Payment.Status.SUCCEEDED: "ok",
    Payment.Status.FAILED: "bad",
    Payment.Status.REVERSED: "bad",
    Payment.Status.REFUNDED: "info",
    Payment.Status.PARTIALLY_REFUNDED: "info",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """Title, kind of message, sentence and second sentence."""

    title: str
    kind: str
    words: str
    detail: str


def kind_of(payment: Payment) -> str:
    """The colour of the status word."""
    return KINDS.get(Payment.Status(payment.status), "wait")


def worth_of(payment: Payment) -> str:
    """What a slip of it is worth, for whoever holds the paper. Online nobody gave cash: nothing can be fetched."""
    is_online = payment.method == Payment.Method.ONLINE
    if payment.is_undecided:
        if is_online:
            return _("The money has not arrived yet. Keep this slip.")
        return _("The company has not decided yet. Keep this slip: the money is set aside, not lost.")
    if payment.status == Payment.Status.SUCCEEDED:
        return _("The company has received the money.")
    if payment.status == Payment.Status.REVERSAL_ASKED:
        return _("The company has been asked to take it back. If it does, the money is owed to you.")
    if payment.status == Payment.Status.FAILED:
        if is_online:
            return _("Nobody paid it in time. No money was taken.")
        return _("The company did not take it. The money is owed back to you: fetch it at the station with this slip.")
    if payment.status == Payment.Status.REVERSED and is_online:
        return _("The money went back to the payer's account.")
    return _("The money was given back, or is owed back to you. Ask at the station with this slip.")


def tell(story: Story, *, own_part: Any = None, pay_url: str = "") -> Summary:
    """What happened and what to do now."""
    payment = story.payment
    if payment.method == Payment.Method.ONLINE and payment.status != Payment.Status.MANUAL_REVIEW:
        return _online(payment, pay_url)
    total = formatting.amount(payment.total)
    if payment.status == Payment.Status.SUCCEEDED:
        done = _("Print the slip and hand it over.")
        if own_part:
            done = _("Print the slip and hand it over. You earn %(amount)s.") % {"amount": formatting.amount(own_part)}
        return Summary(
            _("Paid"),
            "ok",
            _("The company has received %(amount)s.") % {"amount": formatting.amount(payment.amount)},
            done,
        )
    if payment.status in {Payment.Status.PARTIALLY_REFUNDED, Payment.Status.REFUNDED}:
        return _given_back(payment)
    if payment.status == Payment.Status.FAILED:
        return Summary(
            _("Not paid"),
            "bad",
            _("The company did not take it. Nothing was paid."),
            _("%(amount)s is owed back. Give it back below.") % {"amount": total},
        )
    if payment.status == Payment.Status.REVERSED:
        return Summary(
            _("Taken back by the company"),
            "bad",
            _("The company gave the money back after it had said “paid”."),
            _("%(amount)s is owed back. Give it back below.") % {"amount": total},
        )
    if payment.status == Payment.Status.REVERSAL_ASKED:
        return Summary(
            _("Asked back"),
            "wait",
            _("The company has been asked to take it back."),
            _("Nothing is given back before it answers. The payer is told."),
        )
    return Summary(*_undecided(story))


def _given_back(payment: Payment) -> Summary:
    back = formatting.amount(Money(payment.refunded_minor, payment.currency))
    if payment.status == Payment.Status.REFUNDED:
        return Summary(_("Given back"), "info", _("All of it is given back: %(amount)s.") % {"amount": back}, "")
    return Summary(
        _("Partly given back"),
        "info",
        _("Of this payment %(amount)s is given back.") % {"amount": back},
        _("What everybody earned from it came back in the same part."),
    )


def _online(payment: Payment, pay_url: str) -> Summary:
    """A payment by link: nobody gives cash, nothing is set aside."""
    if payment.status in {Payment.Status.PARTIALLY_REFUNDED, Payment.Status.REFUNDED}:
        return _given_back(payment)
    if payment.status == Payment.Status.SUCCEEDED:
        return Summary(_("Paid"), "ok", _("The money has arrived online."), _("Print the slip and hand it over."))
    if payment.status == Payment.Status.FAILED:
        return Summary(_("Not paid"), "bad", _("Nobody has paid in time."), _("Nothing was taken."))
    if payment.status == Payment.Status.REVERSED:
        return Summary(
            _("Taken back"), "bad", _("The money went back to the payer's account."), _("Nothing is owed here.")
        )
    if pay_url:
        return Summary(_("Waiting to be paid"), "wait", _("The payer pays by link or square code."), _("Take no cash."))
    if payment.status == Payment.Status.UNKNOWN:
        return Summary(_("The company has not answered"), "wait", _("We ask again by ourselves."), _("Take no cash."))
    return Summary(_("The link is being made"), "wait", _("This page looks again by itself."), _("Take no cash."))


def _undecided(story: Story) -> tuple[str, str, str, str]:
    payment = story.payment
    if payment.status == Payment.Status.HELD:
        return (
            _("On its way to the company"),
            "wait",
            _("The money is set aside, not spent."),
            _("This page looks again by itself. The slip in progress can be printed now."),
        )
    if payment.status == Payment.Status.SUBMITTED:
        return (
            _("Asking the company"),
            "wait",
            _("The money is set aside, not lost."),
            _("This page looks again by itself. The slip in progress can be printed now."),
        )
    if payment.status == Payment.Status.PENDING:
        return (
            _("The company is working on it"),
            "wait",
            _("The money is set aside, not lost."),
            _("Do not pay this a second time."),
        )
    if payment.status == Payment.Status.MANUAL_REVIEW:
        return (
            _("People are checking"),
            "wait",
            _("The company gave no clear answer. People ask it in writing."),
            _("The money is set aside, not lost. Do not pay this a second time."),
        )
    again = story.next_enquiry_at
    warning = _("Do not pay this a second time.")
    if again:
        time = formatting.clock(timezone.localtime(again))
        warning = _("We ask again at %(time)s. Do not pay this a second time.") % {"time": time}
    return (
        _("The company has not answered"),
        "wait",
        _("The money is set aside, not lost."),
        warning,
    )


def timeline(story: Story, *, names: dict[Any, str]) -> list[Entry]:
    """The history in words, and what happens next."""
    payment = story.payment
    entries = [_with_reason(entry) for entry in entries_of(story.changes, Payment.Status, names=names)]
    if payment.is_undecided:
        if entries:
            entries[-1] = Entry(entries[-1].text, entries[-1].at, entries[-1].who, entries[-1].detail, NOW)
        if story.next_enquiry_at:
            entries.append(Entry(_("We ask again"), story.next_enquiry_at, state=NEXT))
        if payment.deadline_at:
            entries.append(Entry(_("Decided at the latest, as a rule"), payment.deadline_at, state=NEXT))
    for refund in story.refunds:
        entries.append(_refund_entry(refund))
    return entries


def _with_reason(entry: Entry) -> Entry:
    """Why it was asked back, in words; any other detail as it is."""
    known = dict(Reversal.Reason.choices)
    return replace(entry, detail=known[entry.detail]) if entry.detail in known else entry


def _refund_entry(refund: Refund) -> Entry:
    amount = formatting.amount(refund.amount)
    if refund.status == Refund.Status.PAID_OUT:
        return Entry(_("%(amount)s was handed back") % {"amount": amount}, refund.paid_at, state="done")
    if refund.status == Refund.Status.SUCCEEDED:
        return Entry(_("%(amount)s is back on the payer's account") % {"amount": amount}, refund.paid_at, state="done")
    if refund.status == Refund.Status.SPENT:
        return Entry(_("%(amount)s paid for something else") % {"amount": amount}, state="done")
    return Entry(_("%(amount)s is to be given back") % {"amount": amount}, refund.ready_at, state=NEXT)

"""What a payment's state means, in words that can be read aloud."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.language import formatting
from core.money import Money
from core.web.timeline import NEXT, NOW, Entry, entries_of
from finance.payments.models import Payment, Refund, Reversal
from finance.payments.queries import Story
from stations.people.masking import mask_name

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


@dataclass(frozen=True, slots=True)
class CashSentence:
    """Whose the cash of a payment is, with the picture of where it belongs."""

    words: str
    icon: str


def whose_cash_of(payment: Payment) -> CashSentence | None:
    """For the one who has just taken it; None where no cash was taken."""
    if payment.method != Payment.Method.CASH or payment.owed_minor >= payment.total_minor:
        return None
    if payment.funding == Payment.Funding.FLOAT:
        return CashSentence(_("The cash is yours: this was paid from your float."), "wallet")
    return CashSentence(_("The cash belongs to the company: put it into the till."), "till")


def kind_of(payment: Payment) -> str:
    """The colour of the status word."""
    return KINDS.get(Payment.Status(payment.status), "wait")


def worth_of(payment: Payment) -> str:
    """What a slip of it is worth, for the one who holds the paper. Online nobody gave cash: nothing can be fetched."""
    is_online = payment.method == Payment.Method.ONLINE
    if payment.is_undecided:
        if is_online:
            return _("The money has not arrived yet. Keep this slip.")
        return _("The company has not decided yet. Keep this slip: the money is reserved, not lost.")
    if payment.status == Payment.Status.SUCCEEDED:
        return _("The company has received the money.")
    if payment.status == Payment.Status.REVERSAL_ASKED:
        return _("The company has been asked to return the money. If it does, we refund you.")
    if payment.status == Payment.Status.FAILED:
        if is_online:
            return _("Not paid in time. No money was taken.")
        return _("The company did not accept it. We owe you a refund: collect it at the station with this slip.")
    if payment.status == Payment.Status.REVERSED and is_online:
        return _("The money went back to the payer's account.")
    return _("The money was refunded, or a refund is due to you. Ask at the station with this slip.")


def payer_words(payment: Payment) -> str:
    """Who paid, as lists show it: masked; somebody who paid by link is known by no name here."""
    if payment.payer:
        return mask_name(payment.payer.full_name)
    return _("Online buyer") if payment.method == Payment.Method.ONLINE else ""


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
            _("The company did not accept it. Nothing was paid."),
            _("A refund of %(amount)s is due. Pay it below.") % {"amount": total},
        )
    if payment.status == Payment.Status.REVERSED:
        return Summary(
            _("Returned by the company"),
            "bad",
            _("The company gave the money back after it had said “paid”."),
            _("A refund of %(amount)s is due. Pay it below.") % {"amount": total},
        )
    if payment.status == Payment.Status.REVERSAL_ASKED:
        return Summary(
            _("Recall requested"),
            "wait",
            _("The company has been asked to return the money."),
            _("Nothing is refunded before it answers. The payer is informed."),
        )
    return Summary(*_undecided(story))


def _given_back(payment: Payment) -> Summary:
    back = formatting.amount(Money(payment.refunded_minor, payment.currency))
    if payment.status == Payment.Status.REFUNDED:
        return Summary(_("Refunded"), "info", _("Refunded in full: %(amount)s.") % {"amount": back}, "")
    return Summary(
        _("Partly refunded"),
        "info",
        _("%(amount)s of this payment was refunded.") % {"amount": back},
        _("Everyone’s earnings from it were reversed in proportion."),
    )


def _online(payment: Payment, pay_url: str) -> Summary:
    """A payment by link: nobody gives cash, nothing is set aside."""
    if payment.status in {Payment.Status.PARTIALLY_REFUNDED, Payment.Status.REFUNDED}:
        return _given_back(payment)
    if payment.status == Payment.Status.SUCCEEDED:
        return Summary(_("Paid"), "ok", _("The money has arrived online."), _("Print the slip and hand it over."))
    if payment.status == Payment.Status.FAILED:
        return Summary(_("Not paid"), "bad", _("Not paid in time."), _("No money was taken."))
    if payment.status == Payment.Status.REVERSED:
        return Summary(
            pgettext("payment", "Reversed"),
            "bad",
            _("The money went back to the payer's account."),
            _("Nothing is owed here."),
        )
    if pay_url:
        return Summary(_("Waiting to be paid"), "wait", _("The payer pays by link or QR code."), _("Do not take cash."))
    if payment.status == Payment.Status.UNKNOWN:
        return Summary(
            _("The company has not answered"), "wait", _("We check again automatically."), _("Do not take cash.")
        )
    return Summary(
        _("The link is being created"), "wait", _("This page refreshes automatically."), _("Do not take cash.")
    )


def _undecided(story: Story) -> tuple[str, str, str, str]:
    payment = story.payment
    if payment.status == Payment.Status.HELD:
        return (
            _("Sending to the company"),
            "wait",
            _("The money is reserved, not spent."),
            _("This page refreshes automatically. You can print the pending slip now."),
        )
    if payment.status == Payment.Status.SUBMITTED:
        return (
            _("Contacting the company"),
            "wait",
            _("The money is reserved, not lost."),
            _("This page refreshes automatically. You can print the pending slip now."),
        )
    if payment.status == Payment.Status.PENDING:
        return (
            _("The company is working on it"),
            "wait",
            _("The money is reserved, not lost."),
            _("Do not pay this again."),
        )
    if payment.status == Payment.Status.MANUAL_REVIEW:
        return (
            _("Under review"),
            "wait",
            _("The company gave no clear answer. We are asking it in writing."),
            _("The money is reserved, not lost. Do not pay this again."),
        )
    again = story.next_enquiry_at
    warning = _("Do not pay this again.")
    if again:
        time = formatting.clock(timezone.localtime(again))
        warning = _("We check again at %(time)s. Do not pay this again.") % {"time": time}
    return (
        _("The company has not answered"),
        "wait",
        _("The money is reserved, not lost."),
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
            entries.append(Entry(_("We check again"), story.next_enquiry_at, state=NEXT))
        if payment.deadline_at:
            entries.append(Entry(_("Usually decided by"), payment.deadline_at, state=NEXT))
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
        return Entry(_("%(amount)s was refunded") % {"amount": amount}, refund.paid_at, state="done")
    if refund.status == Refund.Status.SUCCEEDED:
        return Entry(_("%(amount)s is back on the payer's account") % {"amount": amount}, refund.paid_at, state="done")
    if refund.status == Refund.Status.SPENT:
        return Entry(_("%(amount)s paid for something else") % {"amount": amount}, state="done")
    return Entry(_("%(amount)s to refund") % {"amount": amount}, refund.ready_at, state=NEXT)

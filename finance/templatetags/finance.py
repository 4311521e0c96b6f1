"""Words of finance in templates."""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.days import day_in
from core.language import formatting
from core.language.formatting import name_of
from core.money import Money
from core.web.timeline import KINDS
from finance.account_names import account_in_words
from finance.bills.models import BillAccount
from finance.fees.display import explain
from finance.fees.display import holds as holds_in_words
from finance.fees.models import CommissionLine, CommissionPlan, Tariff
from finance.floats import display as float_words
from finance.floats.models import FloatTransfer, StationMoney
from finance.floats.queries import FloatState, Neighbour, money_rules
from finance.payments.display import payer_words
from finance.payments.models import Payment, Refund
from finance.payouts.models import PayoutLine
from finance.person_page import named_in_words
from finance.recharge.models import Plan
from finance.settlement.models import Statement
from finance.tills.display import difference_kind, loss_kind, remittance_kind, report_kind
from finance.tills.queries import ProviderState, TillState
from finance.tills.whose_cash import WhoseCash, whose_cash
from ledger.queries import EntryLine
from stations.network.models import Station
from stations.people.masking import mask_name

register = template.Library()
register.filter(name_of)


@register.simple_tag
def whose_cash_at(station: Station, *, state: TillState | None = None, names_day: bool = False) -> WhoseCash:
    """Whose the cash is that this station takes for bills, as one sentence."""
    at = timezone.now()
    rules = money_rules(station, on=day_in(station.zone, at))
    return whose_cash(station, rules=rules, at=at, state=state, names_day=names_day)


@register.filter
def plan_detail(plan: Plan) -> str:
    """What a plan of an operator holds besides its price; of talktime that is all there is to say."""
    return "" if plan.kind == Plan.Kind.TALKTIME else plan.title


@register.filter
def account_of(account: BillAccount) -> str:
    """What tells one account from another: its nickname, and the numbers it is known by."""
    numbers = " · ".join(account.parameters.values())
    return f"{account.nickname} · {numbers}" if account.nickname else numbers


@register.filter
def masked(name: str) -> str:
    """A name as lists and slips show it."""
    return mask_name(name)


@register.filter
def taken_for(payment: Payment) -> str:
    """When, and for whom, on one line of a list."""
    clock = formatting.clock(timezone.localtime(payment.taken_at))
    return " · ".join(filter(None, [clock, payer_words(payment)]))


@register.filter
def what(payment: Payment) -> str:
    """What was paid: electricity, water …"""
    return named_in_words(payment)


ICONS: dict[str, str] = {Payment.Purpose.RECHARGE: "phone"}


@register.filter
def icon_of(payment: Payment) -> str:
    """The picture beside it."""
    bill = getattr(payment, "bill", None) if payment.purpose == Payment.Purpose.BILL else None
    return (bill.biller.category.icon if bill else ICONS.get(payment.purpose, "")) or "coins"


@register.filter
def period(text: str) -> str:
    """`2026-10` as a month; what a company calls its periods otherwise, as it is."""
    return formatting.period(text)


@register.filter
def owed_to(refund: Refund) -> str:
    """Whose money is to be given back, and why, on one line of a list."""
    payer = refund.recipient
    reason = refund.get_reason_display()
    return f"{mask_name(payer.full_name)} · {reason}" if payer else reason


#: What moved an account, in words; the event type says it.
EVENTS = {
    "payment_taken": _("Reserved for a payment"),
    "payment_succeeded": _("Paid"),
    "payment_failed": _("Refunded: not paid"),
    "payment_reversed": _("Returned by the company"),
    "payment_refunded": _("Partly refunded"),
    "refund_paid_out": _("Refund in cash"),
    "refund_ordered": _("Online refund in progress"),
    "refund_failed": _("Did not arrive"),
    "funds_moved": _("Moved to another station"),
    "funds_passed_on": _("Passed on for what was delivered"),
    "funds_taken_back": _("Refund of what was delivered and bad"),
    "compensation_granted": _("Compensation for the wait"),
    "fees_reversed": _("Commission reversed"),
    "topup_credited": _("Float topped up"),
    "topup_undone": _("Float top-up undone"),
    "float_sent": _("Float sent to another station"),
    "float_accepted": _("Float accepted"),
    "float_declined": _("Float declined and released"),
    "float_recalled": _("Float withdrawn and released"),
    "float_stopped": _("Float stopped and released"),
    "ledger.hold_expired": _("No answer: released"),
    "payout_asked": _("Withdrawn from the float"),
    "payout_approved": _("Reserved for a payout"),
    "payout_paid": _("Paid out"),
    "payout_failed": _("Released: not paid out"),
    "payout_returned": _("Payout returned"),
    "return_matched": _("Payout returned"),
    "payout_in_cash": _("Paid out in cash"),
    "payout_into_float": _("Paid into the float"),
    "recon_item": _("Difference settled"),
    "compensation_recovered": _("Compensation recovered from the company"),
    "bank_line_explained": _("Bank line"),
    "over_short": _("Cash difference"),
    "platform_kept": _("Part of the platform"),
    "platform_put_in": _("Put in by the platform"),
    "platform_took_back": _("Back to the platform"),
    "county_put_in": _("Put in by the county"),
    "county_took_back": _("Back to the county"),
    "over_short_returned": _("Cash difference returned to its owner"),
    "remittance_handed_over": _("Cash handed over for transport"),
    "remittance_received": _("Cash has arrived"),
    "loss_case": _("Cash lost"),
    "late_cash": _("Late cash from a device"),
    "bank_line": _("Bank line"),
    "adjustment": _("Correction"),
}


@register.filter
def account_name(code: str) -> str:
    """An account of the books by kind and name, for whom its code says little."""
    return account_in_words(code)


@register.filter
def file_words(file: str) -> str:
    """A daily file, `JS-POWER-NORTH 2026-11-25`, with its day as people write days."""
    provider, _space, date = file.rpartition(" ")
    return f"{provider} · {formatting.day(dt.date.fromisoformat(date))}"


@register.filter
def moved(line: EntryLine) -> str:
    """What a line of an account is about."""
    return str(EVENTS.get(line.event_type, line.reason))


@register.filter
def change(line: EntryLine) -> Money:
    """What a line did to what can be used: money that moved, or was set aside or given free."""
    return line.amount - line.held


@register.filter
def put_aside(line: EntryLine) -> str:
    """The money that a line set aside or gave free without moving it."""
    return formatting.money(Money(abs(line.held.minor), line.held.currency)) if line.held else ""


register.filter(float_words.topup_kind)


@register.filter
def period_words(statement: Statement) -> str:
    """From which day to which a statement goes."""
    return formatting.span(statement.period_from, statement.period_to)


@register.filter
def why(line: CommissionLine) -> str:
    """The arithmetic of one line of commission, as a sentence."""
    return explain(line)


@register.filter
def transfer_kind(transfer: FloatTransfer) -> str:
    """The colour of a float transfer's status word."""
    return {"accepted": "ok", "sent": "wait", "recalled": "info"}.get(transfer.status, "bad")


@register.filter
def other_end(transfer: FloatTransfer, station: Station) -> str:
    """To or from whom, as the station at this end reads it."""
    words = _("to %(name)s") if transfer.from_station_id == station.pk else _("from %(name)s")
    other = transfer.to_station if transfer.from_station_id == station.pk else transfer.from_station
    return str(words) % {"name": other.name}


@register.filter
def far(neighbour: Neighbour) -> str:
    """How far away a station is; empty where nobody knows."""
    return "" if neighbour.kilometres is None else str(_("%(km)s km away")) % {"km": neighbour.kilometres}


@register.filter
def lasts(state: FloatState) -> str:
    """How long a float lasts, in words."""
    return float_words.lasts(state)


register.filter(float_words.lasted)


register.filter(float_words.level_kind)


@register.filter
def payout_kind(line: PayoutLine) -> str:
    """The colour of a payout's status word."""
    return {"paid": "ok", "failed": "bad", "returned": "bad"}.get(line.status, "wait")


@register.filter
def least_float(rules: StationMoney) -> Money:
    """The least that a float should hold."""
    return Money(rules.float_min_minor, rules.currency)


@register.filter
def most_float(rules: StationMoney) -> Money:
    """The most that a float may hold."""
    return Money(rules.float_max_minor, rules.currency)


@register.filter
def holds(dated: CommissionPlan | Tariff) -> str:
    """From which to which day a plan or a price holds."""
    return holds_in_words(dated)


@register.filter
def holds_from(rules: StationMoney) -> str:
    """From when to when rules hold."""
    if rules.to_date is None:
        return str(_("from %(day)s")) % {"day": formatting.full_day(rules.from_date)}
    last = rules.to_date - dt.timedelta(days=1)
    return f"{formatting.full_day(rules.from_date)} – {formatting.full_day(last)}"


@register.filter
def day_words(date: dt.date) -> str:
    """A day inside a sentence."""
    return formatting.day(date)


register.filter(difference_kind)
register.filter(remittance_kind)
register.filter(loss_kind)
register.filter(report_kind)


@register.filter
def made_by_words(entry: EntryLine) -> str:
    """Who made an entry: a person, an administrator, a company, or the system by itself."""
    return str(KINDS.get(entry.made_by_kind, entry.made_by_kind))


@register.filter
def answers_in_words(state: ProviderState) -> str:
    """How many calls a company had on a day, and how many it has not answered."""
    asked = ngettext("%(n)s call", "%(n)s calls", state.calls) % {"n": state.calls}
    silent = _("%(n)s without an answer") % {"n": state.unanswered}
    return f"{asked} · {silent}" if state.unanswered else asked

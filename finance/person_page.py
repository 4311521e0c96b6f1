"""What finance shows on pages of the stations: bills and refunds of a person, and whether a station can pay."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import may
from core.days import day_in
from core.language import formatting
from core.language.formatting import name_of
from core.web.timeline import Entry
from finance.bills.models import BillAccount
from finance.bills.queries import accounts_of, bills_waiting, waiting_payers
from finance.floats.models import StationMoney
from finance.floats.queries import float_state, money_rules
from finance.insurance.models import Claim
from finance.insurance.queries import claims_of
from finance.payments.models import Payment, Refund
from finance.payments.queries import STANDING
from finance.recharge.queries import last_recharges
from finance.tills.queries import till_balance
from stations.accounts.models import User
from stations.hooks import Badge, Waiting
from stations.network.models import Station
from stations.network.queries import Money as MoneyAvailable
from stations.people.models import Person

PAY, READ, READ_REFUND = "finance.pay_bill", "finance.read_payment", "finance.read_refund"
RECHARGE, READ_CLAIM = "finance.recharge_phone", "finance.read_claim"
AGAIN = 4


def waiting(*, person: Person, user: User, at: dt.datetime) -> list[Waiting]:
    """Money to hand back first, then claims under way, then bills that were fetched and nobody has paid."""
    return [*_refunds(person, user), *_claims(person, user), *_bills(person, user, at)]


def again(*, person: Person, user: User, at: dt.datetime) -> list[Waiting]:
    """The phones that the person had recharged, and the accounts that the household paid, their numbers filled in."""
    return [*_phones(person, user), *_accounts(person, user)]


def badges(*, people: Sequence[UUID], user: User, at: dt.datetime) -> dict[UUID, Badge]:
    """How many fetched bills wait for each of these people."""
    if not may(user, PAY):
        return {}
    counts = Counter(waiting_payers(people, at=at))
    return {
        person: Badge(ngettext("%(n)s bill", "%(n)s bills", count) % {"n": count}, "wait")
        for person, count in counts.items()
    }


def latest(*, person: Person, user: User, limit: int) -> list[Entry]:
    """The last payments of a person, as far as the reader may see them."""
    if not may(user, READ):
        return []
    payments = Payment.objects.open_to(user, READ).filter(payer=person).select_related("bill__biller__category")
    return [
        Entry(
            text=f"{named_in_words(payment)} {formatting.amount(payment.total)}",
            at=payment.taken_at,
            detail=payment.get_status_display(),
            href=reverse("payments:payment", args=[payment.pk]),
        )
        for payment in payments.order_by("-our_ref")[:limit]
    ]


def named_in_words(payment: Payment) -> str:
    """What was paid, in the reader's language: the kind of bill, else the purpose."""
    bill = getattr(payment, "bill", None) if payment.purpose == Payment.Purpose.BILL else None
    if payment.purpose == Payment.Purpose.RECHARGE:
        return _("Phone recharge")
    return name_of(bill.biller.category) if bill else payment.get_purpose_display()


def money_available(station: Station, at: dt.datetime) -> MoneyAvailable:
    """Whether an ordinary act finds enough cash, and enough float; a station that pays afterwards needs no float."""
    rules = money_rules(station, on=day_in(station.zone, at))
    state = float_state(station, at=at)
    pays_afterwards = rules.mode == StationMoney.Mode.POSTPAID
    return MoneyAvailable(
        cash=till_balance(station).minor >= rules.cash_min_minor,
        float=pays_afterwards or (state is not None and not state.is_low),
    )


def _refunds(person: Person, user: User) -> list[Waiting]:
    if not may(user, READ_REFUND):
        return []
    owed = Refund.objects.open_to(user, READ_REFUND).filter(payment__payer=person, status__in=STANDING)
    return [
        Waiting(
            title=_("Refunds to pay"),
            detail=refund.get_reason_display(),
            href=reverse("payments:refund", args=[refund.pk]),
            icon="coins",
            amount=refund.amount,
            status="wait",
            words=refund.get_status_display(),
        )
        for refund in owed.order_by("ready_at")
    ]


def _claims(person: Person, user: User) -> list[Waiting]:
    if not may(user, READ_CLAIM):
        return []
    reached = Claim.objects.open_to(user, READ_CLAIM)
    rows = claims_of(person).exclude(status__in=Claim.OVER).filter(pk__in=reached.values("pk"))
    return [
        Waiting(
            title=_("Insurance claim"),
            detail=formatting.full_day(claim.decide_by_date) if claim.decide_by_date else claim.number,
            href=reverse("insurance:claim", args=[claim.pk]),
            icon="heart",
            status="wait",
            words=claim.get_status_display(),
        )
        for claim in rows
    ]


def _bills(person: Person, user: User, at: dt.datetime) -> list[Waiting]:
    if person.household_id is None or not may(user, PAY):
        return []
    return [
        Waiting(
            title=name_of(fetch.biller.category),
            detail=" · ".join(filter(None, [name_of(fetch.biller), formatting.period(fetch.period)])),
            href=reverse("bills:check", args=[fetch.pk]),
            icon=fetch.biller.category.icon,
            amount=fetch.amount,
            status="wait",
            words=_("To pay"),
        )
        for fetch in bills_waiting(person.household, at=at)
    ]


def _accounts(person: Person, user: User) -> list[Waiting]:
    if person.household_id is None or not may(user, PAY):
        return []
    return [_account(account, person) for account in accounts_of(person.household)[:AGAIN]]


def _phones(person: Person, user: User) -> list[Waiting]:
    """Other phones than the person's own, which *Recharge a phone* fills in anyway."""
    if not may(user, RECHARGE):
        return []
    others = [each for each in last_recharges(person, limit=AGAIN) if each.phone != person.phone]
    return [
        Waiting(
            title=_("Phone recharge"),
            detail=" · ".join([name_of(recharge.operator), f"…{str(recharge.phone)[-4:]}"]),
            href=f"{reverse('recharge:choose')}?{urlencode({'person': person.pk, 'again': recharge.payment_id})}",
            icon="phone",
        )
        for recharge in others
    ]


def _account(account: BillAccount, person: Person) -> Waiting:
    query = urlencode({"person": person.pk, "account": account.pk})
    return Waiting(
        title=name_of(account.biller.category),
        detail=" · ".join([name_of(account.biller), *account.parameters.values()]),
        href=f"{reverse('bills:ask', args=[account.biller.code])}?{query}",
        icon=account.biller.category.icon,
    )

"""One farmer's month: the share of the city price, what was deducted, what was paid."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core.access import load, requires
from core.days import day_in
from core.language import formatting
from core.money import Money
from finance import chart
from finance.payouts.models import PayoutLine
from finance.payouts.queries import usable_accounts
from ledger.models import Account
from ledger.queries import balance
from orders.produce.display import percent_words, shares_of_statements, statements_table
from orders.produce.models import FarmerStatement, Intake
from stations.models import Person
from stations.requests import SignedInRequest

READ = "orders.read_intake"
MONTHS, PAID = 12, 6


@requires(READ, one_object=True)
def farmer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What city buyers paid for a farmer's fruit in one month, and where it went."""
    person = load(Person.objects.select_related("home_station"), request.user, READ, pk=pk)
    rows = FarmerStatement.objects.open_to(request.user, READ).filter(farmer__in=Person.objects.of_people(person.pk))
    statements = list(rows.select_related("lot__crop", "station").order_by("-made_at", "-pk")[:500])
    months = _by_month(statements)
    asked = request.GET.get("month", "")
    month = next((each for each in months if f"{each:%Y-%m}" == asked), next(iter(months), None))
    chosen = months[month] if month else []
    page = {
        "farmer": person,
        "month": month,
        "others": [
            {"href": f"{reverse('produce:farmer', args=[pk])}?month={each:%Y-%m}", "name": formatting.month(each)}
            for each in list(months)[:MONTHS]
            if each != month
        ],
        **(_sums(chosen) if chosen else {}),
        **_payment(person),
    }
    return render(request, "orders/produce/farmer.html", page)


def _by_month(statements: Sequence[FarmerStatement]) -> dict[dt.date, list[FarmerStatement]]:
    """The newest month first; of the currency of the newest statement."""
    months: dict[dt.date, list[FarmerStatement]] = {}
    for each in statements:
        if each.currency == statements[0].currency:
            months.setdefault(day_in(each.station.zone, each.made_at).replace(day=1), []).append(each)
    return months


def _sums(statements: Sequence[FarmerStatement]) -> dict[str, Any]:
    currency = statements[0].currency
    grams = sum(each.grams for each in statements)
    paid, gross = (
        Money(sum(values), currency)
        for values in ([each.paid.minor for each in statements], [each.gross_minor for each in statements])
    )
    return {
        "paid": paid,
        "gross": gross,
        "paid_per_kg": _per_kg(paid, grams),
        "gross_per_kg": _per_kg(gross, grams),
        "share": percent_words(paid.minor * 10_000 // gross.minor),
        "is_settled": all(each.settled_at for each in statements),
        "shares": shares_of_statements(statements, currency),
        "table": statements_table(statements, currency),
    }


def _per_kg(amount: Money, grams: int) -> Money:
    return Money((amount.minor * 1000 * 2 + grams) // (grams * 2), amount.currency)


def _payment(person: Person) -> dict[str, Any]:
    """What of it has reached the farmer's bank, and what is still to be paid."""
    key = chart.farmer(person.pk)
    account = Account.objects.filter(code=key.code, closed_at=None).first()
    payouts = PayoutLine.objects.filter(payee=key.key, status=PayoutLine.Status.PAID).select_related("payout_account")
    owed = balance(account).posted if account else None
    advances = Intake.objects.filter(farmer__in=Person.objects.of_people(person.pk), advance_minor__gt=0)
    return {
        "owed": owed,
        "to_net": -owed if owed is not None and owed.minor < 0 else None,
        "advances": list(advances.order_by("-advance_at", "-pk")[:PAID]),
        "has_bank": usable_accounts().filter(payee=key.key).exists(),
        "payouts": [
            {
                "at": each.paid_at,
                "amount": Money(each.amount_minor, each.currency),
                "tail": each.payout_account.account_tail if each.payout_account else "",
            }
            for each in payouts.order_by("-paid_at")[:PAID]
        ],
    }

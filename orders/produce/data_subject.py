"""What produce holds of a farmer, and what of it stands in the way of forgetting them."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import Money
from finance import chart
from ledger.models import Account
from ledger.queries import balance
from orders.produce.models import FarmerStatement, Intake
from orders.produce.queries import lots_under_way_of, waiting_of
from stations.people.models import Person


def obligations(person: Person) -> list[str]:
    """Fruit that is taken in and not delivered yet, reserves that are kept back, and an advance that is still owed.

    What fruit will bring could not be paid out any more.
    """
    return [*_sales_under_way(person), *_owed(person)]


def _owed(person: Person) -> list[str]:
    """What no fruit has paid yet of money that was paid in advance: the account of this file is below nothing."""
    accounts = Account.objects.filter(code=chart.farmer(person.pk).code)
    balances = [balance(account).posted for account in accounts.order_by("pk")]
    return [
        _("owes %(amount)s that was paid in advance") % {"amount": Money(-each.minor, each.currency).display()}
        for each in balances
        if each.minor < 0
    ]


def _sales_under_way(person: Person) -> list[str]:
    count = Intake.objects.filter(farmer=person, status__in=Intake.OPEN).count()
    count += waiting_of(person).count() + lots_under_way_of(person).count()
    count += FarmerStatement.objects.filter(Q(settled_at=None), farmer=person).count()
    if not count:
        return []
    return [ngettext("%(n)s sale of produce under way", "%(n)s sales of produce under way", count) % {"n": count}]


def intakes(person: Person) -> list[dict[str, Any]]:
    """Everything that the person brought."""
    rows = Intake.objects.filter(farmer=person).order_by("pk")
    about = ("slip_number", "crop__code", "net_g", "rejected_g", "status", "weighed_at")
    return list(rows.values(*about, "advance_number", "advance_minor", "currency"))


def statements(person: Person) -> list[dict[str, Any]]:
    """What the person got for it."""
    rows = FarmerStatement.objects.filter(farmer=person).order_by("pk")
    return list(rows.values("lot__code", "grams", "gross_minor", "net_minor", "released_minor", "currency", "made_at"))

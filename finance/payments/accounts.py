"""Which accounts of the ledger a person may read: the ledger knows no stations, so this page says whose they are."""

from django.db import models
from django.db.models import F, Func, Q, Value

from ledger.models import Account, Book
from stations.accounts.models import User
from stations.network.models import Station
from stations.scope import holds_everywhere

READ_OWN, READ_ALL = "finance.read_station_statement", "finance.read_account"
#: Kinds whose code names a station after the colon.
STATION_KINDS = ("till", "cash_in_transit", "float", "customer_funds")
#: Without the float: it is its holder's, and an earlier partner's is not the successor's to read.
OWN_KINDS = ("till", "cash_in_transit", "customer_funds")


class Part(Func):
    """One part of a text split at a mark."""

    function = "SPLIT_PART"
    output_field = models.TextField()


def books_open_to(user: User) -> models.QuerySet[Book]:
    """A book is of the whole network: all of them for a network post that reads accounts, none for anybody else."""
    return Book.objects.order_by("code") if holds_everywhere(user, READ_ALL) else Book.objects.none()


def accounts_open_to(user: User) -> models.QuerySet[Account]:
    """Everything for a network post that reads accounts; else those of the stations within reach, and one's own."""
    if holds_everywhere(user, READ_ALL):
        return Account.objects.all()
    reachable = Q(holder=user.pk)
    for verb, kinds in ((READ_OWN, OWN_KINDS), (READ_ALL, STATION_KINDS)):
        codes = Station.objects.open_to(user, verb).values("code")
        reachable |= Q(kind__in=kinds, station_code__in=codes)
    station_code = Part(F("code"), Value(":"), Value(2))
    return Account.objects.alias(station_code=station_code).filter(reachable)

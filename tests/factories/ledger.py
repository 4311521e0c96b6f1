"""Books, accounts and money for tests."""

import datetime as dt
import uuid

import factory
from django.utils import timezone

from core.fields import uuid7
from core.money import Money
from ledger import queries
from ledger.models import Account, Book
from ledger.services import MadeBy, open_account, post_transfers

SOMEBODY = MadeBy("person", uuid.UUID("00000000-0000-7000-8000-000000000001"))


class BookFactory(factory.django.DjangoModelFactory):
    """The book of China; one, however often it is asked for."""

    class Meta:
        model = Book
        django_get_or_create = ("code",)

    code = "CN"
    country = "CN"
    zone = "Asia/Shanghai"
    first_open_date = dt.date(2026, 1, 1)


def account(kind: str, key: str = "321324-0007", *, currency: str = "CNY", **options) -> Account:
    """An open account of this kind in the book of China."""
    return open_account(book=BookFactory(), kind=kind, key=key, currency=currency, at=timezone.now(), **options)


def post(*legs, event_type: str = "test.moved", event_id: str | None = None, **options) -> list[uuid.UUID]:
    """Post a group of legs for an event of its own."""
    at = options.pop("at", None) or timezone.now()
    given = {"business_date": queries.business_date_of(BookFactory(), at), "made_by": SOMEBODY, "at": at}
    return post_transfers(legs=legs, event_type=event_type, event_id=event_id or str(uuid7()), **{**given, **options})


def yuan(amount: str) -> Money:
    """`186.40` as money."""
    whole, _, cents = amount.partition(".")
    return Money(int(whole) * 100 + int(f"{cents:0<2}"), "CNY")

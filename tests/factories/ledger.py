"""Books, accounts and money for tests."""

import datetime as dt
import uuid
from typing import Any

import factory
from django.utils import timezone

from core.fields import uuid7
from core.money import Money
from ledger import queries
from ledger.models import Account, Book
from ledger.services import Leg, MadeBy, open_account, post_transfers

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


def account(kind: str, key: str = "321324-0007", *, currency: str = "CNY", **options: Any) -> Account:
    """An open account of this kind in the book of China."""
    return open_account(book=BookFactory(), kind=kind, key=key, currency=currency, at=timezone.now(), **options)


def cause(**given: Any) -> dict[str, Any]:
    """Who, when and why: what every verb of the ledger is told, for an event of its own."""
    at = given.pop("at", None) or timezone.now()
    return {
        "event_type": "test.moved",
        "event_id": str(uuid7()),
        "business_date": queries.business_date_of(BookFactory(), at),
        "made_by": SOMEBODY,
        "at": at,
        **given,
    }


def post(*legs: Leg, **given: Any) -> list[uuid.UUID]:
    """Post a group of legs for an event of its own."""
    return post_transfers(legs=legs, **cause(**given))


def funded(kind: str, amount: str, key: str = "321324-0007") -> Account:
    """An account that holds money, which came from the bank (debit-normal kinds: from revenue)."""
    opened = account(kind, key)
    if opened.normal_side == Account.Side.CREDIT:
        post(Leg(account("bank"), opened, yuan(amount), "top_up"))
    else:
        post(Leg(opened, account("revenue"), yuan(amount), "taken"))
    return opened


def yuan(amount: str) -> Money:
    """`186.40` as money."""
    whole, _, cents = amount.partition(".")
    return Money(int(whole) * 100 + int(f"{cents:0<2}"), "CNY")

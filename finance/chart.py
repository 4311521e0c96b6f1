"""The chart of accounts: which account of the ledger belongs to whom."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from core.database.compiled_queries import compiled_query
from core.database.reference import stored_rows
from core.gateways.models import Provider
from ledger.models import Account
from ledger.services import book_of, open_account
from stations.accounts.models import User
from stations.network.models import Station
from stations.places.models import Division

#: Payees that are registered as a person and have no login: `person-` and the id in hexadecimal.
PERSON = "person-"
#: Payees that are a lender, by the id of the loan book.
LENDER = "lender-"


@dataclass(frozen=True, slots=True)
class AccountKey:
    """A kind of money.md's table (`ledger.kinds`), and whose it is."""

    kind: str
    key: str
    holder: UUID | None = None

    @property
    def code(self) -> str:
        """The code of the account."""
        return f"{self.kind}:{self.key}"


def till(station: Station) -> AccountKey:
    """Company cash in the drawer of a station."""
    return AccountKey("till", station.code)


def cash_in_transit(station: Station) -> AccountKey:
    """Company cash on its way from or to a station."""
    return AccountKey("cash_in_transit", station.code)


def over_short(station: Station, holder: User | None) -> AccountKey:
    """Cash differences of the one who held the till; of the station where nobody did."""
    return AccountKey("over_short", holder.pk.hex, holder.pk) if holder else AccountKey("over_short", station.code)


def float_of(station: Station, partner: UUID) -> AccountKey:
    """The prepaid money of one partner at one station; a new partner starts a new account."""
    return AccountKey("float", f"{station.code}:{partner.hex}", partner)


def customer_funds(station: Station) -> AccountKey:
    """Villagers' money taken at a station and not yet passed on, or owed back."""
    return AccountKey("customer_funds", station.code)


def clearing(provider: Provider) -> AccountKey:
    """Money on its way to or from a provider."""
    return AccountKey("clearing", provider.code)


def biller(biller: Any) -> AccountKey:
    """What we owe a biller."""
    return AccountKey("biller", biller.code)


def operator(operator: Any) -> AccountKey:
    """What we owe an operator."""
    return AccountKey("operator", operator.code)


def fee_receivable(biller: Any) -> AccountKey:
    """The fees a biller owes us."""
    return AccountKey("fee_receivable", biller.code)


def commission_of_user(user: UUID) -> AccountKey:
    """What a partner or helper has earned."""
    return AccountKey("commission", user.hex, user)


def commission_of_county(county: Division) -> AccountKey:
    """What a county has earned."""
    return AccountKey("commission", f"county-{county.code[:6]}")


def commission_of_hub(hub: Any) -> AccountKey:
    """What a township hub has earned."""
    return AccountKey("commission", f"hub-{hub.code}")


def carrier(code: str) -> AccountKey:
    """What we owe a carrier."""
    return AccountKey("carrier", code)


def supplier(code: str) -> AccountKey:
    """What we owe a supplier of goods."""
    return AccountKey("supplier", code)


def farmer(person: UUID) -> AccountKey:
    """What we owe a farmer for produce."""
    return AccountKey("farmer", f"{PERSON}{person.hex}")


def reserve(person: UUID) -> AccountKey:
    """What is kept back of a farmer's money for the claims of buyers."""
    return AccountKey("reserve", f"{PERSON}{person.hex}")


def buyer(code: str) -> AccountKey:
    """What a buyer of produce owes us, on its way from the buyer's bank."""
    return AccountKey("clearing", f"buyer-{code}")


def sold_produce() -> AccountKey:
    """What all buyers of a lot pay on its way to everybody's part: empty again in the act that posts it."""
    return AccountKey("clearing", "sold-produce")


def subsidy(county: Division, programme: str) -> AccountKey:
    """What a county gives by one of its programmes (by code)."""
    return AccountKey("subsidy", f"county-{county.code[:6]}:{programme}")


def hospital(code: str) -> AccountKey:
    """What we owe a hospital or a clinic; no supplier of goods has the same account."""
    return AccountKey("supplier", f"hospital-{code}")


def lender_fees(book: Model) -> AccountKey:
    """The fees a lender owes us for the loans of one of its books."""
    return AccountKey("fee_receivable", f"{LENDER}{book.pk}")


def lender(book: Model) -> AccountKey:
    """What we owe a lender: what was taken on the loans of one of its books (a lender in a county)."""
    return AccountKey("supplier", f"{LENDER}{book.pk}")


def platform(kind: str) -> AccountKey:
    """An account of the system itself: revenue, expense, unclaimed …"""
    return AccountKey(kind, "platform")


def bank(bank_account: str) -> AccountKey:
    """The mirror of one of our bank accounts."""
    return AccountKey("bank", bank_account)


def suspense(bank_account: str) -> AccountKey:
    """Bank lines of one of our bank accounts that nobody has explained yet."""
    return AccountKey("suspense", bank_account)


def open_all(keys: Sequence[AccountKey], *, country: str, currency: str, at: dt.datetime) -> dict[AccountKey, Account]:
    """These accounts, in one query; a missing one is opened."""
    codes = {key.code for key in keys}
    found = stored_rows(("open account", country, currency), codes, lambda codes: _read(country, currency, codes))
    return {key: found.get(key.code) or _open(key, country=country, currency=currency, at=at) for key in keys}


def _read(country: str, currency: str, codes: list[str]) -> dict[str, Account]:
    return {account.code: account for account in _open_accounts.all(country, currency, tuple(codes))}


@compiled_query
def _open_accounts(country: Any, currency: Any, codes: Any) -> QuerySet[Account]:
    in_book = Account.objects.filter(book__country=country, book__code=country)
    return in_book.filter(currency=currency, closed_at=None, code__in=codes)


def _open(key: AccountKey, *, country: str, currency: str, at: dt.datetime) -> Account:
    book = book_of(country)
    return open_account(book=book, kind=key.kind, key=key.key, currency=currency, holder=key.holder, at=at)


def open_one(key: AccountKey, *, country: str, currency: str, at: dt.datetime) -> Account:
    """This account; opened when it is missing."""
    return open_all([key], country=country, currency=currency, at=at)[key]

"""What the kinds of accounts are called."""

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.countries import country_words
from ledger.models import Book

KINDS = {
    "till": _("drawers"),
    "cash_in_transit": _("cash in transit"),
    "float": _("floats"),
    "customer_funds": _("villagers' money"),
    "commission": _("commission"),
    "supplier": _("suppliers"),
    "farmer": _("farmers"),
    "carrier": _("carriers"),
    "over_short": _("cash differences"),
    "reserve": _("retained for claims"),
    "subsidy": _("subsidies"),
    "clearing": _("in transit to companies"),
    "biller": _("billers"),
    "operator": _("operators"),
    "fee_receivable": _("fees owed to us"),
    "suspense": _("unexplained bank lines"),
    "bank": _("bank accounts"),
    "payout_clearing": _("payouts in transit"),
    "revenue": _("revenue"),
    "tax_payable": _("withheld tax"),
    "unclaimed": _("unclaimed"),
    "expense": _("expense"),
}


def kind_words(kind: str) -> str:
    """The kind in words; kinds of other books by their code."""
    return capfirst(str(KINDS.get(kind, kind)))


def book_words(book: Book) -> str:
    """A book by its country, with its code where that says more."""
    country = country_words(book.country)
    return country if book.code == book.country else f"{country} · {book.code}"

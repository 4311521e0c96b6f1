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
    "loan_principal": _("principal of loans"),
    "loan_interest": _("interest owed by borrowers"),
    "loan_penalty": _("penalty interest owed by borrowers"),
    "loan_fee": _("fees owed by borrowers"),
    "collections_due": _("repayments with the stations"),
    "loan_loss": _("losses from loans"),
    "interest_income": _("interest earned"),
    "interest_suspended": _("interest not yet counted as earned"),
    "penalty_income": _("penalty interest earned"),
    "fee_income": _("fees earned"),
    "recovery_income": _("recovered after the write-off"),
    "loan_advance": _("paid in advance by borrowers"),
    "loan_unallocated": _("repayments not yet assigned"),
    "loan_allowance": _("provisions for loans"),
    "fund": _("funds for premiums"),
    "claims_float": _("insurers' money for claims"),
    "premium_payable": _("premiums owed to insurers"),
}


def kind_words(kind: str) -> str:
    """The kind in words; nothing where all kinds stand together."""
    return capfirst(str(KINDS[kind])) if kind else ""


def book_words(book: Book) -> str:
    """A book by its country, with its code where that says more."""
    country = country_words(book.country)
    return country if book.code == book.country else f"{country} · {book.code}"

"""The insurance book of a country: which account of the ledger belongs to which fund and insurer."""

import datetime as dt

from finance.insurance.models import Fund, InsuranceProductVersion, Insurer
from ledger.models import Account, Book
from ledger.queries import balance
from ledger.services import book_of, open_account

#: The mirror of the bank account that holds the money of funds and insurers.
BANK = "insurance"


def insurance_book(country: str) -> Book:
    """The book of all funds and insurers of a country, by the clock of its other book; made when it is missing."""
    main = book_of(country)
    code = f"{country}-INS"
    defaults = {"country": country, "zone": main.zone, "first_open_date": main.first_open_date}
    return Book.objects.get_or_create(code=code, defaults=defaults)[0]


def account_of(kind: str, key: str, *, country: str, currency: str, at: dt.datetime) -> Account:
    """An account of the insurance book; opened when it is missing."""
    return open_account(book=insurance_book(country), kind=kind, key=key, currency=currency, at=at)


def bank(country: str, currency: str, *, at: dt.datetime) -> Account:
    """The bank account of the insurance book."""
    return account_of("bank", BANK, country=country, currency=currency, at=at)


def payout_clearing(country: str, currency: str, *, at: dt.datetime) -> Account:
    """Claim payments on their way to the bank."""
    return account_of("payout_clearing", "platform", country=country, currency=currency, at=at)


def fund_account(fund: Fund, *, at: dt.datetime) -> Account:
    """What a fund holds."""
    return account_of("fund", fund.code, country=fund.country, currency=fund.currency, at=at)


def claims_float(insurer: Insurer, *, at: dt.datetime) -> Account:
    """What an insurer has put up for claims."""
    key = insurer.company_code.lower()
    return account_of("claims_float", key, country=insurer.country, currency=insurer.currency, at=at)


def premium_payable(insurer: Insurer, *, at: dt.datetime) -> Account:
    """Premiums that an insurer is owed."""
    key = insurer.company_code.lower()
    return account_of("premium_payable", key, country=insurer.country, currency=insurer.currency, at=at)


def payer_account(version: InsuranceProductVersion, *, at: dt.datetime) -> Account:
    """The account that bears the claims of a version: the insurer's float, or a fund."""
    if version.payer_fund is not None:
        return fund_account(version.payer_fund, at=at)
    return claims_float(version.product.insurer, at=at)


def available(account: Account) -> int:
    """What can be paid from an account now, in minor units."""
    return balance(account).available.minor

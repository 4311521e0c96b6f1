"""The simulated companies: providers, their keys, and the bills that their customers have.

A provider is served when `ECOMNET_PROVIDER_<CODE>_SECRET` is set; its key id is `<CODE>-1`. Bills follow from the
customer's number alone, so that a number means the same in every run.
"""

import datetime as dt
import hashlib
import json
import os
import re
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.gateways.sandbox.countries import Country, country_of

BILL_LIVES = dt.timedelta(minutes=30)

#: What the last digits of the first parameter mean.
TAILS = {"0000": "no_dues", "4040": "not_found", "2020": "processing", "5030": "maintenance"}
#: Customers of the written examples.
WELL_KNOWN = {"3213240012345": ("王秀英", Decimal("186.40"))}

KINDS_OF_COMPANY = {"POWER": "power", "WATER": "water", "GAS": "gas", "TV": "tv", "TELECOM": "telecom", "SMS": "sms"}


@dataclass(frozen=True)
class Provider:
    """One company with its key."""

    code: str
    key_id: str
    secret: str

    @property
    def country(self) -> Country:
        """Where it works."""
        return country_of(self.code)


def providers() -> dict[str, Provider]:
    """By key id, all whose secret the environment holds."""
    found = {}
    for name, secret in os.environ.items():
        match = re.fullmatch(r"ECOMNET_PROVIDER_([A-Z0-9_]+)_SECRET", name)
        if match and secret:
            code = match[1].replace("_", "-")
            found[f"{code}-1"] = Provider(code, f"{code}-1", secret)
    return found


@dataclass(frozen=True)
class Account:
    """One customer of one biller, found by its parameters."""

    biller_code: str
    parameters: dict[str, str]

    @property
    def key(self) -> str:
        """The same for the same customer, whatever the order of the parameters."""
        text = json.dumps([self.biller_code, self.parameters], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def country(self) -> Country:
        """Where its biller works."""
        return country_of(self.biller_code)

    @property
    def number(self) -> str:
        """The first parameter, which names the customer."""
        return next(iter(self.parameters.values()), "")

    @property
    def fate(self) -> str:
        """What the tail of the number means; empty for an ordinary customer."""
        return TAILS.get(self.number[-4:], "")

    @property
    def name(self) -> str:
        """Who lives there."""
        if self.number in WELL_KNOWN:
            return WELL_KNOWN[self.number][0]
        surnames, given = self.country.surnames, self.country.given
        return self.country.name(surnames[self._draw(0, len(surnames))], given[self._draw(1, len(given))])

    def billed(self) -> Decimal:
        """What a month costs this customer."""
        if self.number in WELL_KNOWN:
            return WELL_KNOWN[self.number][1]
        tariff = self.country.tariffs[category_of(self.biller_code)]
        used = tariff.least + self._draw(2, tariff.most - tariff.least + 1)
        return self.country.rounded(tariff.fixed + used * tariff.price)

    def bill_ref(self, period: str) -> str:
        """The reference of the bill of a month."""
        return f"{self.biller_code}-{period.replace('-', '')}-{self.key[:10].upper()}"

    def _draw(self, place: int, below: int) -> int:
        return int(self.key[place * 8 : place * 8 + 8], 16) % below


#: What the last digits of a recharged phone mean, besides `0000`, which no phone has.
PHONE_FATES = {"4040": "operator_rejected", "5030": "maintenance", "2020": "processing"}


def recharge_objection(request: dict) -> str:
    """Why an operator does not recharge this phone; empty when it does.

    A plan whose code ends in a number costs so many whole units of the currency. Whose number it is nobody checks: it
    may have moved.
    """
    fate = PHONE_FATES.get(request["phone"][-4:], "")
    if fate in {"operator_rejected", "maintenance"}:
        return fate
    price = str(request.get("plan_code") or "").rpartition("-")[2]
    is_priced = price.isascii() and price.isdecimal()
    return "amount_invalid" if is_priced and Decimal(request["amount"]) != int(price) else ""


def category_of(biller_code: str) -> str:
    """What a company sells, by the last part of its code; anything else bills like the power company."""
    category = KINDS_OF_COMPANY.get(biller_code.rpartition("-")[2], "power")
    return category if category in country_of(biller_code).tariffs else "power"


def period_of(at: dt.datetime, zone: ZoneInfo) -> str:
    """The month that is billed now: the last one."""
    return (at.astimezone(zone).replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")


def due_date_of(at: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The fifth of the coming month."""
    return (at.astimezone(zone).date().replace(day=28) + dt.timedelta(days=7)).replace(day=5)


def bill_of(account: Account, due: Decimal, at: dt.datetime) -> dict:
    """The bill as the protocol shows it."""
    country = account.country
    period = period_of(at, country.zone)
    return {
        "bill_ref": account.bill_ref(period),
        "customer_name": account.name,
        "period": period,
        "due_date": due_date_of(at, country.zone).isoformat(),
        "amount": country.written(due),
        "currency": country.currency,
        "minimum_amount": None,
        "expires_at": written(at + BILL_LIVES),
    }


def written(at: dt.datetime | None) -> str | None:
    """An instant in the protocol's form."""
    return None if at is None else at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

"""Premiums that insurers are owed, and parametric cover with its weather station, for tests."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.gateways.models import Instruction
from core.gateways.results import Result, Status
from core.gateways.services.answers import apply
from core.money import Money
from finance.insurance import accounts
from finance.insurance.models.bank_payments import BankPayment
from finance.insurance.presets import drought_index
from finance.insurance.services import (
    activate_insurance_product,
    approve_index_window,
    draft_insurance_product,
    draw_premium_statement,
    load_index_readings,
    propose_index_window,
    release_index_file,
    set_insurer_account,
    set_policy_account,
    settle_index_windows,
)
from finance.insurance.tasks import pay_parametric
from finance.models import (
    Benefit,
    IndexPayout,
    IndexSource,
    IndexWindow,
    InsuranceProductVersion,
    Insurer,
    PayoutAccount,
    Policy,
    PremiumStatement,
)
from finance.payouts.services import confirm_payout_account
from ledger.queries import balance
from stations.models import Household, Person, User
from stations.people.services import move_person
from tests.factories.finance import Desk
from tests.factories.insurance import DAY, NOON, insurer, villager
from tests.factories.stations import UserFactory, finance_officer

MONTH = dt.date(2026, 11, 1)
#: The first minutes of December in China.
DECEMBER = dt.datetime(2026, 12, 1, 1, tzinfo=NOON.tzinfo)
ACCOUNT_NO = "6222021102004821"
#: Days of the window that `window` opens, after cover that began at NOON.
FIRST, LAST = dt.date(2027, 4, 1), dt.date(2027, 8, 31)
#: At noon two days after that.
AFTER = dt.datetime(2027, 9, 2, 12, tzinfo=NOON.tzinfo)


def in_use(account: PayoutAccount, *, at: dt.datetime) -> PayoutAccount:
    """An account that another person has confirmed."""
    return confirm_payout_account(account=account, by=finance_officer(), at=at)


def account_of_insurer(company: Insurer, *, at: dt.datetime = NOON) -> PayoutAccount:
    """Where an insurer is paid, in use."""
    about: dict[str, Any] = {"bank_code": "ICBC", "account_no": ACCOUNT_NO, "holder_name": company.name_zh}
    return in_use(set_insurer_account(insurer=company, **about, by=UserFactory(), at=at - 4 * DAY), at=at)


def stated(company: Insurer | None = None, *, at: dt.datetime = DECEMBER, **values: Any) -> PremiumStatement:
    """The premiums of a month, drawn up."""
    about: dict[str, Any] = {"month": MONTH, "by": finance_officer(), **values}
    return draw_premium_statement(insurer=company or insurer(), at=at, **about)


def bank_says_of(payment: BankPayment, status: Status, *, code: str = "", at: dt.datetime = DECEMBER) -> str:
    """What the bank says of a payment."""
    instruction = Instruction.objects.get(pk=payment.pk)
    amount = Money(payment.amount_minor, payment.currency)
    result = Result(str(payment.pk), instruction.kind, status, "B-1", amount, code=code)
    return apply(our_ref=payment.pk, result=result, source="callback", at=at)


# --- parametric cover


def drought(
    company: Insurer | None = None,
    *,
    insured_minor: int = 40_000_00,
    ceilings: tuple[tuple[str, str, int | None], ...] = (),
    at: dt.datetime = NOON,
    **benefit: Any,
) -> InsuranceProductVersion:
    """Terms in force that pay by the rain: nothing from 400 mm on, all from 200 mm down."""
    company = company or insurer()
    preset = drought_index(company.currency)
    terms = preset.benefits[0]
    columns = terms.columns | {"sum_insured_minor": insured_minor, **benefit}
    preset = replace(preset, benefits=(replace(terms, columns=columns),), ceilings=ceilings)
    version = draft_insurance_product(insurer=company, preset=preset, by=UserFactory(), at=at)
    return activate_insurance_product(version=version, by=UserFactory(), at=at)


def weather_station(ready: Desk, code: str = "qinglong", **values: Any) -> IndexSource:
    """A weather station that measures rain for the desk's county."""
    usual = {"name": code, "name_zh": "青龙站", "kind": "rainfall", "region": ready.station.county}
    return IndexSource.objects.create(code=code, **usual | values)


def window(
    source: IndexSource,
    version: InsuranceProductVersion,
    *,
    first: dt.date = FIRST,
    last: dt.date = LAST,
    at: dt.datetime = NOON,
) -> IndexWindow:
    """The months of a summer, approved by another person."""
    proposed = proposed_window(source, version, first=first, last=last, at=at)
    return approve_index_window(window=proposed, by=finance_officer(), at=at)


def proposed_window(
    source: IndexSource,
    version: InsuranceProductVersion,
    *,
    first: dt.date = FIRST,
    last: dt.date = LAST,
    by: User | None = None,
    at: dt.datetime = NOON,
) -> IndexWindow:
    """The months of a summer, as one person proposes them."""
    benefit = Benefit.objects.select_related("version__product").get(version=version)
    return propose_index_window(
        benefit=benefit, source=source, start_date=first, end_date=last, by=by or finance_officer(), at=at
    )


def measured(
    source: IndexSource, value: str | Decimal, *, date: dt.date = LAST, at: dt.datetime = AFTER, released: bool = True
) -> None:
    """A reading of a weather station, released by another person unless told otherwise."""
    content = f"source,date,value\r\n{source.code},{date},{value}\r\n"
    file = load_index_readings(content=content, by=UserFactory(), at=at)
    if released:
        release_index_file(file=file, by=finance_officer(), at=at)


def account_of_person(
    policy: Policy, person: Person | None = None, *, account_no: str = ACCOUNT_NO, at: dt.datetime = NOON
) -> PayoutAccount:
    """Where a policy is paid, in use."""
    payee = person or policy.person
    account = set_policy_account(
        policy=policy,
        payee=payee,
        bank_code="ABC",
        account_no=account_no,
        holder_name=payee.full_name,
        by=UserFactory(),
        at=at - 4 * DAY,
    )
    return in_use(account, at=at)


def payout_of(policy: Policy) -> IndexPayout:
    """What a policy gets, as it stands."""
    return IndexPayout.objects.get(policy=policy)


def settle(at: dt.datetime = AFTER, country: str = "CN") -> int:
    """Every step of windows that can be made now; how many."""
    return sum(iter(lambda: settle_index_windows(country=country, at=at), False))


def run_job(at: dt.datetime = AFTER) -> None:
    """The job of a day."""
    pay_parametric({"place": "CN"}, at)


def left(company: Insurer | None = None) -> int:
    """What an insurer's float can still pay."""
    return balance(accounts.claims_float(company or insurer(), at=NOON)).available.minor


def member(ready: Desk, home: Household, **values: Any) -> Person:
    """Somebody who lives in a household."""
    person = villager(ready, **values)
    move_person(person=person, household=home, relation="child", by=ready.partner, at=NOON)
    person.refresh_from_db()
    return person

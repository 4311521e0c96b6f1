"""A lender with products, and applications in every state, for tests."""

import datetime as dt
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from core.days import day_in, instant_of
from core.gateways.models import Instruction, Provider
from core.gateways.services import record_result
from core.money import Money
from finance.loans.accounts import LoanAccounts
from finance.loans.presets import presets
from finance.loans.queries import loans_of_group
from finance.loans.services import (
    Collected,
    activate_loan_product,
    activate_provision_table,
    appraise_application,
    approve_application,
    assess_application,
    collect_from_group,
    disburse_loan,
    draft_loan_product,
    draft_provision_table,
    set_borrower_account,
    sign_contract,
    start_application,
    submit_application,
)
from finance.models import (
    Assessment,
    BorrowerGroup,
    CashDay,
    CollectionSheet,
    ExposureLimit,
    Lender,
    Loan,
    LoanApplication,
    LoanProduct,
    LoanProductVersion,
    PayoutAccount,
    ProvisionTable,
)
from finance.payouts.services import confirm_payout_account
from finance.tills.services import open_cash_day
from ledger.queries import balance
from stations.models import Consent, Person, Station, User
from stations.people.queries import text_of_the_day
from stations.people.services import record_consent
from tests.factories.finance import Desk, book
from tests.factories.gateways import ProviderFactory
from tests.factories.people import resident
from tests.factories.refunds import photo_by
from tests.factories.stations import UserFactory, credit_officer, finance_officer

CHINA = ZoneInfo("Asia/Shanghai")
#: A Wednesday.
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=CHINA)


def lender(**values: Any) -> Lender:
    """A bank of this country."""
    usual = {"name": "Sihong Bank", "name_zh": "泗洪农商银行", "company_code": "91", "country": "CN", "currency": "CNY"}
    return Lender.objects.get_or_create(company_code=values.get("company_code", "91"), defaults=usual | values)[0]


def product_of(bank: Lender, code: str = "farm_equal") -> LoanProduct:
    """A product of the bank without any version."""
    about = {"country": bank.country, "currency": bank.currency}
    return LoanProduct.objects.create(lender=bank, code=code, name=code, name_zh="农户贷", **about)


def drafted(code: str = "farm_equal", *, product: LoanProduct | None = None, by: Any = None, **terms: Any) -> Any:
    """A draft with the terms of a preset, changed where said."""
    product = product or product_of(lender(), code)
    book(product.country)
    preset = next(each for each in presets(product.currency) if each.code == code)
    return draft_loan_product(
        product=product,
        terms=preset.terms | terms,
        seasonal_rows=preset.seasonal_rows,
        by=by or UserFactory(),
        at=NOON,
    )


def offered(code: str = "farm_equal", **terms: Any) -> LoanProductVersion:
    """A version that is offered."""
    return activate_loan_product(version=drafted(code, **terms), by=UserFactory(), at=NOON)


SEEN = {
    "income_minor": 9_000_00,
    "outgo_minor": 2_850_00,
    "other_debt_minor": 0,
    "recommended_minor": 30_000_00,
    "proofs_seen": 1,
    "years_in_village": 21,
    "activity": "sound",
    "references_called": 1,
}


def agrees(person: Person, ready: Desk, *, at: dt.datetime = NOON) -> Consent:
    """The borrower lets credit data be looked at."""
    text = text_of_the_day(purpose="credit_data", language="zh-hans", day=at.date())
    return record_consent(person=person, text=text, manner="signature", station=ready.station, by=ready.partner, at=at)


def borrower_of(ready: Desk, **values: Any) -> Person:
    """An adult of the station's village who lets credit data be looked at."""
    values.setdefault("birth_date", dt.date(1979, 3, 1))
    person = resident(station=ready.station, by=ready.partner, **values)
    agrees(person, ready)
    return person


def application_of(
    ready: Desk, *, amount: int = 30_000_00, person: Person | None = None, at: dt.datetime = NOON, **values: Any
) -> LoanApplication:
    """A draft of the desk's partner."""
    version = values.pop("version", None) or LoanProductVersion.objects.active().first() or offered()
    return start_application(
        **{
            "person": person or borrower_of(ready),
            "version": version,
            "station": ready.station,
            "amount": Money(amount, version.currency),
            "installments": 12,
            "purpose": "animals",
            "purpose_words": "养鹅",
            "by": ready.partner,
            "at": at,
            "key": uuid4().hex,
            **values,
        }
    )


def visited(application: LoanApplication, ready: Desk, *, at: dt.datetime = NOON, **values: Any) -> Assessment:
    """The desk's partner, or who is named, was there and took two photos."""
    photos = [photo_by(values.get("by", ready.partner)).pk for _number in range(2)]
    return assess_application(
        **{
            "application": application,
            "station": ready.station,
            "relationship": "none",
            "seen": SEEN,
            "opinion": "鹅棚在用",
            "photos": photos,
            "by": ready.partner,
            "at": at,
            **values,
        }
    )


def submitted(ready: Desk, *, at: dt.datetime = NOON, relationship: str = "none", **values: Any) -> LoanApplication:
    """An application that the lender has to decide."""
    application = application_of(ready, at=at, **values)
    visited(application, ready, at=at, relationship=relationship)
    return submit_application(application=application, by=ready.partner, at=at)


def appraise(
    application: LoanApplication,
    *,
    amount: int | None = None,
    by: User | None = None,
    reasons: Any = (),
    at: dt.datetime = NOON,
) -> LoanApplication:
    """The proposal of an officer: all that was asked for, in twelve parts, unless told otherwise."""
    return appraise_application(
        application=application,
        amount=Money(amount or application.requested_minor, application.currency),
        installments=12,
        reasons=reasons,
        opinion="余钱够还",
        by=by or credit_officer(),
        at=at,
    )


def appraised(
    ready: Desk,
    *,
    by: User | None = None,
    at: dt.datetime = NOON,
    propose: int | None = None,
    reasons: Any = (),
    **values: Any,
) -> LoanApplication:
    """An application with a proposal."""
    return appraise(submitted(ready, at=at, **values), amount=propose, by=by, reasons=reasons, at=at)


def approver(limit: int | None = 500_000_00, currency: str = "CNY", **values: Any) -> User:
    """A credit officer who may approve up to so much."""
    return credit_officer(limit_minor=limit, currency=currency if limit is not None else "", **values)


def approved(ready: Desk, *, at: dt.datetime = NOON, **values: Any) -> LoanApplication:
    """An application that was approved."""
    return approve_application(application=appraised(ready, at=at, **values), by=approver(), at=at)


def cap(scope: str, limit: int, *, country: str = "CN", currency: str = "CNY") -> ExposureLimit:
    """A cap that holds since long ago."""
    return ExposureLimit.objects.create(
        scope=scope, country=country, currency=currency, limit_minor=limit, from_date=dt.date(2020, 1, 1)
    )


def lends_through_a_bank(application: LoanApplication) -> Provider:
    """The bank that pays out the lender's loans."""
    bank = Provider.objects.filter(code="LOANBANK").first() or ProviderFactory(
        code="LOANBANK", country=application.product.country, currency=application.currency
    )
    Lender.objects.filter(pk=application.product.lender_id).update(provider=bank)
    return bank


def signed(ready: Desk, *, at: dt.datetime = NOON, application: LoanApplication | None = None, **values: Any) -> Loan:
    """A loan whose contract was signed on paper."""
    application = application or approved(ready, at=at, **values)
    lends_through_a_bank(application)
    paper, today = photo_by(ready.partner).pk, plan_day(application, at)
    return sign_contract(application=application, on=today, paper=paper, by=ready.partner, at=at)


def plan_day(application: LoanApplication, at: dt.datetime = NOON) -> dt.date:
    """The day of the plan that the borrower is shown."""
    return day_in(book(application.product.country).zone, at)


ACCOUNT_NO = "6222021102004821"


def account_of(loan: Loan, ready: Desk, *, account_no: str = ACCOUNT_NO, at: dt.datetime = NOON) -> PayoutAccount:
    """The borrower's account, written down, confirmed, and in use."""
    account = set_borrower_account(
        loan=loan,
        bank_code="ICBC",
        account_no=account_no,
        holder_name=loan.borrower.full_name,
        by=ready.partner,
        at=at - dt.timedelta(days=4),
    )
    return confirm_payout_account(account=account, by=finance_officer(), at=at)


def sent(ready: Desk, *, at: dt.datetime = NOON, by: User | None = None, **values: Any) -> Loan:
    """A loan that the bank is to pay out."""
    loan = signed(ready, at=at, **values)
    account_of(loan, ready, at=at)
    return disburse_loan(loan=loan, by=by or finance_officer(), at=at)


def bank_answers(loan: Loan, status: str, *, at: dt.datetime = NOON, **said: Any) -> Loan:
    """What the bank says of a loan on its way, as a callback does."""
    out = loan.disbursements.latest("pk")
    instruction = Instruction.objects.select_related("provider").get(pk=out.pk)
    words = {"our_ref": str(out.pk), "status": status, **said}
    record_result(
        provider=instruction.provider,
        our_ref=str(out.pk),
        data=words,
        source="callback",
        at=at,
        event_type=f"payout.{status}",
    )
    loan.refresh_from_db()
    return loan


def running(ready: Desk, *, at: dt.datetime = NOON, **values: Any) -> Loan:
    """A loan that is on the borrower's account since this day."""
    return bank_answers(sent(ready, at=at, **values), "paid", at=at)


def rates_in_force(bands: Any, *, country: str = "CN", from_date: dt.date = dt.date(2020, 1, 1)) -> ProvisionTable:
    """Provision rates that one person drew up and another put in force, some days before they begin."""
    if not Lender.objects.filter(country=country).exists():
        lender(company_code=f"{country}1", country=country, currency={"CN": "CNY", "KW": "KWD"}[country])
    zone = {"CN": "Asia/Shanghai", "KW": "Asia/Kuwait"}[country]
    before = instant_of(book(country, zone).zone, from_date - dt.timedelta(days=3), dt.time(12))
    table = draft_provision_table(country=country, from_date=from_date, bands=bands, by=UserFactory(), at=before)
    return activate_provision_table(table=table, by=UserFactory(), at=before)


def collected_of(station: Station, partner: User) -> CollectionSheet:
    """What was collected from the group of borrowers of this station today, on an open cash day."""
    group = BorrowerGroup.objects.get(station=station)
    if not CashDay.objects.filter(station=station).unclosed().exists():
        open_cash_day(station=station, lines={}, by=partner, at=now())
    brought = [Collected(loan.pk, Money(1_00, loan.currency), reason="先还一点") for loan in loans_of_group(group)]
    about = {"group": group, "collected": brought, "station": station, "by": partner}
    return group.sheets.first() or collect_from_group(**about, at=now(), key="sheet")


def lender_holds(loan: Loan, kind: str) -> int:
    """The posted balance of an account of the lender's book in minor units."""
    return balance(LoanAccounts(loan.book, at=NOON).of(kind)).posted.minor

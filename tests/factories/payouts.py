"""Statements to be paid, payees with an account, batches in each state, and a bank that speaks."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.gateways.models import Instruction, Provider
from core.gateways.results import Result, Status
from core.gateways.services import record_result
from core.gateways.services.answers import apply
from core.money import Money
from finance import chart
from finance.models import PayoutAccount, PayoutBatch, PayoutLine, Statement
from finance.payouts import services
from finance.payouts.services import BankDetails
from ledger.models import Account
from ledger.services import Leg, MadeBy, post_transfers
from stations.models import Station, User
from tests.factories.days import today
from tests.factories.finance import Desk, desk, payer_at, works_with
from tests.factories.gateways import ProviderFactory
from tests.factories.stations import StationFactory, finance_officer

ACCOUNT_NO = "6222021102004821"
FOUR_DAYS = dt.timedelta(days=4)


def bank() -> Provider:
    """The bank that executes our payout files."""
    found = Provider.objects.filter(code="BANK").first() or ProviderFactory(code="BANK")
    works_with(payout_provider=found)
    return found


def earned(ready: Desk, key: chart.AccountKey, minor: int) -> Account:
    """Money that a payee has earned, out of the system's revenue."""
    account = ready.account(key)
    post_transfers(
        legs=[Leg(ready.account(chart.platform("revenue")), account, Money(minor, "CNY"), "test earnings")],
        event_type="test_earned",
        event_id=uuid4().hex,
        business_date=today(),
        made_by=MadeBy("system"),
        at=now(),
    )
    return account


def closed_statement(
    ready: Desk, minor: int, *, user: User | None = None, key: chart.AccountKey | None = None, **values: Any
) -> Statement:
    """A closed statement with so much to pay, and that much on the payee's account."""
    user = user or ready.partner
    key = key or chart.commission_of_user(user.pk)
    last = today() - dt.timedelta(days=today().weekday() + 1)
    return Statement.objects.create(
        **{
            "account": earned(ready, key, minor),
            "payee": key.key,
            "payee_kind": "partner",
            "county": ready.station.county,
            "currency": "CNY",
            "period": "weekly",
            "period_from": last - dt.timedelta(days=6),
            "period_to": last,
            "to_at": now(),
            "opening_minor": 0,
            "accrued_minor": minor,
            "reversed_minor": 0,
            "adjusted_minor": 0,
            "disputes_held_minor": 0,
            "tax_minor": 0,
            "charges_minor": 0,
            "payable_minor": minor,
            "carried_minor": 0,
            "sha256": "0" * 64,
            "status": "closed",
            "calculated_at": now(),
            "closed_at": now(),
            **values,
        }
    )


def banked(user: User, *, account_no: str = ACCOUNT_NO, at: dt.datetime | None = None) -> PayoutAccount:
    """A bank account of this person, named four days ago and in use."""
    account = services.set_bank_account(
        payee=user.pk.hex,
        user=user,
        details=BankDetails("ICBC", account_no, user.shown_name),
        by=user,
        at=at or now() - FOUR_DAYS,
    )
    return services.activate_payout_account(account=account, at=(at or now() - FOUR_DAYS) + FOUR_DAYS)


def payable(minor: int = 6_00) -> tuple[Desk, Statement]:
    """A partner with an account in use, and a statement to be paid."""
    ready = desk()
    banked(ready.partner)
    return ready, closed_statement(ready, minor)


def calculated(*, by: User | None = None, **values: Any) -> PayoutBatch:
    """A batch of the whole network, calculated by its officer."""
    bank()
    return services.prepare_payout_batch(
        **{
            "country": "CN",
            "currency": "CNY",
            "division": None,
            "by": by or finance_officer(),
            "at": now(),
            **values,
        }
    )


def approved(**values: Any) -> PayoutBatch:
    """A batch that another officer has approved."""
    return services.approve_payout_batch(batch=calculated(**values), by=finance_officer(), at=now())


def submitted(**values: Any) -> PayoutBatch:
    """A batch whose file the bank has taken."""
    batch = approved(**values)
    services.export_payout_batch(batch=batch, by=finance_officer(), at=now())
    takes_file(batch)
    return PayoutBatch.objects.get(pk=batch.pk)


def takes_file(batch: PayoutBatch, *, refusal: str = "") -> None:
    """The bank has taken the file of this batch, or refused it whole."""
    status = Status.FAILED if refusal else Status.SUCCEEDED
    result = Result(str(batch.file_ref), Instruction.Kind.PAYOUT_FILE, status, code=refusal)
    apply(our_ref=batch.file_ref, result=result, source="answer", at=now())


def bank_says(line: PayoutLine, status: str, *, return_code: str | None = None, **more: Any) -> str:
    """Let the bank say something of a payout, as a callback would; how it was taken."""
    at = more.pop("at", None) or now()
    return record_result(
        provider=bank(),
        our_ref=str(line.pk),
        data={"our_ref": str(line.pk), "status": status, "return_code": return_code, **more},
        source="callback",
        at=at,
        event_type=f"payout.{status}",
    )


def only_line(batch: PayoutBatch | None = None) -> PayoutLine:
    """The one payout there is, read anew."""
    return PayoutLine.objects.get(**({"batch": batch} if batch else {}))


def cash_payout(place: Station | None = None) -> tuple[Desk, Station]:
    """A partner who is to fetch 6.00 in cash at another station: the batch is approved."""
    ready, place = desk(), place or StationFactory()
    ready.partner.person = payer_at(ready)
    ready.partner.save()
    account = services.set_cash_at_station(user=ready.partner, station=place, by=ready.partner, at=now())
    PayoutAccount.objects.filter(pk=account.pk).update(status="active")
    closed_statement(ready, 6_00)
    approved()
    return ready, place

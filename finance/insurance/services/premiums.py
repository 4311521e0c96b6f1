"""Premiums go to the insurer: one officer draws up the statement of a month, another has the bank pay it."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in, instant_of, months_later
from core.errors import Refused, SamePerson, WrongState, refuses
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.results import Result
from core.history import record_change
from core.language.text import fold
from finance.insurance import accounts
from finance.insurance.machine import PREMIUMS
from finance.insurance.models import (
    EnrolmentBatch,
    Insurer,
    PolicyFunding,
    PremiumLine,
    PremiumPayment,
    PremiumStatement,
)
from finance.insurance.queries import payee_of_insurer
from finance.insurance.services import bank
from finance.insurance.services.bank import NoPayingBank, PaymentKind
from finance.payouts import account_numbers
from finance.payouts.models import PayoutAccount
from finance.payouts.services import BankDetails, NameDiffers, set_bank_account
from ledger.services import MadeBy, book_of, post_groups
from stations.accounts.models import User
from stations.network.paper_numbers import random_marks
from stations.two_persons import require_two_persons

_S, _P = PremiumStatement.Status, PremiumPayment.Status
KIND = PaymentKind("premium", "premium_sent", "premium_paid", "premium_not_paid", "premium_returned")


class MonthNotOver(Refused):
    """Premiums of a month are stated once it is over in the insurer's country."""

    code = "month_not_over"
    status = 422
    message = _("This month is not over yet.")


class PremiumsStated(Refused):
    """A month of an insurer is stated once."""

    code = "premiums_stated"
    message = _("The premiums of this month are stated already.")


class NoPremiumsOwed(Refused):
    """Nothing was paid for the insurer's products that does not stand on a statement."""

    code = "no_premiums_owed"
    status = 422
    message = _("No premiums were paid until the end of this month that are not on a statement yet.")


class InsurerAccountMissing(Refused):
    """Premiums go to an account of the insurer that another person has confirmed."""

    code = "insurer_account_missing"
    status = 422
    message = _("No bank account of the insurer is in use. Enter it; another person confirms it, three days later.")


@refuses(NameDiffers)
@transaction.atomic
def set_insurer_account(
    *, insurer: Insurer, bank_code: str, account_no: str, holder_name: str, by: User, at: dt.datetime
) -> PayoutAccount:
    """Write down where an insurer is paid: an account in its own name, used once another person has confirmed it."""
    if fold(holder_name) not in {fold(insurer.name), fold(insurer.name_zh)}:
        raise NameDiffers(field="holder_name", name=insurer.shown_name)
    return set_bank_account(
        payee=payee_of_insurer(insurer),
        user=None,
        details=BankDetails(bank_code, account_no, holder_name),
        by=by,
        at=at,
    )


@refuses(MonthNotOver, PremiumsStated, NoPremiumsOwed)
@transaction.atomic
def draw_premium_statement(*, insurer: Insurer, month: dt.date, by: User, at: dt.datetime) -> PremiumStatement:
    """State what funds paid for an insurer's products until the end of a month and what stands on no statement yet.

    `month` is any day of it, in the insurer's country; a month that was skipped is in the next one's statement.
    """
    insurer, first = lock(insurer), month.replace(day=1)
    zone = book_of(insurer.country).zone
    if first >= day_in(zone, at).replace(day=1):
        raise MonthNotOver(field="month")
    if insurer.statements.filter(month_date=first).exists():
        raise PremiumsStated(field="month")
    lines = _lines_until(insurer, instant_of(zone, months_later(first, 1), dt.time()))
    if not lines:
        raise NoPremiumsOwed(field="month")
    statement = PremiumStatement.objects.create(
        number=f"{insurer.country}-PS{first:%y%m}-{random_marks(4)}",
        insurer=insurer,
        month_date=first,
        policies=sum(line.policies for line in lines),
        amount_minor=sum(line.amount_minor for line in lines),
        currency=insurer.currency,
        maker=by,
        made_at=at,
    )
    for line in lines:
        line.statement = statement
    PremiumLine.objects.bulk_create(lines)
    record_change(statement, old="", new=statement.status, at=at, actor=by.pk)
    return statement


@refuses(WrongState, SamePerson, InsurerAccountMissing, NoPayingBank)
@transaction.atomic
def send_premiums(*, statement: PremiumStatement, by: User, at: dt.datetime) -> PremiumStatement:
    """Hold the amount (premium payable -> payout clearing, pending) and have the bank pay the insurer.

    By another person than drew up the statement.
    """
    statement = lock(statement)
    PREMIUMS.check("send_premiums", statement.status)
    require_two_persons(by, statement.maker_id)
    insurer = statement.insurer
    account = bank.usable_account_of(payee_of_insurer(insurer))
    if account is None:
        raise InsurerAccountMissing
    provider = bank.paying_bank(insurer)
    payer, our_ref = accounts.premium_payable(insurer, at=at), uuid7()
    made_by = MadeBy("staff", by.pk)
    group = bank.held(KIND, payer=payer, amount=statement.amount, our_ref=our_ref, made_by=made_by, at=at)
    post_groups(groups=[group], at=at)
    payment = PremiumPayment.objects.create(
        our_ref=our_ref,
        statement=statement,
        payer=payer,
        payout_account=account,
        amount_minor=statement.amount_minor,
        currency=statement.currency,
        hold_transfer_id=group.legs[0].id,
        sent_by=by,
        sent_at=at,
    )
    bank.tell_bank(KIND, payment, provider, at=at)
    statement.sender = by
    return _move(statement, _S.SENT, by=by, at=at)


def body_of_premium(our_ref: UUID) -> dict[str, str]:
    """What the bank is told besides amount and reference; the number of the account is stored nowhere in clear."""
    account = PremiumPayment.objects.select_related("payout_account__data_key").get(pk=our_ref).payout_account
    return {
        "bank_code": account.bank_code,
        "account_no": account_numbers.number_of(account),
        "holder_name": account.holder_name,
    }


@refuses(WrongState)
@transaction.atomic
def record_premium_payment(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Apply one word of the bank: paid; or not paid or come back, and the statement waits to be sent again."""
    statement = lock(PremiumStatement.objects.get(payments=instruction.our_ref))
    payment = lock(PremiumPayment.objects.get(pk=instruction.our_ref))
    about = {"statement": statement.number}
    for status in bank.apply_answer(KIND, payment, instruction, result, about=about, source=source, at=at):
        PREMIUMS.check("record_premium_payment", statement.status)
        if status == _P.PAID:
            statement.paid_at = at
            _move(statement, _S.PAID, at=at)
        else:
            statement.paid_at, statement.sender = None, None
            _move(statement, _S.DRAWN, at=at, reason=result.code)


def _lines_until(insurer: Insurer, ends_at: dt.datetime) -> list[PremiumLine]:
    """One line for each enrolment whose premiums were paid before an instant and stand on no statement."""
    batches = EnrolmentBatch.objects.filter(
        version__product__insurer=insurer, checked_at__lt=ends_at, premium_line=None
    ).order_by("pk")
    paid = PolicyFunding.objects.filter(policy__batch__in=batches).order_by().values_list("policy__batch")
    sums = paid.annotate(policies=Count("policy", distinct=True), minor=Sum("amount_minor"))
    return [
        PremiumLine(batch_id=batch, policies=policies, amount_minor=minor, currency=insurer.currency)
        for batch, policies, minor in sorted(sums)
    ]


def _move(
    statement: PremiumStatement, status: str, *, at: dt.datetime, by: User | None = None, reason: str = ""
) -> PremiumStatement:
    before, statement.status = statement.status, status
    statement.save(update_fields=["status", "sender", "paid_at", "updated_at"])
    kind = "" if by else "provider"
    actor = by.pk if by else None
    record_change(statement, old=before, new=status, at=at, actor=actor, actor_kind=kind, reason=reason)
    return statement

"""Cash that is gone stands among the differences of the station, charged to nobody, until two people close the case."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.money import Money
from core.notices.services import notify
from core.state_machines import Machine
from finance import chart
from finance.recon.models import BankStatementLine
from finance.recon.services import note_taken
from finance.tills.models import LossCase, OverShortMove, Remittance
from finance.tills.services.books import account_of, is_empty_till, post, till_of
from finance.tills.services.receiving import BankLineUnfitForSlip, is_taken
from finance.tills.services.remittances import REMITTANCE, TillTooSmallToBring, change
from finance.tills.services.turns import unclosed_day
from ledger.models import Account
from ledger.services import Leg, MadeBy, NotEnough
from stations.accounts.models import User
from stations.network.models import Station
from stations.two_persons import require_two_persons

_S, _KIND = LossCase.Status, OverShortMove.Kind
LOSS_CASE = Machine(
    name="loss case",
    states=LossCase.Status,
    arrows={"take_insurance": frozenset({_S.OPEN}), "close_loss": frozenset({_S.OPEN})},
)


class NothingLost(Refused):
    """A loss is of an amount."""

    code = "nothing_lost"
    status = 422
    message = _("Enter the amount lost.")


class RemittanceMissing(Refused):
    """Cash lost on its way names the remittance that it was."""

    code = "remittance_missing"
    status = 422
    message = _("Choose the remittance that was lost.")


class InsurerPaysTooMuch(Refused):
    """The insurer pays at most what is gone."""

    code = "insurer_pays_too_much"
    status = 422
    message = _("Only %(rest)s of this loss is left. This line does not belong to it alone.")


@refuses(NothingLost, RemittanceMissing, WrongState, TillTooSmallToBring)
@needs_words("text")
@transaction.atomic
def report_loss(
    *,
    station: Station,
    kind: str,
    amount: Money,
    text: str,
    by: User,
    at: dt.datetime,
    remittance: Remittance | None = None,
    police_number: str = "",
    insurer: str = "",
    files: Iterable[Any] = (),
) -> LossCase:
    """Report cash that is gone: over_short of the station -> till, or -> cash_in_transit for a remittance on its way.

    Also without an open cash day: robbers keep no hours. Refused: `nothing_lost`, `remittance_missing`,
    `till_too_small`, `wrong_state` (a remittance that is not on its way).
    """
    if amount.minor <= 0:
        raise NothingLost(field="amount")
    if (kind == LossCase.Kind.LOST_REMITTANCE) != (remittance is not None):
        raise RemittanceMissing(field="remittance")
    gone_from = _gone_from(lock(station), remittance, by=by, at=at)
    loss = LossCase.objects.create(
        station=station,
        kind=kind,
        remittance=remittance,
        account=account_of(chart.over_short(station, None), station, at),
        amount_minor=remittance.amount_minor if remittance else amount.minor,
        currency=amount.currency,
        police_number=police_number,
        insurer=insurer,
        text=text,
        reported_by=by,
        reported_at=at,
    )
    loss.files.add(*files)
    record_change(loss, old="", new=loss.status, at=at, actor=by.pk)
    try:
        _move(loss, _KIND.FOUND, loss.amount, gone_from, "cash lost", MadeBy("person", by.pk), at)
    except NotEnough as refusal:
        if not is_empty_till(refusal):
            raise
        raise TillTooSmallToBring(field="amount", amount=loss.amount.display()) from refusal
    return loss


@refuses(WrongState, BankLineUnfitForSlip, InsurerPaysTooMuch, *refused_by(note_taken))
@transaction.atomic
def take_insurance(*, loss_case: LossCase, bank_line: BankStatementLine, by: User, at: dt.datetime) -> LossCase:
    """The insurer has paid: suspense -> over_short, what the bank line brought."""
    loss_case = lock(loss_case)
    LOSS_CASE.check("take_insurance", loss_case.status)
    bank_line = lock(bank_line)
    is_theirs = (bank_line.currency, bank_line.country) == (loss_case.currency, loss_case.station.county.country)
    if bank_line.direction != "in" or not is_theirs or is_taken(bank_line):
        raise BankLineUnfitForSlip
    paid = Money(bank_line.amount_minor, bank_line.currency)
    if loss_case.rest < paid:
        raise InsurerPaysTooMuch(rest=loss_case.rest.display())
    note_taken(line=bank_line, amount=paid)
    suspense = account_of(chart.suspense(bank_line.bank_account), loss_case.station, at)
    _move(loss_case, _KIND.INSURED, -paid, suspense, f"insurance {bank_line.line_ref}", MadeBy("staff", by.pk), at)
    loss_case.insured_minor += paid.minor
    loss_case.save(update_fields=["insured_minor", "updated_at"])
    return loss_case


@refuses(WrongState, SamePerson)
@transaction.atomic
def close_loss(*, loss_case: LossCase, by: User, at: dt.datetime) -> LossCase:
    """Close the case: the company bears what the insurer did not pay, expense -> over_short. The second of two people.

    The first press only asks.
    """
    loss_case = lock(loss_case)
    LOSS_CASE.check("close_loss", loss_case.status)
    require_two_persons(by, loss_case.asked_by_id, loss_case.reported_by_id)
    if loss_case.asked_by_id is None:
        loss_case.asked_by, loss_case.asked_at = by, at
        loss_case.save(update_fields=["asked_by", "asked_at", "updated_at"])
        return loss_case
    if loss_case.rest:
        expense = account_of(chart.platform("expense"), loss_case.station, at)
        _move(loss_case, _KIND.ABSORBED, -loss_case.rest, expense, "loss borne", MadeBy("staff", by.pk), at)
    loss_case.status, loss_case.closed_by, loss_case.closed_at = _S.CLOSED, by, at
    loss_case.save(update_fields=["status", "closed_by", "closed_at", "updated_at"])
    record_change(loss_case, old=_S.OPEN, new=loss_case.status, at=at, actor=by.pk)
    _tell_reporter(loss_case, at=at)
    return loss_case


def _gone_from(station: Station, remittance: Remittance | None, *, by: User, at: dt.datetime) -> Account:
    """The account that the cash is missing from; what was on its way is lost from now on."""
    if remittance is None:
        unclosed_day(station)  # a count waits for us, or we for it
        return till_of(station, at)
    remittance = lock(remittance)
    REMITTANCE.check("report_loss", remittance.status)
    change(remittance, Remittance.Status.LOST, at=at, by=by)
    return account_of(chart.cash_in_transit(station), station, at)


def _move(
    loss: LossCase, kind: str, added: Money, other: Account, reason: str, made_by: MadeBy, at: dt.datetime
) -> UUID:
    debit, credit = (loss.account, other) if added.minor > 0 else (other, loss.account)
    [transfer] = post(
        [Leg(debit, credit, Money(abs(added.minor), added.currency), reason)],
        station=loss.station,
        event_type="loss_case",
        event_id=f"{loss.pk}:{loss.moves.count() + 1}",
        made_by=made_by,
        at=at,
    )
    OverShortMove.objects.create(
        loss_case=loss,
        kind=kind,
        transfer_id=transfer,
        over_short_account=loss.account,
        account=other,
        amount_minor=added.minor,
        currency=added.currency,
        posted_at=at,
    )
    return transfer


def _tell_reporter(loss: LossCase, *, at: dt.datetime) -> None:
    user = loss.reported_by
    notify(
        template="loss_closed",
        params={"amount": loss.amount.display(user.language)},
        language=user.language,
        user=user,
        link=f"/finance/tills/losses/{loss.pk}/",
        dedupe_key=f"loss_closed:{loss.pk}",
        at=at,
    )

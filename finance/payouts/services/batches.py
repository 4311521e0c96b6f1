"""Batches: put together by one finance officer, approved by another; whoever changed their account drops out alone."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all, present
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change, record_changes
from core.notices.services import notify
from finance.countries import installed
from finance.payouts.machine import BATCH, LINE
from finance.payouts.models import PayoutAccount, PayoutBatch, PayoutLine
from finance.payouts.queries import Stopped, statements_to_pay, stopped_by_findings, usable_accounts
from finance.payouts.services.accounts import activate_accounts
from finance.payouts.services.ends import conclude, end_paid
from finance.payouts.services.postings import postings_of, void_all
from finance.settlement.services import pay_statement
from ledger.models import Book
from ledger.services import MadeBy, book_of
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.places.models import Division
from stations.two_persons import require_two_persons

_B, _L = PayoutBatch.Status, PayoutLine.Status
CHANGED, FINDING, CANCELLED = "account_changed", "finding_open", "batch_cancelled"
ROWS_AT_ONCE = 1_000


class NothingToPayOut(Refused):
    """No closed statement with a usable account, and no withdrawal, waits for this region."""

    code = "nothing_to_pay_out"
    status = 422
    message = _("Nothing to pay: no closed statement has a payee with an active account.")


class AccountChanged(Refused):
    """Every payee of the batch has changed where they are paid since it was calculated."""

    code = "account_changed"
    message = _("Everyone in this batch changed their payout account after it was calculated. Calculate it again.")


class PayeesStopped(Refused):
    """What the auditor has found stops every payee of the batch; nothing is changed, so that it can wait."""

    code = "payees_stopped"
    message = _(
        "Open audit findings stop every payout of this batch. Approve it once they are cleared, or call it off."
    )


class PayoutsStopped(Refused):
    """The auditor has found something about the whole book: no money leaves until somebody has looked."""

    code = "payouts_stopped"
    message = _("There is an open audit finding about the whole book. No payout leaves until it is cleared.")


class NoPayoutBank(Refused):
    """Nobody has said which bank executes our payout files in this country and currency."""

    code = "no_payout_bank"
    message = _("No bank is set that pays out in %(country)s in %(currency)s. The administration sets it.")


@refuses(NoPayoutBank)
@transaction.atomic
def create_payout_batch(
    *, country: str, currency: str, division: Division | None, by: User, at: dt.datetime
) -> PayoutBatch:
    """Open a batch for a region, or for the whole network where `division` is None."""
    banks = installed(country, currency)
    if banks is None or banks.payout_provider is None:
        raise NoPayoutBank(country=country, currency=currency)
    batch = PayoutBatch.objects.create(
        number=_next_number(country, at),
        country=country,
        currency=currency,
        division=division,
        bank_account=banks.payout_bank_account,
        provider=banks.payout_provider,
        created_by=by,
        opened_at=at,
    )
    record_change(batch, old="", new=batch.status, at=at, actor=by.pk)
    return batch


@refuses(WrongState, PayoutsStopped, NothingToPayOut)
@transaction.atomic
def calculate_payout_batch(*, batch: PayoutBatch, by: User, at: dt.datetime) -> PayoutBatch:
    """Take up every closed statement that can be paid, withdrawals, and what is paid again; drop what no longer can."""
    _in_turn(batch)
    batch = lock(batch)
    BATCH.check("calculate_payout_batch", batch.status)
    stopped = _stopped(batch)
    activate_accounts(at=at)
    _drop(_unpayable(_drafts(batch), stopped), batch, at=at)
    _take_up_statements(batch, stopped, at=at)
    _take_up_waiting(batch, stopped)
    _count(batch)
    if not batch.line_count:
        raise NothingToPayOut
    before, batch.status = batch.status, _B.CALCULATED
    batch.calculated_by, batch.calculated_at = by, at
    batch.save(update_fields=["status", "calculated_by", "calculated_at", "line_count", "total_minor", "updated_at"])
    record_change(batch, old=before, new=batch.status, at=at, actor=by.pk)
    _tell_the_others(batch, by=by, at=at)
    return batch


@refuses(WrongState, PayoutsStopped, NothingToPayOut, NoPayoutBank)
@transaction.atomic
def prepare_payout_batch(
    *, country: str, currency: str, division: Division | None, by: User, at: dt.datetime
) -> PayoutBatch:
    """Open a batch and calculate it: the first officer's one press. Refused as `calculate_payout_batch`."""
    batch = create_payout_batch(country=country, currency=currency, division=division, by=by, at=at)
    return calculate_payout_batch(batch=batch, by=by, at=at)


@refuses(WrongState, SamePerson, PayoutsStopped, PayeesStopped, AccountChanged, *refused_by(pay_statement))
@transaction.atomic
def approve_payout_batch(*, batch: PayoutBatch, by: User, at: dt.datetime) -> PayoutBatch:
    """Set every amount aside for the bank; cash and floats are paid at once.

    Who changed their account, or whom a finding stops, is left out alone. Refused: `same_person`, `account_changed`
    or `payees_stopped` when nobody is left, `payouts_stopped`, `wrong_state`.
    """
    batch = lock(batch)
    BATCH.check("approve_payout_batch", batch.status)
    require_two_persons(by, batch.created_by_id, batch.calculated_by_id)
    unpayable = _unpayable(_drafts(batch), _stopped(batch))
    _drop(unpayable, batch, at=at)
    lines = _drafts(batch)
    if not lines:
        raise PayeesStopped if FINDING in unpayable.values() else AccountChanged
    _approve(lines, by=by, at=at)
    _count(batch)
    batch.status, batch.approved_by, batch.approved_at = _B.APPROVED, by, at
    batch.save(update_fields=["status", "approved_by", "approved_at", "line_count", "total_minor", "updated_at"])
    record_change(batch, old=_B.CALCULATED, new=batch.status, at=at, actor=by.pk)
    conclude(batch=batch, at=at)
    return batch


@refuses(WrongState)
@transaction.atomic
def cancel_payout_batch(*, batch: PayoutBatch, by: User, at: dt.datetime) -> PayoutBatch:
    """Call a batch off before its file is written: holds are voided, what was in it waits for another batch.

    What was paid at once (cash, floats) stays paid; such a batch ends as partly paid.
    """
    batch = lock(batch)
    BATCH.check("cancel_payout_batch", batch.status)
    lines = _locked(batch.lines.filter(status__in=[_L.DRAFT, _L.APPROVED]))
    _drop(dict.fromkeys(lines, CANCELLED), batch, at=at)
    _count(batch)
    before = batch.status
    batch.status = _B.PARTIALLY_SETTLED if batch.line_count else _B.CANCELLED
    batch.finished_at = at
    batch.save(update_fields=["status", "finished_at", "line_count", "total_minor", "updated_at"])
    record_change(batch, old=before, new=batch.status, at=at, actor=by.pk)
    return batch


@refuses(WrongState)
def leave_out_changed(*, batch: PayoutBatch, at: dt.datetime) -> None:
    """Drop approved payouts whose account is not in use any more, holds voided, on a locked batch."""
    approved = _locked(batch.lines.filter(status=_L.APPROVED))
    _drop(_unpayable(approved, stopped_by_findings(_book(batch))), batch, at=at)
    _count(batch)
    batch.save(update_fields=["line_count", "total_minor", "updated_at"])


def _tell_the_others(batch: PayoutBatch, *, by: User, at: dt.datetime) -> None:
    """Anyone else who is an officer of finance may approve it: once, however often it is calculated."""
    for user in people_in_role(Role.FINANCE_OFFICER, at=at).exclude(pk__in={by.pk, batch.created_by_id}):
        notify(
            template="payout_batch_waits",
            params={"number": batch.number, "amount": batch.total.display(user.language)},
            language=user.language,
            user=user,
            link=f"/finance/payouts/batches/{batch.pk}/",
            dedupe_key=f"payout_batch_waits:{batch.pk}:{user.pk}",
            at=at,
        )


def _next_number(country: str, at: dt.datetime) -> str:
    """`P-261125-2`: the second batch of the day in the book's zone; two officers at once get two numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('payout batch number', 0))")
    start = f"P-{day_in(book_of(country).zone, at):%y%m%d}-"
    return f"{start}{PayoutBatch.objects.filter(number__startswith=start).count() + 1}"


def _in_turn(batch: PayoutBatch) -> None:
    """One calculation of a country at a time: two batches never take up the same statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", [f"payouts of {batch.country}"])


def _book(batch: PayoutBatch) -> Book:
    return book_of(batch.country)


def _stopped(batch: PayoutBatch) -> Stopped:
    stopped = stopped_by_findings(_book(batch))
    if stopped.book:
        raise PayoutsStopped
    return stopped


def _drafts(batch: PayoutBatch) -> list[PayoutLine]:
    return _locked(batch.lines.filter(status=_L.DRAFT))


def _locked(lines: Any) -> list[PayoutLine]:
    """With what their postings need, held in the order of their references; then where they go, in theirs."""
    related = ("account__book", "payout_account__station", "payout_account__user", "county", "batch")
    rows = lock_all(lines.select_related(*related))
    fresh = {account.pk: account for account in lock_all(_accounts_of(rows))}
    for line in rows:
        line.payout_account.status = fresh[line.payout_account_id].status
        line.payout_account.replaced_at = fresh[line.payout_account_id].replaced_at
    return rows


def _accounts_of(rows: Sequence[PayoutLine]) -> Any:
    return PayoutAccount.objects.filter(pk__in={line.payout_account_id for line in rows})


def _unpayable(lines: Sequence[PayoutLine], stopped: Stopped) -> dict[PayoutLine, str]:
    """Which of them may not be paid now, and why."""
    found = {}
    for line in lines:
        county = line.county.code if line.county else ""
        if not present(line.payout_account).is_usable:
            found[line] = CHANGED
        elif stopped.stops(account_code=line.account.code, county_code=county):
            found[line] = FINDING
    return found


def _drop(reasons: dict[PayoutLine, str], batch: PayoutBatch, *, at: dt.datetime) -> None:
    """Out of the batch: a statement may be taken up again; a withdrawal or a second try goes back to waiting."""
    back = [line for line in reasons if line.waits_again]
    out = [line for line in reasons if not line.waits_again]
    held = [line for line in reasons if line.status == _L.APPROVED and not line.is_withdrawal]
    void_all(held, "payout_left_out", made_by=MadeBy("system"), at=at)
    for line in held:
        line.hold_transfer = None
    _note_dropped(out, _L.LEFT_OUT, reasons, at=at)
    _note_dropped(back, _L.DRAFT, reasons, at=at)
    for line in out:
        LINE.check("leave_out_payout", line.status)
        line.status, line.return_code = _L.LEFT_OUT, reasons[line]
    for line in back:
        line.status, line.batch, line.line_no = _L.DRAFT, None, None
    fields = ["status", "return_code", "batch", "line_no", "hold_transfer"]
    PayoutLine.objects.bulk_update(list(reasons), fields, batch_size=ROWS_AT_ONCE)


def _note_dropped(lines: Sequence[PayoutLine], status: str, reasons: dict[PayoutLine, str], *, at: dt.datetime) -> None:
    kinds: dict[tuple[str, str], list[PayoutLine]] = {}
    for line in lines:
        kinds.setdefault((line.status, reasons[line]), []).append(line)
    for (before, reason), same in kinds.items():
        record_changes(same, old=before, new=status, at=at, reason=reason)


def _take_up_statements(batch: PayoutBatch, stopped: Stopped, *, at: dt.datetime) -> None:
    statements = statements_to_pay(country=batch.country, currency=batch.currency, division=batch.division)
    payable = statements.select_related("account", "county").order_by("pk").select_for_update(of=("self",), no_key=True)
    homes = _homes()
    lines = [
        PayoutLine(
            batch=batch,
            payee=statement.payee,
            statement=statement,
            account=statement.account,
            payout_account_id=homes[statement.payee],
            county=statement.county,
            amount_minor=statement.payable_minor,
            currency=statement.currency,
            made_at=at,
        )
        for statement in payable
        if statement.payee in homes
        and not stopped.stops(account_code=statement.account.code, county_code=statement.county.code)
    ]
    PayoutLine.objects.bulk_create(lines, batch_size=ROWS_AT_ONCE)
    record_changes(lines, old="", new=_L.DRAFT, at=at)


def _take_up_waiting(batch: PayoutBatch, stopped: Stopped) -> None:
    """Withdrawals, to a bank only, and second tries."""
    waiting = PayoutLine.objects.waiting().filter(currency=batch.currency, county__country=batch.country)
    if batch.division:
        waiting = waiting.filter(county__path__startswith=batch.division.path)
    homes, banks = _homes(), _homes(kind=PayoutAccount.Kind.BANK)
    taken = []
    for line in lock_all(waiting.select_related("account", "county")):
        home = (banks if line.is_withdrawal else homes).get(line.payee)
        if home and not stopped.stops(account_code=line.account.code, county_code=line.county.code):
            line.batch, line.payout_account_id = batch, home
            taken.append(line)
    PayoutLine.objects.bulk_update(taken, ["batch", "payout_account"], batch_size=ROWS_AT_ONCE)


def _homes(**kind: str) -> dict[str, Any]:
    return dict(usable_accounts().filter(**kind).values_list("payee", "pk"))


def _count(batch: PayoutBatch) -> None:
    figures = batch.lines.counted().aggregate(n=Count("pk"), minor=Sum("amount_minor"))
    batch.line_count, batch.total_minor = figures["n"], figures["minor"] or 0


def _approve(lines: Sequence[PayoutLine], *, by: User, at: dt.datetime) -> None:
    postings = postings_of(lines, made_by=MadeBy("staff", by.pk), at=at)
    at_once = []
    for line in lines:
        LINE.check("approve_payout", line.status)
        line.status = _L.APPROVED
        if present(line.payout_account).kind != PayoutAccount.Kind.BANK:
            postings.pay_at_once(line)
            at_once.append(line)
        elif not line.is_withdrawal:
            line.hold_transfer_id = postings.hold(line)
    postings.post()
    for_the_bank = [line for line in lines if line.hold_transfer_id]
    PayoutLine.objects.bulk_update(for_the_bank, ["status", "hold_transfer"], batch_size=ROWS_AT_ONCE)
    record_changes(lines, old=_L.DRAFT, new=_L.APPROVED, at=at, actor=by.pk)
    for line in at_once:
        end_paid(line=line, at=at)

"""What a group brings to its meeting: taken in one act, all of it or none, or member by member on a poor network."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock, lock_all
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.money import Money, total
from finance import chart
from finance.credit.services import hold_exposures
from finance.loans.machine import LOAN_GROUP
from finance.loans.models import BorrowerGroup, CollectionSheet, Loan, SheetLine
from finance.loans.models.groups import SYNC_WITHIN
from finance.loans.queries import dues_of, loans_of_group
from finance.loans.services.counted_from import due_on
from finance.loans.services.repaying import (
    AmountOverDebt,
    LoanBeingClosed,
    hold_loan,
    receive_repayment,
    waiting_briefly,
)
from finance.payments.models import Payment
from finance.payments.services import Tender
from finance.tills.services import take_essential_turn
from ledger.models import Account
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person


class SheetChanged(Refused):
    """A loan of the group has begun or ended since."""

    code = "sheet_changed"
    message = _("The loans of this group are others than the sheet showed. Open the sheet again.")


class SheetCollected(Refused):
    """Who comes later pays at the counter as anybody."""

    code = "sheet_collected"
    message = _("This sheet is recorded, or begun. Take what is left member by member.")


class LineCollected(Refused):
    """It stands on the sheet of today: pressed at another device, or before the answer was lost."""

    code = "line_collected"
    message = _("What this member brought is recorded already: %(amount)s. Nothing was taken again.")


class NothingCollected(Refused):
    """Nobody has paid anything."""

    code = "nothing_collected"
    status = 422
    message = _("No member has paid. There is nothing to record.")


class ShortfallUnexplained(Refused):
    """Who pays less than is due says why."""

    code = "shortfall_unexplained"
    status = 422
    message = _("Less than is due was paid on %(number)s. Write down why.")


class PayerOutsideGroup(Refused):
    """Members pay for each other; all others pay at the counter."""

    code = "payer_outside_group"
    status = 422
    message = _("Anyone who pays for a member is also in the group.")


class NoMeeting(Refused):
    """The group did not meet then."""

    code = "no_meeting"
    status = 422
    message = _("The group did not meet on %(date)s. Look at the sheet again.")


@dataclass(frozen=True, slots=True)
class Collected:
    """What was collected on one loan, in its currency; by another member where `payer` is said."""

    loan: UUID
    amount: Money
    payer: Person | None = None
    reason: str = ""


@refuses(
    *(WrongState, SheetChanged, SheetCollected, NothingCollected, ShortfallUnexplained, PayerOutsideGroup),
    *(LoanBeingClosed, NoMeeting),
    *refused_by(receive_repayment),
)
@atomic_but_tries
def collect_from_group(
    *,
    group: BorrowerGroup,
    collected: Sequence[Collected],
    station: Station,
    by: User,
    at: dt.datetime,
    key: str,
    meeting: dt.date | None = None,
) -> CollectionSheet:
    """Take what was collected on each running loan of a group, once a day of the station: all of it or none.

    What was brought to a `meeting` counts from its day if it reaches us within three days. `collected` names every
    loan that the sheet showed; an amount of nothing is a member who did not pay. Each payment is one as any other, with
    its own slip, and is taken back as one.
    """
    group = lock(group)
    LOAN_GROUP.check("collect_from_group", group.status)
    today = day_in(station.zone, at)
    day = _day_of(group, meeting, today=today)
    if group.sheets.filter(meeting_date__in={day, meeting or day}).exists():
        raise SheetCollected
    lines = {each.loan: each for each in collected}
    loans = _held(group, station, at=at)
    if len(lines) != len(collected) or set(lines) != {loan.pk for loan in loans}:
        raise SheetChanged
    due = _dues_on(loans, day, today=today)
    _refuse_unfit(group, loans, lines, due)
    sheet = _new_sheet(group, station, day, due=due, lines=lines, by=by, at=at)
    since = day if day < today else None
    payments = {
        loan.pk: _take(loan, lines[loan.pk], since=since, station=station, by=by, at=at, key=key)
        for loan in loans
        if lines[loan.pk].amount.minor
    }
    SheetLine.objects.bulk_create(
        SheetLine(
            sheet=sheet,
            loan=loan,
            expected_minor=due[loan.pk].minor,
            collected_minor=lines[loan.pk].amount.minor,
            payment=payments.get(loan.pk),
            reason=lines[loan.pk].reason,
        )
        for loan in loans
    )
    return sheet


@refuses(
    *(WrongState, SheetChanged, LineCollected, ShortfallUnexplained, PayerOutsideGroup, LoanBeingClosed, NoMeeting),
    *refused_by(receive_repayment),
)
@atomic_but_tries
def collect_line(
    *,
    group: BorrowerGroup,
    line: Collected,
    station: Station,
    by: User,
    at: dt.datetime,
    key: str,
    meeting: dt.date | None = None,
) -> SheetLine:
    """Take what one member brought, on the sheet of today or of a `meeting` up to three days ago; each member once.

    Where the network comes and goes, each line is sent by itself: what was recorded stands, and what is refused holds
    up no other. It counts from the day of its sheet; what reaches us later, from the day on which it does.
    """
    group = lock(group)
    LOAN_GROUP.check("collect_from_group", group.status)
    found = loans_of_group(group).filter(pk=line.loan).first()
    if found is None:
        raise SheetChanged
    today = day_in(station.zone, at)
    day = _day_of(group, meeting, today=today)
    sheets = group.sheets.filter(meeting_date__in={day, meeting or day})  # a second device sends it after its time, too
    recorded = SheetLine.objects.filter(sheet__in=sheets, loan=found).first()
    if recorded is not None:
        raise LineCollected(amount=Money(recorded.collected_minor, found.currency).display())
    loan = hold_loan(found, also_skipped=True, at=at)
    due = _dues_on([loan], day, today=today)[loan.pk]
    _refuse_shortfall(loan, line, due)
    _refuse_strangers(group, [line])
    since = day if day < today else None
    payment = _take(loan, line, since=since, station=station, by=by, at=at, key=key) if line.amount.minor else None
    sheet = _sheet_of(group, station, day, by=by, at=at)
    CollectionSheet.objects.filter(pk=sheet.pk).update(
        expected_minor=F("expected_minor") + due.minor, collected_minor=F("collected_minor") + line.amount.minor
    )
    return SheetLine.objects.create(
        sheet=sheet,
        loan=loan,
        expected_minor=due.minor,
        collected_minor=line.amount.minor,
        payment=payment,
        reason=line.reason,
    )


@refuses(NoMeeting)
def _day_of(group: BorrowerGroup, meeting: dt.date | None, *, today: dt.date) -> dt.date:
    """The day of the sheet: that of the meeting while it can still be recorded, else today.

    The days of the meetings are the group's, whatever a device says.
    """
    if meeting is None or not meeting < today <= meeting + SYNC_WITHIN:
        return today
    if group.next_meeting(meeting) != meeting:
        raise NoMeeting(field="meeting", date=meeting)
    return meeting


def _dues_on(loans: Sequence[Loan], day: dt.date, *, today: dt.date) -> dict[UUID, Money]:
    """What was due of each held loan on the day of the sheet."""
    due = dues_of(loans)
    if day < today:
        due |= {loan.pk: found for loan in loans if (found := due_on(loan, day)) is not None}
    return due


def _sheet_of(group: BorrowerGroup, station: Station, day: dt.date, *, by: User, at: dt.datetime) -> CollectionSheet:
    """The sheet on which the lines of a day stand; the group is held, so that nobody makes another one meanwhile."""
    sheet, _is_new = CollectionSheet.objects.get_or_create(
        group=group,
        meeting_date=day,
        defaults={
            "currency": station.currency,
            "expected_minor": 0,
            "collected_minor": 0,
            "taken_by": by,
            "taken_at": at,
        },
    )
    return sheet


@refuses(LoanBeingClosed, *refused_by(take_essential_turn))
def _held(group: BorrowerGroup, station: Station, *, at: dt.datetime) -> list[Loan]:
    """The running loans of a group, closed up to their book, and held with all that their payments hold.

    First the loans in their order, as a close holds them, then the turn at the drawer, its money and the caps, as one
    payment does: two acts at once wait for each other and never both.
    """
    with waiting_briefly():
        rows = list(loans_of_group(group).select_for_update(of=("self",), no_key=True))
    take_essential_turn(station=station, at=at)
    keys = chart.till(station), chart.customer_funds(station)
    money = chart.open_all(keys, country=station.county.country, currency=station.currency, at=at)
    lock_all(Account.objects.filter(pk__in=[account.pk for account in money.values()]))
    hold_exposures(loan_refs=[loan.application_id for loan in rows])
    return [hold_loan(loan, also_skipped=True, at=at) for loan in rows]


@refuses(NothingCollected, ShortfallUnexplained, PayerOutsideGroup)
def _refuse_unfit(
    group: BorrowerGroup, loans: Sequence[Loan], lines: Mapping[UUID, Collected], due: Mapping[UUID, Money]
) -> None:
    if not any(each.amount.minor for each in lines.values()):
        raise NothingCollected
    for loan in loans:
        _refuse_shortfall(loan, lines[loan.pk], due[loan.pk])
    _refuse_strangers(group, lines.values())


@refuses(ShortfallUnexplained)
def _refuse_shortfall(loan: Loan, line: Collected, due: Money) -> None:
    if line.amount.minor < due.minor and not line.reason.strip():
        raise ShortfallUnexplained(field=f"reason_{loan.pk.hex}", number=loan.number)


@refuses(PayerOutsideGroup)
def _refuse_strangers(group: BorrowerGroup, lines: Iterable[Collected]) -> None:
    payers = {each.payer.pk for each in lines if each.payer is not None}
    members = Person.objects.of_people(*group.members.filter(left_at=None).values_list("person", flat=True))
    if payers - set(members.filter(pk__in=payers).values_list("pk", flat=True)):
        raise PayerOutsideGroup


@refuses(SheetCollected)
def _new_sheet(
    group: BorrowerGroup,
    station: Station,
    day: dt.date,
    *,
    due: Mapping[UUID, Money],
    lines: Mapping[UUID, Collected],
    by: User,
    at: dt.datetime,
) -> CollectionSheet:
    currency = station.currency
    sheet = CollectionSheet(
        group=group,
        meeting_date=day,
        currency=currency,
        expected_minor=total(due.values(), currency=currency).minor,
        collected_minor=total((each.amount for each in lines.values()), currency=currency).minor,
        taken_by=by,
        taken_at=at,
    )
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
    except IntegrityError as error:
        if "loan_group_is_collected_from_once_a_day" not in str(error):
            raise
        raise SheetCollected from error
    return sheet


@refuses(*refused_by(receive_repayment))
def _take(
    loan: Loan, line: Collected, *, since: dt.date | None, station: Station, by: User, at: dt.datetime, key: str
) -> Payment:
    try:
        return receive_repayment(
            loan=loan,
            amount=line.amount,
            station=station,
            tender=Tender(payer=line.payer or loan.borrower),
            by=by,
            at=at,
            key=f"{key}:{loan.pk.hex}",
            since=since,
        )
    except AmountOverDebt as refusal:  # of which of them
        refusal.field = f"amount_{loan.pk.hex}"
        raise

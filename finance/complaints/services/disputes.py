"""A partner disputes an entry on an own account; while that is open, nothing of it is taken from any payout."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from finance.complaints.clocks import after_business_days
from finance.complaints.machine import COMPLAINT
from finance.complaints.models import Complaint
from finance.complaints.services.answering import publish_upheld
from finance.complaints.services.incoming import ANSWERED_WITHIN, ASSIGNED_WITHIN
from finance.complaints.services.steps import move, tell
from finance.fees.models import Adjustment
from ledger.models import Account, Entry
from ledger.queries import transfers_of
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station
from stations.network.paper_numbers import paper_number
from stations.two_persons import require_two_persons


class NothingToDispute(Refused):
    """The entry took nothing from the account."""

    code = "nothing_to_dispute"
    status = 422
    message = _("Nothing was deducted from your account here.")


class AlreadyDisputed(Refused):
    """One entry, one dispute."""

    code = "already_disputed"
    message = _("This entry was disputed before, under the number %(number)s.")


class NotADispute(Refused):
    """A complaint about a payment is answered by the county."""

    code = "not_a_dispute"
    message = _("This is a complaint about a payment. The county answers it.")


@refuses(NothingToDispute, AlreadyDisputed)
@needs_words("text")
@transaction.atomic
def dispute_entry(
    *, account: Account, version: int, text: str, station: Station, by: User, at: dt.datetime
) -> Complaint:
    """Say that an entry is wrong; finance is told. Nothing of it is taken until somebody has decided.

    `account` is one that `by` holds.
    """
    entry = Entry.objects.select_related("account").filter(account=account, version=version).first()
    taken = _taken_by(entry) if entry else 0
    if entry is None or taken <= 0:
        raise NothingToDispute(field="version")
    known = Complaint.objects.filter(entry=entry).first()
    if known is not None:
        raise AlreadyDisputed(number=known.number)
    complaint = Complaint(
        number=paper_number(station, "C", at, marks=4),
        entry=entry,
        amount_minor=taken,
        currency=account.currency,
        station=station,
        kind=Complaint.Kind.WRONG_AMOUNT,
        text=text,
        logged_by=by,
        logged_at=at,
        assign_due_at=at + ASSIGNED_WITHIN,
        due_at=after_business_days(ANSWERED_WITHIN, country=station.county.country, zone=station.zone, at=at),
    )
    try:
        with transaction.atomic():
            complaint.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyDisputed(number=Complaint.objects.get(entry=entry).number) from error
    record_change(complaint, old="", new=complaint.status, at=at, actor=by.pk)
    tell(people_in_role(Role.FINANCE_OFFICER, at=at, station=station), "dispute_raised", complaint, at=at)
    return complaint


@refuses(WrongState, NotADispute, SamePerson)
@needs_words("answer")
@transaction.atomic
def decide_dispute(*, complaint: Complaint, outcome: str, answer: str, by: User, at: dt.datetime) -> Complaint:
    """Decide about a disputed entry, by somebody of finance who had no part in it; the partner is told.

    Anyone who was right gets a correction of the account (`fees.propose_adjustment`).
    """
    complaint = lock(complaint)
    if not complaint.entry_id:
        raise NotADispute
    COMPLAINT.check("decide_dispute", complaint.status)
    require_two_persons(by, *_who_had_a_part_in(complaint))
    complaint.outcome, complaint.answer = outcome, answer
    complaint.resolved_by, complaint.resolved_at = by, at
    move(complaint, Complaint.Status.RESOLVED, at=at, by=by, reason=answer)
    if outcome == Complaint.Outcome.UPHELD:
        publish_upheld(complaint, at=at)
    tell([complaint.logged_by], "dispute_decided", complaint, at=at)
    return complaint


def _taken_by(entry: Entry) -> int:
    """What an entry took from its account's balance, in minor units; below nought where it added."""
    return -entry.posted_delta if entry.side == entry.account.normal_side else entry.posted_delta


def _who_had_a_part_in(complaint: Complaint) -> set[Any]:
    key = present(complaint.entry).transfer
    makers = {leg.made_by for leg in transfers_of(key.event_type, key.event_id) if leg.pk == key.pk}
    people = {complaint.logged_by_id, *makers}
    if key.event_type == "adjustment":
        for correction in Adjustment.objects.filter(transfer=key):
            people |= {correction.made_by_id, correction.checked_by_id}
    return people

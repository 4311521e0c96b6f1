"""Who is to have a kit: the station proposes a child, and another person in the county approves or refuses."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from core.database.db import lock, lock_all
from core.days import day_in, earliest_day
from core.errors import SamePerson, WrongState, refused_by, refuses
from core.history import record_change, record_changes
from core.language.reasons import ReasonMissing, needs_words, written
from education.safeguarding.purposes import SCHOOL_SUPPLIES
from education.supplies.machine import ENTITLEMENT
from education.supplies.models import Campaign, KitEntitlement, SecondHandover
from education.supplies.queries import entitlements_of, suspects_of
from education.supplies.services.eligibility import (
    AlreadyEntitled,
    CampaignNotRunning,
    require_eligible,
    require_no_kit,
)
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.services.offering import refuse_unless_open
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import Person
from stations.two_persons import require_two_persons

SERVICE = "school_supplies"
_S = KitEntitlement.Status
#: Why the system ends an entitlement; pages put it into words.
CONSENT_WITHDRAWN, MERGED, DIED, ERASED = "consent-withdrawn", "merged", "person-died", "person-erased"
#: What stands in place of words about a child that was erased.
NO_WORDS = "–"
#: Entitlements that one run of the clock ends.
AT_ONCE = 500


@refuses(WrongState, CampaignNotRunning, AlreadyEntitled)
@refuses(*refused_by(refuse_unless_open, require_eligible, require_no_kit))
@transaction.atomic
def propose_entitlement(
    *, campaign: Campaign, child: Person, station: Station, by: User, at: dt.datetime
) -> KitEntitlement:
    """Propose a child for a kit. One that may be the second of the same child, in whatever village, is held.

    Raises `CampaignNotRunning` once it is over, `NotEligible`, `ConsentMissing` (403), `AlreadyEntitled`,
    `ReplacedAlready`, `ServiceNotOpen`.
    """
    refuse_unless_open(station, SERVICE, by=by, at=at)
    child = lock(child)
    PERSON.check("change_record", standing_of(child))
    # Two records of one child that are proposed at once: the second finds the first.
    campaign = lock(campaign)
    if day_in(station.zone, at) > campaign.ends_date:
        raise CampaignNotRunning(since=campaign.starts_date, until=campaign.ends_date)
    consent = require_eligible(campaign, child, at=at)
    require_no_kit(campaign, child)
    if entitlements_of(campaign, child).live().exists():
        raise AlreadyEntitled
    is_suspected = bool(suspects_of(campaign, child, at=at))
    with refused_as({"child_is_entitled_once_in_a_campaign": AlreadyEntitled}):
        made = KitEntitlement.objects.create(
            campaign=campaign,
            child=child,
            station=station,
            consent=consent,
            status=_S.HELD if is_suspected else _S.PENDING,
            is_suspected=is_suspected,
            proposed_by=by,
            proposed_at=at,
        )
    record_change(made, old="", new=made.status, at=at, actor=by.pk)
    return made


@refuses(WrongState, SamePerson, ReasonMissing)
@transaction.atomic
def approve_entitlement(*, entitlement: KitEntitlement, by: User, at: dt.datetime, reason: str = "") -> KitEntitlement:
    """The child is to have a kit. Of one that was held the reason says why it is another child.

    Raises `SamePerson` for who has proposed it, `ReasonMissing`.
    """
    entitlement = lock(entitlement)
    ENTITLEMENT.check("approve_entitlement", entitlement.status)
    require_two_persons(by, entitlement.proposed_by_id)
    if entitlement.is_suspected:
        reason = written(reason)
    return _decide(entitlement, _S.APPROVED, reason, by=by, at=at)


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def refuse_entitlement(*, entitlement: KitEntitlement, reason: str, by: User, at: dt.datetime) -> KitEntitlement:
    """The child gets no kit. Raises `SamePerson` for who has proposed it."""
    entitlement = lock(entitlement)
    ENTITLEMENT.check("refuse_entitlement", entitlement.status)
    require_two_persons(by, entitlement.proposed_by_id)
    return _decide(entitlement, _S.REFUSED, reason, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def cancel_entitlement(*, entitlement: KitEntitlement, reason: str, by: User, at: dt.datetime) -> KitEntitlement:
    """Take an entitlement back before its kit is handed over."""
    entitlement = lock(entitlement)
    ENTITLEMENT.check("cancel_entitlement", entitlement.status)
    before, entitlement.status, entitlement.reason = entitlement.status, _S.CANCELLED, reason
    entitlement.save(update_fields=["status", "reason", "updated_at"])
    record_change(entitlement, old=before, new=entitlement.status, at=at, actor=by.pk, reason=reason)
    return entitlement


@refuses()
@transaction.atomic
def expire_entitlements(*, at: dt.datetime) -> int:
    """Those of campaigns that are over everywhere; how many. Their kits are in stock and go back by crate."""
    over = KitEntitlement.objects.filter(status__in=KitEntitlement.OPEN, campaign__ends_date__lt=earliest_day(at))
    chosen = list(over.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return _end(lock_all(over.filter(pk__in=chosen)), _S.EXPIRED, "", at=at)


@refuses()
@transaction.atomic
def end_entitlements(*, child: Person, purpose: str, by: User | None, at: dt.datetime) -> int:
    """A consent has ended: what rests on it is not handed over any more; how many."""
    if purpose != SCHOOL_SUPPLIES:
        return 0
    return _end(_open_of(child.pk), _S.CANCELLED, CONSENT_WITHDRAWN, at=at, by=by)


@refuses()
@transaction.atomic
def end_entitlements_of_the_dead(*, person: UUID, at: dt.datetime) -> int:
    """A child has died; how many ended."""
    return _end(_open_of(person), _S.CANCELLED, DIED, at=at)


@refuses()
@transaction.atomic
def forget_entitlements(*, child: Person, at: dt.datetime) -> int:
    """A child is erased, under whichever record: what is open ends, what was written about it goes; how many ended."""
    ended = _end(_open_of(child.pk), _S.CANCELLED, ERASED, at=at)
    records = Person.objects.of_people(child.pk).values("pk")
    unwritten = ["", NO_WORDS, CONSENT_WITHDRAWN, MERGED, DIED, ERASED]
    written_ones = KitEntitlement.objects.filter(child__in=records).exclude(reason__in=unwritten)
    written_ones.update(reason=NO_WORDS, updated_at=at)
    decided = SecondHandover.objects.filter(entitlement__child__in=records).exclude(reason__in=["", NO_WORDS])
    decided.update(reason=NO_WORDS, updated_at=at)
    return ended


@refuses()
@transaction.atomic
def end_second_entitlements(*, person: UUID, at: dt.datetime) -> int:
    """Two records are one child: of each campaign what was handed over stands, else the first; how many ended."""
    records = Person.objects.of_people(person).values("pk")
    live = KitEntitlement.objects.live().filter(child__in=records)
    standing: dict[UUID, KitEntitlement] = {}
    for each in sorted(lock_all(live), key=lambda each: (each.status != _S.HANDED_OVER, each.proposed_at)):
        standing.setdefault(each.campaign_id, each)
    kept = {each.pk for each in standing.values()}
    return _end([each for each in _open_of(person) if each.pk not in kept], _S.CANCELLED, MERGED, at=at)


def _open_of(person: UUID) -> list[KitEntitlement]:
    records = Person.objects.of_people(person).values("pk")
    return lock_all(KitEntitlement.objects.filter(child__in=records, status__in=KitEntitlement.OPEN))


def _decide(entitlement: KitEntitlement, status: str, reason: str, *, by: User, at: dt.datetime) -> KitEntitlement:
    before, entitlement.status, entitlement.reason = entitlement.status, status, reason
    entitlement.decided_by, entitlement.decided_at = by, at
    entitlement.save(update_fields=["status", "reason", "decided_by", "decided_at", "updated_at"])
    record_change(entitlement, old=before, new=status, at=at, actor=by.pk, reason=reason)
    return entitlement


def _end(rows: Sequence[KitEntitlement], status: str, reason: str, *, at: dt.datetime, by: User | None = None) -> int:
    KitEntitlement.objects.filter(pk__in=[row.pk for row in rows]).update(status=status, reason=reason, updated_at=at)
    for before in KitEntitlement.OPEN:
        ended = [row for row in rows if row.status == before]
        record_changes(ended, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason)
    return len(rows)

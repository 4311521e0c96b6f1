"""A kit is handed to a child against the word of a guardian, once in a campaign; or comes back."""

import datetime as dt

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock, lock_all
from core.days import day_in
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change
from core.language.reasons import needs_words
from education.supplies.machine import KIT
from education.supplies.models import Campaign, Handover, Kit, KitEntitlement
from education.supplies.queries import alike, are_distinct, child_key_of, entitlements_of, running_on
from education.supplies.services.campaigns import move
from education.supplies.services.eligibility import (
    AlreadyEntitled,
    CampaignNotRunning,
    ReplacedAlready,
    require_eligible,
    require_no_kit,
)
from education.supplies.services.second_handovers import keep_second_handover
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.services.offering import refuse_unless_open
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import Person, PhoneCode
from stations.people.queries import confirmed_guardians
from stations.people.services import send_receipt_code
from stations.people.services.codes import use_code

SERVICE = "school_supplies"


class KitNotHere(Refused):
    """The kit is somewhere else, or was handed over."""

    code = "kit_not_here"
    message = _("The kit %(serial)s is not in stock at this station. Receive it first.")


class NotEntitled(Refused):
    """Nobody in the county has approved a kit for this child."""

    code = "not_entitled"
    message = _("The county has not approved a kit of this campaign for the child. Propose it first.")


class NotGuardian(Refused):
    """Whoever receives the kit is a confirmed guardian."""

    code = "not_guardian"
    status = 422
    message = _("The person who receives the kit must be a confirmed guardian.")


ONCE: dict[str, type[Refused]] = {
    "child_has_one_kit_of_a_campaign": AlreadyEntitled,
    "name_and_birth_date_have_one_kit_of_a_campaign": AlreadyEntitled,
    "kit_of_a_child_is_replaced_once": ReplacedAlready,
}


@refuses(NotGuardian, *refused_by(send_receipt_code))
@transaction.atomic
def send_kit_code(*, child: Person, guardian: Person, by: User, at: dt.datetime) -> Person:
    """Send the guardian the code with which they receive a kit. Raises `NotGuardian`, `PhoneMissing`, `TooMany`."""
    _require_guardian(child, guardian, at)
    send_receipt_code(person=guardian, about=_kit_of(child), by=by, at=at)
    return child


@refuses(
    *(WrongState, KitNotHere, CampaignNotRunning, NotEntitled, AlreadyEntitled, ReplacedAlready, NotGuardian),
    *(CodeExpired, CodeLocked, CodeWrong),
    *refused_by(refuse_unless_open, require_eligible, require_no_kit, keep_second_handover),
)
@atomic_but_tries
def hand_over_kit(
    *,
    kit: Kit,
    child: Person,
    guardian: Person,
    proof: str,
    station: Station,
    by: User,
    at: dt.datetime,
    code: str = "",
    made_at: dt.datetime | None = None,
) -> Handover:
    """Hand a kit of this station to a child, against a guardian's signature or the code that the guardian got.

    `made_at` says when a device without network did so, by its clock: where another hand-over came first, this one is
    kept for the county (`HandedOverBefore`).

    Raises `KitNotHere`, `CampaignNotRunning`, `NotEligible`, `NotEntitled` (another person in the county approves it),
    `AlreadyEntitled`, `ReplacedAlready`, `NotGuardian`, `ConsentMissing` (403), `PersonGone`, `ServiceNotOpen`, and
    `WrongState` (merged into another).
    """
    refuse_unless_open(station, SERVICE, by=by, at=at)
    child = lock(child)
    PERSON.check("change_record", standing_of(child))
    kit = lock(kit)
    if made_at is not None and kit.station_id == station.pk:
        _require_guardian(child, guardian, at)
        keep_second_handover(kit=kit, child=child, guardian=guardian, proof=proof, by=by, made_at=made_at, at=at)
    if kit.station_id != station.pk or not KIT.allows("hand_over_kit", kit.state):
        raise KitNotHere(field="serial", serial=kit.serial)
    campaign = kit.campaign
    if not running_on(campaign, station.zone, at):
        raise CampaignNotRunning(since=campaign.starts_date, until=campaign.ends_date)
    consent = require_eligible(campaign, child, at=at)
    _require_guardian(child, guardian, at)
    first = require_no_kit(campaign, child)
    entitlement = _approved(campaign, child)
    if proof == Handover.Proof.CODE:
        use_code(person=guardian, purpose=PhoneCode.Purpose.RECEIPT, about=_kit_of(child), code=code, at=at)
    with refused_as(ONCE):
        handover = Handover.objects.create(
            campaign=campaign,
            kit=kit,
            child=child,
            entitlement=entitlement,
            child_key=_key_of(campaign, child, entitlement),
            is_replacement=not first,
            consent=consent,
            received_by=guardian,
            proof=proof,
            station=station,
            handed_by=by,
            at=at,
        )
    move(kit, Kit.State.HANDED_OVER, by=by, at=at)
    _move_entitlement(entitlement, KitEntitlement.Status.HANDED_OVER, by=by, at=at)
    record_change(handover, old="", new=Handover.Status.HANDED_OVER, at=at, actor=by.pk)
    publish("education.kit_handed_over", at=at, campaign=str(campaign.pk), station=station.pk)
    return handover


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def return_kit(*, handover: Handover, reason: str, by: User, at: dt.datetime) -> Handover:
    """The family has brought a kit back; the child may get another one. It is counted as returned."""
    handover = lock(handover)
    kit = lock(handover.kit)
    KIT.check("return_kit", kit.state)
    handover.returned_at, handover.reason = at, reason
    handover.save(update_fields=["returned_at", "reason", "updated_at"])
    move(kit, Kit.State.RETURNED, by=by, at=at, reason=reason)
    if handover.entitlement is not None:
        _move_entitlement(lock(handover.entitlement), KitEntitlement.Status.RETURNED, by=by, at=at)
    record_change(
        handover, old=Handover.Status.HANDED_OVER, new=Handover.Status.RETURNED, at=at, actor=by.pk, reason=reason
    )
    return handover


def forget_child(*, child: Person) -> int:
    """A child is erased, under whichever record: no hand-over tells name and birth date any more; how many rows."""
    rows = Handover.objects.filter(child__in=Person.objects.of_people(child.pk).values("pk"))
    return rows.update(child_key=Concat(Value("forgotten:"), Cast("pk", CharField())))


def _key_of(campaign: Campaign, child: Person, entitlement: KitEntitlement) -> str:
    """The mark by which the database finds a second kit; what the county has looked at and approved is distinct."""
    if entitlement.is_suspected:
        return f"approved:{entitlement.pk}"
    namesakes = alike(campaign, child)
    if not all(are_distinct(child, each.child) or _were_compared(entitlement, each) for each in namesakes):
        raise AlreadyEntitled
    return child_key_of(child, distinct=bool(namesakes))


def _were_compared(entitlement: KitEntitlement, namesake: Handover) -> bool:
    """Whether the county has approved a namesake's kit as that of another child, with this one before it."""
    other = namesake.entitlement
    return other is not None and other.is_suspected and other.created_at > entitlement.created_at


def _kit_of(child: Person) -> str:
    """What a guardian's code is about."""
    return f"kit:{child.pk}"


def _require_guardian(child: Person, guardian: Person, at: dt.datetime) -> None:
    day = day_in(child.home_station.zone, at)
    if not confirmed_guardians(child, day).filter(pk=guardian.pk).exists():
        raise NotGuardian(field="guardian")


def _approved(campaign: Campaign, child: Person) -> KitEntitlement:
    """The entitlement that stands for this child, held. Raises `NotEntitled`."""
    rows = lock_all(entitlements_of(campaign, child).filter(status=KitEntitlement.Status.APPROVED))
    if not rows:
        raise NotEntitled
    return rows[0]


def _move_entitlement(entitlement: KitEntitlement, status: str, *, by: User, at: dt.datetime) -> None:
    before, entitlement.status = entitlement.status, status
    entitlement.save(update_fields=["status", "updated_at"])
    record_change(entitlement, old=before, new=status, at=at, actor=by.pk)

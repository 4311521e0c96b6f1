"""A kit is handed to a child against the word of a guardian, once in a campaign; or comes back."""

import datetime as dt

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock
from core.days import day_in
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change
from core.language.reasons import needs_words
from education.safeguarding.purposes import SCHOOL_SUPPLIES
from education.safeguarding.services import ConsentMissing, NotAChild, require_consent
from education.supplies.machine import KIT
from education.supplies.models import Campaign, Handover, Kit
from education.supplies.queries import alike, are_distinct, child_key_of, handovers_of, running_on, why_not_for
from education.supplies.services.campaigns import move
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.services.offering import refuse_unless_open
from stations.people.history import purpose_words
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import Consent, Person, PhoneCode
from stations.people.queries import confirmed_guardians
from stations.people.services import send_receipt_code
from stations.people.services.codes import use_code

SERVICE = "school_supplies"
WHY = {
    "county": _("the campaign is for another county"),
    "birth_date": _("the birth date is not recorded"),
    "age": _("the campaign is for other ages"),
    "left_behind": _("the campaign is for children whose parents work away, and the child’s file does not say so"),
}


class KitNotHere(Refused):
    """The kit is somewhere else, or was handed over."""

    code = "kit_not_here"
    message = _("The kit %(serial)s is not in stock at this station. Receive it first.")


class CampaignNotRunning(Refused):
    """The campaign has not begun or is over."""

    code = "campaign_not_open"
    message = _("Kits of this campaign are handed over from %(since)s to %(until)s.")


class NotEligible(Refused):
    """The rule of the campaign leaves the child out."""

    code = "not_eligible"
    status = 422
    message = _("This child gets no kit: %(why)s.")


class AlreadyEntitled(Refused):
    """The child, or a record of the same name and birth date, has a kit of this campaign."""

    code = "already_entitled"
    message = _(
        "A kit of this campaign was already handed over for this name and birth date. If this is another child, record "
        "the identity numbers of both."
    )


class ReplacedAlready(Refused):
    """A kit that came back is replaced once."""

    code = "kit_replaced_already"
    message = _("This child’s kit was replaced already. A kit is replaced once in a campaign.")


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
    *(WrongState, KitNotHere, CampaignNotRunning, NotEligible, AlreadyEntitled, ReplacedAlready, NotGuardian),
    *(NotAChild, CodeExpired, CodeLocked, CodeWrong),
    *refused_by(refuse_unless_open, require_consent),
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
) -> Handover:
    """Hand a kit of this station to a child, against a guardian's signature or the code that the guardian got.

    Raises `KitNotHere`, `CampaignNotRunning`, `NotEligible`, `AlreadyEntitled`, `ReplacedAlready`, `NotGuardian`,
    `ConsentMissing` (403), `PersonGone`, `ServiceNotOpen`, and `WrongState` (merged into another).
    """
    refuse_unless_open(station, SERVICE, by=by, at=at)
    child = lock(child)
    PERSON.check("change_record", standing_of(child))
    kit = lock(kit)
    if kit.station_id != station.pk or not KIT.allows("hand_over_kit", kit.state):
        raise KitNotHere(field="serial", serial=kit.serial)
    campaign = kit.campaign
    if not running_on(campaign, station.zone, at):
        raise CampaignNotRunning(since=campaign.starts_date, until=campaign.ends_date)
    if why := why_not_for(campaign, child):
        raise NotEligible(why=str(WHY[why]))
    consent = _standing_consent(child, day_in(station.zone, at))
    _require_guardian(child, guardian, at)
    first, namesakes = _refuse_second(campaign, child), alike(campaign, child)
    if not all(are_distinct(child, each.child) for each in namesakes):
        raise AlreadyEntitled
    if proof == Handover.Proof.CODE:
        use_code(person=guardian, purpose=PhoneCode.Purpose.RECEIPT, about=_kit_of(child), code=code, at=at)
    with refused_as(ONCE):
        handover = Handover.objects.create(
            campaign=campaign,
            kit=kit,
            child=child,
            child_key=child_key_of(child, distinct=bool(namesakes)),
            is_replacement=not first,
            consent=consent,
            received_by=guardian,
            proof=proof,
            station=station,
            handed_by=by,
            at=at,
        )
    move(kit, Kit.State.HANDED_OVER, by=by, at=at)
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
    record_change(
        handover, old=Handover.Status.HANDED_OVER, new=Handover.Status.RETURNED, at=at, actor=by.pk, reason=reason
    )
    return handover


def forget_child(*, child: Person) -> int:
    """A child is erased: nothing of a hand-over tells name and birth date any more; how many rows."""
    rows = Handover.objects.filter(child=child)
    return rows.update(child_key=Concat(Value("forgotten:"), Cast("pk", CharField())))


def _kit_of(child: Person) -> str:
    """What a guardian's code is about."""
    return f"kit:{child.pk}"


def _require_guardian(child: Person, guardian: Person, at: dt.datetime) -> None:
    day = day_in(child.home_station.zone, at)
    if not confirmed_guardians(child, day).filter(pk=guardian.pk).exists():
        raise NotGuardian(field="guardian")


def _standing_consent(child: Person, day: dt.date) -> Consent:
    """The guardian's consent, held until the hand-over stands: who withdraws it meanwhile comes after."""
    consent = require_consent(child=child, purpose=SCHOOL_SUPPLIES, on_date=day)
    if consent is None:
        raise NotAChild
    if lock(consent).withdrawn_at:
        raise ConsentMissing(purpose=str(purpose_words(SCHOOL_SUPPLIES)), day=day)
    return consent


def _refuse_second(campaign: Campaign, child: Person) -> bool:
    """Whether this is the first kit of a child, not the one instead of it. Raises `AlreadyEntitled`."""
    before = list(handovers_of(campaign, child))
    if any(each.returned_at is None for each in before):
        raise AlreadyEntitled
    if len(before) > 1:
        raise ReplacedAlready
    return not before

"""What school kits show outside their pages: kits that wait in the county store, and kits on their way."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.supplies.models import (
    READ,
    READ_CRATE,
    READ_ENTITLEMENT,
    READ_HANDOVER,
    READ_SETTLEMENT,
    Campaign,
    Kit,
    KitCrate,
    KitEntitlement,
    KitSettlement,
    SecondHandover,
)
from stations.accounts.models import User
from stations.accounts.queries import own_logins

RECEIVE, SEND, HAND_OVER = "education.receive_kit", "education.send_kits", "education.hand_over_kit"
SEND_BACK = "education.send_kit_crate"
DECIDE, COUNT = "education.decide_entitlement", "education.count_kit_crate"
DECIDE_LOST, SETTLEMENTS = "education.decide_kit_settlement", "supplies:settlements"
CAMPAIGNS, ENTITLEMENTS, CRATES = "supplies:campaigns", "supplies:entitlements", "supplies:crates"


def _to_receive(*, user: User, at: dt.datetime) -> QuerySet[Kit]:
    return Kit.objects.open_to(user, RECEIVE).filter(state=Kit.State.IN_TRANSIT)


def _to_send(*, user: User, at: dt.datetime) -> QuerySet[Campaign]:
    """Campaigns that run while kits of theirs lie in the county store."""
    day = timezone.localdate(at)
    running = Campaign.objects.open_to(user, SEND).filter(starts_date__lte=day, ends_date__gte=day)
    return running.filter(pk__in=Kit.objects.filter(state=Kit.State.AT_COUNTY).values("campaign"))


def _to_send_back(*, user: User, at: dt.datetime) -> QuerySet[Kit]:
    """Kits of campaigns that are over: nobody is handed them any more."""
    lying = Kit.objects.open_to(user, SEND_BACK).filter(state=Kit.State.AT_STATION)
    return lying.filter(campaign__ends_date__lt=timezone.localdate(at))


def _to_decide(*, user: User, at: dt.datetime) -> QuerySet[KitEntitlement]:
    """Nobody decides what they have proposed."""
    waiting = KitEntitlement.objects.open_to(user, DECIDE).to_decide()
    return waiting.exclude(proposed_by__in=own_logins(user))


def _contested(*, user: User, at: dt.datetime) -> QuerySet[KitEntitlement]:
    """Nobody decides about what they have handed over."""
    own = SecondHandover.objects.undecided().filter(handed_by__in=own_logins(user)).values("entitlement")
    return KitEntitlement.objects.open_to(user, DECIDE).filter(is_contested=True).exclude(pk__in=own)


def _to_hand_over(*, user: User, at: dt.datetime) -> QuerySet[KitEntitlement]:
    return KitEntitlement.objects.open_to(user, HAND_OVER).filter(status=KitEntitlement.Status.APPROVED)


def _to_count(*, user: User, at: dt.datetime) -> QuerySet[KitCrate]:
    """Who has sent a crate does not count it."""
    return KitCrate.objects.open_to(user, COUNT).on_the_way().exclude(sent_by__in=own_logins(user))


def _to_settle(*, user: User, at: dt.datetime) -> QuerySet[KitSettlement]:
    """Nobody decides what they have said."""
    return KitSettlement.objects.open_to(user, DECIDE_LOST).to_decide().exclude(proposed_by__in=own_logins(user))


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("library", _("School kits"), CAMPAIGNS, READ),
            needs=("supplies.arrivals", "supplies.unsent", "supplies.leftover"),
            service="school_supplies",
            icon="basket",
        ),
        MenuEntry(
            *("library", _("Children for school kits"), ENTITLEMENTS, READ_ENTITLEMENT),
            needs=("supplies.entitlements", "supplies.contested", "supplies.approved"),
        ),
        MenuEntry("library", _("School kits handed over"), "supplies:handovers", READ_HANDOVER),
        MenuEntry("library", _("School kits on the way back"), CRATES, READ_CRATE, needs=("supplies.crates",)),
        MenuEntry("library", _("Lost school kits"), SETTLEMENTS, READ_SETTLEMENT, needs=("supplies.settlements",)),
    ],
    needs=[
        Need(
            *("supplies.arrivals", _("School kits to receive"), "basket", RECEIVE, CAMPAIGNS, _to_receive, "sent_at"),
            place="station__name",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("supplies.entitlements", _("Children to decide on for school kits"), "basket", DECIDE, ENTITLEMENTS),
            *(_to_decide, "proposed_at"),
            place="station__name",
            query="state=waiting",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("supplies.contested", _("School kits handed over twice"), "alert", DECIDE, ENTITLEMENTS),
            *(_contested, "updated_at"),
            place="station__name",
            query="state=contested",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("supplies.approved", _("Approved school kits to hand over"), "basket", HAND_OVER, ENTITLEMENTS),
            *(_to_hand_over, "decided_at"),
            place="station__name",
            query="state=approved",
            wait_days=7,
            bad_days=21,
        ),
        Need(
            *("supplies.crates", _("Crates of school kits to count"), "basket", COUNT, CRATES, _to_count, "sent_at"),
            place="station__name",
            wait_days=3,
            bad_days=7,
        ),
        Need(
            *("supplies.settlements", _("Lost school kits to decide on"), "basket", DECIDE_LOST, SETTLEMENTS),
            *(_to_settle, "proposed_at"),
            query="state=waiting",
            wait_days=7,
            bad_days=21,
        ),
        Need(
            *("supplies.leftover", _("School kits to send back"), "basket", SEND_BACK, CAMPAIGNS),
            *(_to_send_back, "campaign__ends_date"),
            place="station__name",
            query="state=over",
            wait_days=14,
            bad_days=30,
        ),
        Need(
            *("supplies.unsent", _("Campaigns with school kits to send"), "basket", SEND, CAMPAIGNS),
            *(_to_send, "starts_date"),
            query="state=running",
            wait_days=14,
            bad_days=30,
        ),
    ],
)

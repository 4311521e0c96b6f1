"""A child who gets a kit, and each hand-over."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import may, requires
from core.days import day_in
from core.web.lists import shows
from core.web.page_actions import PageAction
from education.safeguarding.display import name_for
from education.safeguarding.purposes import SCHOOL_SUPPLIES
from education.safeguarding.queries import consent_on, is_child
from education.supplies import services
from education.supplies.display import status_of_entitlement, status_of_handover
from education.supplies.forms import GiveForm, GuardianForm, ProposeForm, ReturnForm
from education.supplies.lists import HANDOVERS
from education.supplies.models import READ_ENTITLEMENT, READ_HANDOVER, Campaign, Handover, Kit, KitEntitlement
from education.supplies.models.entitlements import KitEntitlementQuerySet
from education.supplies.queries import why_not_for
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.people.models import Person
from stations.people.queries import confirmed_guardians
from stations.people.refused_reads import ResidentPage, load_or_log
from stations.people.services import log_read
from stations.requests import SignedInRequest

HAND_OVER, PROPOSE = "education.hand_over_kit", "education.propose_entitlement"


def _people() -> QuerySet[Person]:
    return Person.objects.living().select_related("home_station__county")


@requires(READ_HANDOVER)
@shows(HANDOVERS)
def handovers(request: SignedInRequest) -> HttpResponse:
    """What was handed over here; with `?person=`, on to that child."""
    try:
        wanted = UUID(request.GET.get("person", ""))
    except ValueError:
        return render(request, HANDOVERS.template, HANDOVERS.page(request))
    found = load_or_log(_people(), request.user, READ_HANDOVER, resident="pk", pk=wanted)
    return HttpResponseRedirect(reverse("supplies:child", args=[found.pk]))


def _child_context(request: SignedInRequest, found: Person) -> dict[str, Any]:
    at = now()
    log_read(user=request.user, person=found, what="school_kits", at=at)
    day = day_in(found.home_station.zone, at)
    rows = Handover.objects.filter(child__in=Person.objects.of_people(found.pk).values("pk"))
    open_ones = set(rows.open_to(request.user, READ_HANDOVER).values_list("pk", flat=True))
    own = KitEntitlement.objects.open_to(request.user, READ_ENTITLEMENT)
    reached = set(own.filter(pk__in=_entitlements_of(found).values("pk")).values_list("pk", flat=True))
    shown = rows.select_related("campaign", "kit").order_by("-at")
    return {
        "child": found,
        "name": name_for(request.user, found),
        "is_child": is_child(found, day),
        "has_consent": consent_on(found, SCHOOL_SUPPLIES, day) is not None,
        "has_guardian": confirmed_guardians(found, day).exists(),
        "may_consent": may(request.user, "stations.record_consent"),
        "entitlements": [
            (
                each,
                reverse("supplies:entitlement", args=[each.pk]) if each.pk in reached else "",
                *status_of_entitlement(each),
            )
            for each in _entitlements_of(found)
        ],
        "handovers": [
            (
                each,
                reverse("supplies:handover", args=[each.pk]) if each.pk in open_ones else "",
                *status_of_handover(each),
            )
            for each in shown
        ],
    }


def _guardians(request: SignedInRequest, child: Person) -> dict[str, Any]:
    day = day_in(child.home_station.zone, now())
    return {"guardians": [(str(each.pk), name_for(request.user, each)) for each in confirmed_guardians(child, day)]}


def _agreed(child: Person) -> bool:
    day = day_in(child.home_station.zone, now())
    return consent_on(child, SCHOOL_SUPPLIES, day) is not None


def _entitlements_of(child: Person) -> KitEntitlementQuerySet:
    records = Person.objects.of_people(child.pk).values("pk")
    return KitEntitlement.objects.filter(child__in=records).select_related("campaign").order_by("-proposed_at")


def _is_ready(child: Person, _user: User) -> bool:
    """A kit is approved, and the guardian's consent holds."""
    return _agreed(child) and _entitlements_of(child).filter(status=KitEntitlement.Status.APPROVED).exists()


def _to_propose(child: Person) -> list[Campaign]:
    """Campaigns that the child can still be proposed for; the service knows the rules."""
    day = day_in(child.home_station.zone, now())
    live = _entitlements_of(child).live().values("campaign")
    running = Campaign.objects.filter(county=child.home_station.county_id, ends_date__gte=day)
    return [each for each in running.exclude(pk__in=live).order_by("ends_date", "pk") if not why_not_for(each, child)]


def _campaigns(request: SignedInRequest, child: Person) -> dict[str, Any]:
    """Those that can be chosen; what is sent may name any, since the same press may have come before."""
    offered = _to_propose(child)
    if request.method == "POST":
        offered = list(Campaign.objects.filter(county=child.home_station.county_id))
    return {"campaigns": [(str(each.pk), each.name) for each in offered]}


def _can_propose(child: Person, _user: User) -> bool:
    return _agreed(child) and bool(_to_propose(child))


def _propose(*, child: Person, campaign: str, by: User, at: dt.datetime) -> KitEntitlement:
    chosen = get_object_or_404(Campaign, pk=campaign)
    station = counter_of(by, PROPOSE)
    return services.propose_entitlement(campaign=chosen, child=child, station=station, by=by, at=at)


def _give(*, child: Person, serial: str, guardian: str, proof: str, code: str, by: User, at: dt.datetime) -> Handover:
    return services.hand_over_kit(
        kit=get_object_or_404(Kit.objects.select_related("campaign"), serial=serial),
        child=child,
        guardian=get_object_or_404(Person, pk=guardian),
        proof=proof,
        code=code,
        station=counter_of(by, HAND_OVER),
        by=by,
        at=at,
    )


def _send_code(*, child: Person, guardian: str, by: User, at: dt.datetime) -> Person:
    return services.send_kit_code(child=child, guardian=get_object_or_404(Person, pk=guardian), by=by, at=at)


CHILD_PAGE = ResidentPage(
    resident="pk",
    name="supplies:child",
    template="education/supplies/child.html",
    grant=READ_HANDOVER,
    noun="child",
    rows=_people,
    context=_child_context,
    actions={
        "propose": PageAction(
            grant=PROPOSE,
            service=_propose,
            form=ProposeForm,
            form_kwargs=_campaigns,
            is_open=_can_propose,
            title=_("Propose the child for a kit"),
            button=_("Propose it to the county"),
            doing=_("Recording…"),
        ),
        "give": PageAction(
            grant=HAND_OVER,
            service=_give,
            form=GiveForm,
            form_kwargs=_guardians,
            is_open=_is_ready,
            then=lambda made: reverse("supplies:handover", args=[made.pk]),
            title=_("Hand over a school kit"),
            button=_("The guardian has received it"),
            doing=_("Recording…"),
        ),
        "send-code": PageAction(
            grant=HAND_OVER,
            service=_send_code,
            form=GuardianForm,
            form_kwargs=_guardians,
            is_open=_is_ready,
            operation="education.send_kit_code",
            title=_("Send the guardian a code"),
            button=_("Send the code"),
            doing=_("Sending…"),
        ),
    },
)


def _handovers() -> QuerySet[Handover]:
    return Handover.objects.select_related(
        "campaign", "kit", "child__home_station__county", "received_by__home_station", "station", "handed_by"
    )


def _handover_context(request: SignedInRequest, found: Handover) -> dict[str, Any]:
    log_read(user=request.user, person=found.child, what="school_kits", at=now())
    colour, words = status_of_handover(found)
    return {
        "handover": found,
        "kind": colour,
        "words": words,
        "name": name_for(request.user, found.child),
        "guardian": name_for(request.user, found.received_by),
        "history": history_of(found),
    }


def _stands(found: Handover, _user: User) -> bool:
    return found.returned_at is None


HANDOVER_PAGE = ResidentPage(
    resident="child",
    name="supplies:handover",
    template="education/supplies/handover.html",
    grant=READ_HANDOVER,
    noun="handover",
    rows=_handovers,
    context=_handover_context,
    actions={
        "return": PageAction(
            grant="education.return_kit",
            service=services.return_kit,
            form=ReturnForm,
            is_open=_stands,
            title=_("The kit came back"),
            button=_("Take the kit back"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)

"""Pages of packages and campaigns: what is normal for whom, and what a county pays for."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from core.access import may, may_everywhere, requires
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from health.checkups import services
from health.checkups.display import HIDDEN, PACKAGE_KINDS, ranges_table
from health.checkups.forms import CampaignForm, DayForm, RangeForm, ReasonForm
from health.checkups.machine import PACKAGE
from health.checkups.models import Campaign, CheckupItem, CheckupPackage
from health.checkups.models.campaigns import READ_CAMPAIGN
from health.checkups.models.packages import READ_PACKAGE
from health.checkups.queries import campaigns, clinics_of, days, listed_in, packages, stations_of
from health.hospitals.models import Hospital
from stations.accounts.models import User
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

OPEN, OPEN_DAY = "health.open_checkup_campaign", "health.open_checkup_day"
PROPOSE, APPROVE = "health.propose_checkup_range", "health.approve_checkup_package"


@requires(OPEN)
def open_campaign(request: SignedInRequest) -> HttpResponse:
    """The county chooses clinic, package and days, and says what it pays."""
    active = CheckupPackage.objects.filter(status="active").order_by("code")
    return form_page(
        request,
        operation=OPEN,
        form=CampaignForm(request.POST or None, clinics=clinics_of(request.user), packages=active),
        service=services.open_campaign,
        then=page_of("checkups:campaign"),
        template="health/checkups/open_campaign.html",
        done=gettext_lazy("The campaign is open. The clinic opens its days now."),
    )


def _campaign_context(request: SignedInRequest, found: Campaign) -> dict[str, Any]:
    rows = days().filter(campaign=found).order_by("local_date", "pk")
    # The county reads what it pays for; whose list it is stays with the clinic.
    clinics = Hospital.objects.open_to(request.user, "health.read_checkup_day")
    is_clinic = may(request.user, "health.read_checkup_day") and clinics.filter(pk=found.clinic_id).exists()
    listed = found.ordered if is_clinic else listed_in(found)
    return {"campaign": found, "days": rows, "is_clinic": is_clinic, "listed": HIDDEN if listed is None else listed}


def _stations(_request: SignedInRequest, found: Campaign) -> dict[str, Any]:
    return {"stations": stations_of(found.clinic)}


CAMPAIGN_PAGE = ObjectPage(
    name="checkups:campaign",
    template="health/checkups/campaign.html",
    grant=READ_CAMPAIGN,
    noun="campaign",
    rows=campaigns,
    context=_campaign_context,
    actions={
        "open-day": PageAction(
            grant=OPEN_DAY,
            service=services.open_checkup_day,
            form=DayForm,
            form_kwargs=_stations,
            title=gettext_lazy("Open a check-up day"),
            button=gettext_lazy("Open this check-up day"),
            doing=gettext_lazy("Recording…"),
            then=page_of("checkups:day"),
        ),
    },
)


def _package_context(_request: SignedInRequest, found: CheckupPackage) -> dict[str, Any]:
    return {"package": found, "kind": PACKAGE_KINDS[found.status], "ranges": ranges_table(found)}


def _numbers(_request: SignedInRequest, found: CheckupPackage) -> dict[str, Any]:
    items = found.items.filter(kind=CheckupItem.Kind.NUMBER).order_by("position")
    return {"items": [(each.code, each.title) for each in items]}


def _by_another(found: CheckupPackage, user: User) -> bool:
    return may_everywhere(user, APPROVE) and not is_same_person(user, found.proposed_by_id)


def _may_propose(found: CheckupPackage, user: User) -> bool:
    """In a draft of one's own, or from the revision in use."""
    is_theirs = found.status == CheckupPackage.Status.ACTIVE or found.proposed_by_id == user.pk
    return is_theirs and may_everywhere(user, PROPOSE)


def _may_discard(found: CheckupPackage, user: User) -> bool:
    """What came with the system is approved only."""
    return found.proposed_by_id is not None and may_everywhere(user, PROPOSE)


def _propose(*, package: CheckupPackage, by: User, at: dt.datetime, **typed: Any) -> CheckupPackage:
    return services.propose_range(package=package, by=by, at=at, **typed)


PACKAGE_PAGE = ObjectPage(
    name="checkups:package",
    template="health/checkups/package.html",
    grant=READ_PACKAGE,
    noun="package",
    rows=packages,
    context=_package_context,
    machine=PACKAGE,
    actions={
        "approve": PageAction(
            grant=APPROVE,
            service=services.approve_checkup_package,
            arrow="approve_checkup_package",
            is_open=_by_another,
            title=gettext_lazy("Approve this revision"),
            button=gettext_lazy("Approve, it is used from now on"),
            doing=gettext_lazy("Recording…"),
        ),
        "propose": PageAction(
            grant=PROPOSE,
            service=_propose,
            form=RangeForm,
            form_kwargs=_numbers,
            arrow="propose_range",
            is_open=_may_propose,
            title=gettext_lazy("Propose another normal range"),
            button=gettext_lazy("Propose it"),
            doing=gettext_lazy("Recording…"),
            then=page_of("checkups:package"),
            done=gettext_lazy("Proposed. Another clinical lead approves the revision."),
        ),
        "discard": PageAction(
            grant=PROPOSE,
            service=services.discard_checkup_draft,
            form=ReasonForm,
            arrow="discard_checkup_draft",
            is_open=_may_discard,
            title=gettext_lazy("Discard this draft"),
            button=gettext_lazy("Discard it"),
            doing=gettext_lazy("Recording…"),
            kind="danger",
        ),
    },
)

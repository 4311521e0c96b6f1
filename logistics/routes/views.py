"""Runs as their drivers and the county see them, and bags that are packed."""

import datetime as dt
import io
from functools import partial
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import load, requires
from core.files.services import store_photo
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from logistics.parcels.barcodes import code_128
from logistics.parcels.models import Parcel
from logistics.parcels.services import Scan
from logistics.routes import services
from logistics.routes.display import is_late, kind_of, missing_rows, step_words, stops_table, story_of
from logistics.routes.forms import AdvanceForm, BagForm, CancelForm, ExceptionForm, PlanForm, RunScanForm, SkipForm
from logistics.routes.machine import RUN
from logistics.routes.maps import map_of
from logistics.routes.models import Bag, BagParcel, Route, RouteRun
from logistics.routes.queries import Ride, RunStep, drivers_for, on_board, tally_of, to_take_along
from logistics.routes.services import RunScan, RunScanKind
from logistics.routes.services.bagging import LIE_HERE
from stations.accounts.models import User
from stations.network.models import Station
from stations.requests import SignedInRequest
from stations.scope import posts_granting
from stations.two_persons import is_same_person

READ, DRIVE, PLAN = "logistics.read_run", "logistics.drive_run", "logistics.plan_run"
RECONCILE, PACK, READ_PARCEL = "logistics.reconcile_run", "logistics.bag_parcel", "logistics.read_parcel"
SIGN = {"kind": "svg", "scale": 4, "border": 2, "xmldecl": False, "light": "#ffffff"}
#: So many numbers are named on a driver's page; the van holds more.
NAMED = 30


def _runs() -> QuerySet[RouteRun]:
    return RouteRun.objects.select_related("route", "carrier", "start__county", "driver", "reconciled_by")


def _context(request: SignedInRequest, found: RouteRun) -> dict[str, Any]:
    ride, at = Ride.of(found), now()
    place = ride.place or (ride.stop.station if ride.stop else found.start)
    tally = tally_of(found)
    reached = Parcel.objects.open_to(request.user, READ_PARCEL).filter(run=found)
    hands_out = on_board(found, place) if found.status != RouteRun.Status.LOADING else Parcel.objects.none()
    takes = to_take_along(ride, place) if found.is_open else Parcel.objects.none()
    return {
        "run": found,
        "kind": kind_of(found),
        "place": place,
        "is_late": is_late(ride, at),
        "step_words": step_words(ride),
        "map": map_of(ride),
        "stops": stops_table(ride),
        "tally": tally,
        "missing": missing_rows(tally, set(reached.values_list("pk", flat=True))),
        "hands_out": list(hands_out.values_list("number", flat=True)[:NAMED]),
        "hands_out_count": hands_out.count(),
        "takes": list(takes.values_list("number", flat=True)[:NAMED]),
        "takes_count": takes.count(),
        "story": story_of(found),
    }


def _drives(found: RouteRun, user: User) -> bool:
    """Whether the reader is at the wheel; who begins a run without a driver will be."""
    return is_same_person(user, found.driver_id) if found.driver_id else found.status == RouteRun.Status.PLANNED


def _goes_on(found: RouteRun, user: User) -> bool:
    return _drives(found, user) and Ride.of(found).next_step is not None


def _may_skip(found: RouteRun, user: User) -> bool:
    return _drives(found, user) and Ride.of(found).next_step == RunStep.ARRIVE


def _is_another(found: RouteRun, user: User) -> bool:
    """Whether the reader may close what somebody else has driven."""
    reached = RouteRun.objects.open_to(user, RECONCILE).filter(pk=found.pk).exists()
    return reached and not is_same_person(user, found.driver_id)


def _misses_something(found: RouteRun, user: User) -> bool:
    return _is_another(found, user) and Parcel.objects.filter(run=found).exists()


def _is_of_hub(found: RouteRun, user: User) -> bool:
    return RouteRun.objects.open_to(user, PLAN).filter(pk=found.pk).exists()


def _next_step(_request: SignedInRequest, found: RouteRun) -> dict[str, Any]:
    step = Ride.of(found).next_step
    return {"initial": {"step": str(step) if step else ""}}


def _scan_kind(_request: SignedInRequest, found: RouteRun) -> dict[str, Any]:
    loads = found.status == RouteRun.Status.LOADING
    return {"initial": {"kind": str(RunScanKind.LOAD if loads else RunScanKind.UNLOAD)}}


def _numbers(_request: SignedInRequest, found: RouteRun) -> dict[str, Any]:
    return {"numbers": list(Parcel.objects.filter(run=found).order_by("number").values_list("number", flat=True))}


def _scan(*, run: RouteRun, kind: str, code: str, by: User, at: dt.datetime) -> RouteRun:
    scan = RunScan(code=code, kind=kind, scan=Scan(at))
    [done] = services.scan_run(run=run, scans=[scan], by=by, at=at)
    if done.refusal is not None:
        raise done.refusal
    return run


def _name_exception(
    *, run: RouteRun, number: str, kind: str, reason: str, photo: UploadedFile | None, by: User, at: dt.datetime
) -> RouteRun:
    stored = store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None
    return services.name_exception(run=run, number=number, kind=kind, reason=reason, photo=stored, by=by, at=at)


RUN_PAGE = ObjectPage(
    name="routes:run",
    template="logistics/routes/run.html",
    grant=READ,
    noun="run",
    rows=_runs,
    context=_context,
    machine=RUN,
    actions={
        "advance": PageAction(
            grant=DRIVE,
            service=services.advance_run,
            form=AdvanceForm,
            form_kwargs=_next_step,
            is_open=_goes_on,
            done=gettext_lazy("Recorded."),
        ),
        "scan": PageAction(
            grant=DRIVE,
            service=_scan,
            form=RunScanForm,
            form_kwargs=_scan_kind,
            arrow="scan_run",
            is_open=_drives,
            done=gettext_lazy("Recorded."),
        ),
        "skip": PageAction(
            grant=DRIVE,
            service=services.skip_stop,
            form=SkipForm,
            is_open=_may_skip,
            title=gettext_lazy("Leave the next stop out"),
            button=gettext_lazy("Leave it out"),
            doing=gettext_lazy("Recording…"),
        ),
        "exception": PageAction(
            grant=RECONCILE,
            service=_name_exception,
            form=ExceptionForm,
            form_kwargs=_numbers,
            arrow="name_exception",
            is_open=_misses_something,
            title=gettext_lazy("Name what happened to a missing parcel"),
            button=gettext_lazy("Record the exception"),
            doing=gettext_lazy("Recording…"),
        ),
        "reconcile": PageAction(
            grant=RECONCILE,
            service=services.reconcile_run,
            arrow="reconcile_run",
            is_open=_is_another,
            title=gettext_lazy("Reconcile the run"),
            button=gettext_lazy("Everything is accounted for"),
            doing=gettext_lazy("Recording…"),
        ),
        "cancel": PageAction(
            grant=PLAN,
            service=services.cancel_run,
            form=CancelForm,
            arrow="cancel_run",
            is_open=_is_of_hub,
            title=gettext_lazy("The van does not drive today"),
            button=gettext_lazy("Cancel the run"),
            doing=gettext_lazy("Recording…"),
        ),
    },
)


@requires(PLAN)
def plan(request: SignedInRequest) -> HttpResponse:
    """Plan a run for a day, or put somebody else at the wheel."""
    hubs = Station.objects.open_to(request.user, PLAN)
    routes = Route.objects.filter(is_active=True, start__in=hubs).select_related("start__county").order_by("name")
    starts = {route.start.county_id: route.start for route in routes}
    drivers = User.objects.none()
    for start in starts.values():
        drivers = drivers | drivers_for(start, now())
    chosen = {"route": request.GET.get("route", ""), "day": request.GET.get("day") or localdate()}
    return form_page(
        request,
        operation=PLAN,
        form=PlanForm(request.POST or None, routes=routes, drivers=drivers, today=localdate(), initial=chosen),
        service=services.plan_run,
        then=page_of("routes:run"),
        template="logistics/routes/plan.html",
    )


@requires(PACK)
def pack(request: SignedInRequest) -> HttpResponse:
    """Choose where the bag goes, tick what is in it, close it; its label is printed next."""
    here = _here(request.user)
    lying = Parcel.objects.filter(custodian=here, status__in=LIE_HERE, run=None)
    lying = lying.exclude(pk__in=_in_bags())
    goal = Station.objects.filter(code=request.GET.get("to", "")).first()
    if here is not None and here.kind == Station.Kind.VILLAGE_STATION:
        goal = here.parent
    numbers = _numbers_for(lying, goal) if goal else []
    return form_page(
        request,
        operation=PACK,
        form=BagForm(request.POST or None, numbers=numbers),
        service=partial(_pack, request, here, goal),
        then=page_of("routes:bag_label"),
        template="logistics/routes/pack.html",
        page=lambda: {"here": here, "goal": goal, "numbers": numbers, "goals": [] if goal else _goals(lying)},
    )


def _pack(
    request: SignedInRequest,
    here: Station | None,
    goal: Station | None,
    *,
    numbers: list[str],
    by: User,
    at: dt.datetime,
) -> Bag:
    if here is None or goal is None:
        raise services.NotForThisBag(field="numbers", station=goal.name if goal else "–", numbers=", ".join(numbers))
    key = f"page:{by.pk}:{request.POST['key']}"
    bag = services.pack_bag(from_station=here, to_station=goal, numbers=numbers, by=by, at=at, key=key)
    messages.success(request, _("Bag %(seal)s is closed.") % {"seal": bag.seal})
    return bag


def _in_bags() -> QuerySet[Any]:
    return BagParcel.objects.filter(taken_out_at=None).values("parcel")


def _numbers_for(lying: QuerySet[Parcel], goal: Station) -> list[str]:
    rows = lying.filter(to_station=goal) if goal.kind == Station.Kind.VILLAGE_STATION else lying
    return list(rows.order_by("number").values_list("number", flat=True)[:200])


def _goals(lying: QuerySet[Parcel]) -> list[dict[str, Any]]:
    """The stations for which something lies here, the fullest first."""
    rows = lying.order_by().values("to_station__code", "to_station__name").annotate(count=Count("pk"))
    return [
        {
            "name": row["to_station__name"],
            "count": row["count"],
            "href": f"{reverse('routes:pack')}?to={row['to_station__code']}",
        }
        for row in rows.order_by("-count", "to_station__name")[:50]
    ]


def _here(user: User) -> Station | None:
    """The counter where this person works; for somebody of the county, its centre."""
    within = Station.objects.open_to(user, PACK).exclude(status=Station.Status.CLOSED).order_by("pk")
    if any(post.reach == "station" for post in posts_granting(user, PACK)):
        return within.select_related("parent").first()
    return within.filter(kind=Station.Kind.COUNTY_CENTRE).first()


@requires(READ_PARCEL, one_object=True)
def bag_label(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The label of a bag, to print."""
    bag = load(Bag.objects.select_related("from_station", "to_station"), request.user, READ_PARCEL, pk=pk)
    context = {
        "bag": bag,
        "count": bag.contents.count(),
        "qr": _drawn(bag.seal),
        "bars": mark_safe(code_128(bag.seal)),  # noqa: S308 - drawn from a seal of our own
    }
    return render(request, "logistics/routes/bag_label.html", context)


def _drawn(seal: str) -> SafeString:
    picture = io.BytesIO()
    segno.make(seal, error="m", micro=False).save(picture, **SIGN)  # type: ignore[arg-type]
    return mark_safe(picture.getvalue().decode())  # noqa: S308 - drawn from a seal of our own

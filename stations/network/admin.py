"""Stations in the administration: to read, with their verbs as actions; the catalogue of services to edit."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import may_everywhere
from core.administration import ReadAdmin
from stations.network import services
from stations.network.models import (
    OpeningException,
    OpeningHours,
    RegisterMiss,
    Service,
    ServicePause,
    Station,
    StationClosing,
    StationService,
)
from stations.requests import signed_in

READ = "stations.read_station"


@admin.register(Station)
class StationTable(ReadAdmin):
    """Where stations stand and how they do; arrows are actions with a reason."""

    read_verb = READ
    list_display = ("status", "code", "name", "kind", "village", "county", "last_seen_at")
    list_filter = ("status", "kind")
    list_select_related = ("village", "county")
    search_fields = ("code__startswith", "name__startswith")
    ordering = ("code",)
    actions = ("fit_out", "start_trial", "activate", "reopen", "suspend", "lift_suspension")

    @admin.action(description=_("Start fitting out"))
    def fit_out(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, "stations.fit_out_station", services.begin_fitting_out)

    @admin.action(description=_("Start the trial"))
    def start_trial(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, "stations.try_station", services.start_trial)

    @admin.action(description=_("Activate the station"))
    def activate(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, "stations.activate_station", services.activate_station)

    @admin.action(description=_("Reopen the station"))
    def reopen(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, "stations.reopen_station", services.reopen_station)

    @admin.action(description=_("Suspend the station"))
    def suspend(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, "stations.suspend_station", services.suspend_station)

    @admin.action(description=_("Lift the suspension"))
    def lift_suspension(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, "stations.lift_suspension", services.lift_suspension)

    def _move(self, request: HttpRequest, rows: Any, verb: str, service: Any) -> None:
        def do(station: Station, reason: str) -> None:
            service(station=station, actor=request.user, at=now(), reason=reason)

        self.each(request, rows.open_to(request.user, verb), verb, do)


class OfStation(ReadAdmin):
    """Rows of a station, for the one who reads that station."""

    read_verb, belongs_to = READ, "station"
    list_select_related: ClassVar[tuple[str, ...]] = ("station",)
    search_fields = ("station__code__startswith",)


@admin.register(StationClosing)
class StationClosingTable(OfStation):
    """Closings: who asked, who closed, where the households went; done on the county's pages by two people."""

    list_display = ("status", "station", "successor", "reason", "asked_by", "asked_at", "ended_by")
    list_filter = ("status",)
    list_select_related = ("station", "successor", "asked_by", "ended_by")


@admin.register(OpeningHours)
class OpeningHoursTable(OfStation):
    """The published weeks."""

    list_display = ("station", "weekday", "opens", "closes", "from_date", "to_date", "set_by")
    list_select_related = ("station", "set_by")


@admin.register(OpeningException)
class OpeningExceptionTable(OfStation):
    """The days that differ."""

    list_display = ("station", "date", "opens", "closes", "reason", "set_by")
    list_select_related = ("station", "set_by")


@admin.register(StationService)
class StationServiceTable(OfStation):
    """Services switched on and off."""

    list_display = ("station", "service", "from_at", "to_at", "switched_by", "reason")
    list_select_related = ("station", "service", "switched_by")
    list_filter = ("service",)


@admin.register(Service)
class ServiceTable(ReadAdmin):
    """The catalogue: names and needs are edited, codes stand in programs."""

    read_verb = "stations.read_reference_data"
    is_reference = True
    list_display = ("code", "name", "name_zh", "app", "is_essential", "needs_certificate", "needs_money")
    list_filter = ("app", "is_essential")
    ordering = ("pk",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_everywhere(request.user, "stations.edit_reference_data")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "code", "app"]


@admin.register(ServicePause)
class ServicePauseTable(ReadAdmin):
    """Pauses over divisions; one ends by an action."""

    read_verb = "stations.read_service_pause"
    list_display = ("service", "division", "from_at", "to_at", "reason", "paused_by", "ended_by")
    list_select_related = ("service", "division", "paused_by", "ended_by")
    list_filter = ("service",)
    actions = ("end",)

    @admin.action(description=_("Resume the service"))
    def end(self, request: HttpRequest, rows: Any) -> None:
        verb = "stations.pause_service"
        self.each(
            request,
            rows.open_to(request.user, verb),
            verb,
            lambda pause, reason: services.end_pause(pause=pause, actor=signed_in(request), at=now()),
        )


@admin.register(RegisterMiss)
class RegisterMissTable(ReadAdmin):
    """Certificate numbers that people looked up and that were never issued: somebody may be selling fakes."""

    read_verb = "stations.read_register_miss"
    list_display = ("number", "county", "at")
    list_select_related = ("county",)
    ordering = ("-at",)

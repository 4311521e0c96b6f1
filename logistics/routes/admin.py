"""Routes are reference data; runs and bags are read."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from logistics.routes.models import Bag, BagParcel, Carrier, Route, RouteRun, RouteStop, RunException, RunStop

READ, READ_ROUTE, EDIT_ROUTE = "logistics.read_run", "logistics.read_route", "logistics.edit_route"


@admin.register(Carrier)
class CarrierAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ_ROUTE, EDIT_ROUTE
    list_display = ("code", "name", "kind", "system", "is_active")
    list_select_related = ("system",)
    raw_id_fields = ("system",)
    ordering = ("code",)


@admin.register(Route)
class RouteAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ_ROUTE, EDIT_ROUTE
    list_display = ("code", "name", "start", "carrier", "departure_time", "is_active")
    list_select_related = ("start", "carrier")
    search_fields = ("code", "name")
    ordering = ("code",)
    raw_id_fields = ("start", "usual_driver")


@admin.register(RouteStop)
class RouteStopAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ_ROUTE, EDIT_ROUTE
    list_display = ("route", "position", "station", "planned_time", "weekdays")
    list_select_related = ("route", "station")
    ordering = ("route", "position")
    raw_id_fields = ("station",)


@admin.register(RouteRun)
class RouteRunAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("status", "route", "run_date", "driver", "scanned_in", "scanned_out", "exceptions")
    list_filter = ("status",)
    list_select_related = ("route", "driver")
    search_fields = ("=route__code",)
    ordering = ("-id",)


@admin.register(RunStop)
class RunStopAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("status", "run", "position", "station", "planned_at", "arrived_at", "left_at")
    list_filter = ("status",)
    list_select_related = ("run__route", "station")
    ordering = ("-pk",)


@admin.register(RunException)
class RunExceptionAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("named_at", "run", "parcel", "kind", "reason", "named_by")
    list_select_related = ("run__route", "parcel", "named_by")
    ordering = ("-pk",)


@admin.register(Bag)
class BagAdmin(ReadAdmin):
    read_verb = "logistics.read_parcel"
    list_display = ("seal", "from_station", "to_station", "packed_by", "packed_at")
    list_select_related = ("from_station", "to_station", "packed_by")
    search_fields = ("=seal",)
    ordering = ("-id",)


@admin.register(BagParcel)
class BagParcelAdmin(ReadAdmin):
    read_verb = "logistics.read_parcel"
    list_display = ("bag", "parcel", "taken_out_at")
    list_select_related = ("bag", "parcel")
    search_fields = ("=bag__seal",)
    ordering = ("-pk",)

"""Divisions in the administration: only the romanised name is edited by hand, all else by import."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.access import may, may_everywhere
from core.administration import ReadAdmin
from stations.places import services
from stations.places.models import BusinessDay, Division, DivisionName, DivisionSuccession, NameEnding
from stations.places.queries import divisions_matching

READ = "stations.read_reference_data"
EDIT = "stations.edit_reference_data"


class ReferenceAdmin(ReadAdmin):
    """Reference data: edited by the one who holds `edit_reference_data`."""

    read_verb = READ
    is_reference = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_everywhere(request.user, EDIT)


class ListAdmin(ReferenceAdmin):
    """Reference data whose rows may also be added and taken away."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_everywhere(request.user, EDIT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_everywhere(request.user, EDIT)


class NameInline(admin.TabularInline):
    """The names of a division over time."""

    model = DivisionName
    extra = 0
    fields = readonly_fields = ("name", "romanised", "valid_from", "valid_to")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, READ)


@admin.register(Division)
class DivisionTable(ReferenceAdmin):
    """Found by code, name, initials or pinyin. Only the romanised name is edited by hand, all else by import."""

    list_display = ("short_name", "level", "code", "romanised", "parent", "valid_from", "valid_to")
    list_filter = ("level",)
    list_select_related = ("parent",)
    ordering = ("code", "pk")
    search_fields = ("code",)
    search_help_text = _("Start of a code, a name, its initials or its pinyin.")
    fields = (
        *("romanised", "code", "level", "name", "short_name", "initials", "parent"),
        *("valid_from", "valid_to", "source"),
    )
    inlines = (NameInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name != "romanised"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return (divisions_matching(queryset, search_term), False) if search_term else (queryset, False)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        services.correct_romanised(division=obj, romanised=obj.romanised)


@admin.register(NameEnding)
class NameEndingTable(ListAdmin):
    """How official names become short ones."""

    list_display = ("ending", "short", "country")


@admin.register(BusinessDay)
class BusinessDayTable(ListAdmin):
    """Working days of the official calendar."""

    list_display = ("date", "is_working", "name", "official", "country")
    list_filter = ("official", "is_working")
    ordering = ("-date",)


@admin.register(DivisionSuccession)
class SuccessionTable(ReadAdmin):
    """What became of divisions whose code ended; loaded, not typed."""

    read_verb, is_reference = READ, True
    list_display = ("old", "new", "kind", "effective_date", "source")
    list_select_related = ("old", "new")

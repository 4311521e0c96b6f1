"""Residents in the administration: masked, to read, for auditors and break-glass posts; what is data can be edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import may_everywhere
from core.administration import ReadAdmin, ReferenceAdmin
from stations.accounts.models import Role
from stations.people import services
from stations.people.masking import birth_year, mask_name, mask_phone
from stations.people.models import (
    AccessRead,
    AccessSeal,
    AccessSealCheck,
    Consent,
    ConsentText,
    Household,
    Person,
    Reveal,
    SurnameReading,
)
from stations.people.services.consents import state_of
from stations.requests import signed_in
from stations.scope import post_reaching, posts_granting


class PersonalAdmin(ReadAdmin):
    """Personal rows: opened by auditors and break-glass posts alone, each opening written down."""

    read_verb = "stations.read_person"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(
            post.role == Role.AUDITOR or post.is_break_glass for post in posts_granting(request.user, self.read_verb)
        )

    def person_of(self, obj: Any) -> Person | None:
        """Whose data an opened row shows."""
        return obj

    def station_of(self, obj: Any) -> Any:
        """The station through which the reader reaches the row."""
        return obj.home_station

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        person = self.person_of(obj) if obj else None
        if person:
            post = post_reaching(request.user, self.read_verb, self.station_of(obj))
            services.log_read(user=signed_in(request), person=person, what="administration", at=now(), post=post)
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Person)
class PersonAdmin(PersonalAdmin):
    list_display = ("residence", "masked_name", "masked_phone", "born", "home_station", "is_walk_in", "last_served_at")
    list_filter = ("residence", "is_walk_in")
    list_select_related = ("home_station",)
    search_fields = ("=id",)
    ordering = ("-pk",)
    fields = (
        "masked_name",
        "sex",
        "born",
        "masked_phone",
        "phone_verified_at",
        "id_kind",
        "language",
        "residence",
        "village",
        "home_station",
        "household",
        "is_walk_in",
        "last_served_at",
        "read_by",
    )
    readonly_fields = ("masked_name", "masked_phone", "born", "read_by")

    @admin.display(description=_("full name"))
    def masked_name(self, person: Person) -> str:
        """First and last character alone."""
        return mask_name(person.full_name)

    @admin.display(description=_("phone"))
    def masked_phone(self, person: Person) -> str:
        """First three and last four digits alone."""
        return mask_phone(person.phone) or "–"

    @admin.display(description=_("born"))
    def born(self, person: Person) -> Any:
        """The year alone."""
        return birth_year(person.birth_date) or "–"

    @admin.display(description=_("read by"))
    def read_by(self, person: Person) -> str:
        """Who has read this record lately."""
        rows = person.access_reads.select_related("user").order_by("-at")[:20]
        return "; ".join(f"{row.at:%Y-%m-%d %H:%M} {row.user.username} ({row.what})" for row in rows) or "–"


@admin.register(Household)
class HouseholdAdmin(PersonalAdmin):
    list_display = ("number", "village", "masked_head", "home_station", "formed_date", "dissolved_date")
    list_select_related = ("village", "head", "home_station")
    search_fields = ("=number",)
    ordering = ("-number",)
    fields = ("number", "village", "masked_head", "home_station", "formed_date", "dissolved_date")
    readonly_fields = ("masked_head",)

    def person_of(self, household: Household) -> Person | None:
        return household.head

    @admin.display(description=_("head of household"))
    def masked_head(self, household: Household) -> str:
        """First and last character alone."""
        return mask_name(household.head.full_name) if household.head else "–"


@admin.register(Consent)
class ConsentAdmin(PersonalAdmin):
    list_display = ("state", "purpose", "person_id", "given_at", "manner", "withdrawn_at", "station")
    list_filter = ("purpose", "manner")
    list_select_related = ("station",)
    search_fields = ("=person__id",)
    ordering = ("-pk",)
    fields = ("person_id", "purpose", "text_version", "given_at", "manner", "recorded_by", "withdrawn_at", "station")
    readonly_fields = ("person_id",)

    def person_of(self, consent: Consent) -> Person | None:
        return consent.person

    def station_of(self, consent: Consent) -> Any:
        return consent.person.home_station

    @admin.display(description=_("state"))
    def state(self, consent: Consent) -> Any:
        """Given, or withdrawn."""
        return state_of(consent).label


class LookAdmin(ReadAdmin):
    """Who looked at what: added by services, changed by nobody."""

    read_verb = "stations.read_access_read"
    belongs_to = "person"
    list_select_related = ("user", "post")
    ordering = ("-pk",)
    search_fields = ("=person__id", "user__username")


@admin.register(Reveal)
class RevealAdmin(LookAdmin):
    list_display = ("at", "user", "field", "reason", "note", "person_id", "post")
    list_filter = ("field", "reason")
    fields = ("at", "user", "post", "person_id", "field", "reason", "note")
    readonly_fields = ("person_id",)


@admin.register(AccessRead)
class AccessReadAdmin(LookAdmin):
    list_display = ("at", "user", "what", "person_id", "post")
    list_filter = ("what",)
    fields = ("at", "user", "post", "what", "person_id")
    readonly_fields = ("person_id",)


class SealAdmin(ReadAdmin):
    """Whether the log of looks is as it was written: read by whoever reads the log of everywhere."""

    read_verb = "stations.read_access_read"


@admin.register(AccessSeal)
class AccessSealAdmin(SealAdmin):
    list_display = ("hour", "row_count", "digest", "sealed_at")
    fields = ("hour", "after_id", "last_id", "row_count", "digest", "previous_digest", "sealed_at")
    ordering = ("-hour",)


@admin.register(AccessSealCheck)
class AccessSealCheckAdmin(SealAdmin):
    list_display = ("at", "checked", "wrong_count")
    fields = ("at", "checked", "wrong_count", "wrong")
    ordering = ("-at",)


class DataAdmin(ReferenceAdmin):
    """What is data about people, not people."""

    read_verb = "stations.read_reference_data"
    edit_verb = "stations.edit_reference_data"


@admin.register(SurnameReading)
class SurnameReadingAdmin(DataAdmin):
    list_display = ("surname", "reading", "rank")
    search_fields = ("=surname", "=reading")
    fields = ("surname", "reading", "rank")
    ordering = ("surname", "rank")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_everywhere(request.user, self.edit_verb)


@admin.register(ConsentText)
class ConsentTextAdmin(DataAdmin):
    """Editable until somebody agreed to it; then a new version is written."""

    list_display = ("purpose", "version", "language", "from_date", "is_used")
    list_filter = ("language",)
    search_fields = ("=purpose",)
    fields = ("purpose", "version", "language", "from_date", "body")
    ordering = ("purpose", "-version", "language")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and self.is_used(obj))

    @admin.display(description=_("in use"), boolean=True)
    def is_used(self, text: ConsentText) -> bool:
        """Whether somebody agreed to it."""
        return Consent.objects.filter(text_version=text).exists()

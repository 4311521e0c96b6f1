"""Jobs: what waits, what failed, and giving it another chance or up."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import may
from core.administration import ReadAdmin, acting_user
from core.jobs.models import Job
from core.jobs.services import discard_job, retry_job


class KindFilter(admin.SimpleListFilter):
    """Kinds that have something open; a list of all kinds ever done would read the whole table."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        unfinished = Job.objects.exclude(state__in=[Job.State.DONE, Job.State.MISSED])
        return [(kind, kind) for kind in unfinished.order_by("kind").values_list("kind", flat=True).distinct()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(ReadAdmin):
    read_verb = "core.read_job"
    ordering = ("-pk",)
    list_display = ("state", "kind", "dedupe_key", "attempts", "run_at", "last_error", "finished_at")
    list_filter = ("state", KindFilter)
    search_fields = ("=dedupe_key",)
    actions = ("retry", "discard")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whether a post of the reader carries the verb."""
        return may(request.user, "core.retry_job")

    def has_discard_permission(self, request: HttpRequest) -> bool:
        """Whether a post of the reader carries the verb."""
        return may(request.user, "core.discard_job")

    @admin.action(description=_("Try again now"), permissions=["retry"])
    def retry(self, request: HttpRequest, jobs: models.QuerySet[Job]) -> None:
        """Due now, with all its attempts."""
        self.each(
            request,
            jobs,
            "core.retry_job",
            lambda job, reason: retry_job(job=job, actor=acting_user(request), reason=reason, at=now()),
        )

    @admin.action(description=_("Discard"), permissions=["discard"])
    def discard(self, request: HttpRequest, jobs: models.QuerySet[Job]) -> None:
        """Never done, and the history says why."""
        self.each(
            request,
            jobs,
            "core.discard_job",
            lambda job, reason: discard_job(job=job, actor=acting_user(request), reason=reason, at=now()),
        )

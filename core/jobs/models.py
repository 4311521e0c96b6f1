"""Jobs and their states."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class Job(BaseModel):
    """One piece of work, written in the same transaction as its cause.

    A worker claims it with a lease; `fence` grows with each claim, so that a worker that was thought dead cannot
    finish what another has taken over. Effect and `done` commit together. `use_by`: a reminder later than this is
    marked missed, not sent. `is_patient`: mass work (reminders, roll-ups of the night) that lets everything else go
    first.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        MISSED = "missed", _("too late, not done")
        DEAD = "dead", _("failed, needs attention")
        DISCARDED = "discarded", _("discarded manually")

    #: The version of reference data that its claim has read (`core.database.reference`).
    reference_version: int | None = None

    kind = models.CharField(_("kind"), max_length=60)
    dedupe_key = models.CharField(_("dedupe key"), max_length=160, unique=True)
    payload = models.JSONField(_("payload"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    is_patient = models.BooleanField(_("patient"), default=False)
    run_at = models.DateTimeField(_("run at"))
    use_by = models.DateTimeField(_("use by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    owner = models.CharField(_("owner"), max_length=80, blank=True, default="")
    last_error = models.TextField(_("last error"), blank=True, default="")
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False) | (~Q(state="running") & Q(lease_until=None)),
                name="job_has_lease_exactly_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "missed", "discarded"], finished_at__isnull=False)
                | Q(state__in=["waiting", "running", "dead"], finished_at=None),
                name="job_has_finish_exactly_when_finished",
            ),
        ]
        indexes = [
            models.Index(fields=["is_patient", "run_at", "id"], condition=Q(state="waiting"), name="job_due"),
            models.Index(fields=["kind"], condition=~Q(state__in=["done", "missed"]), name="job_open_by_kind"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_leased"),
            models.Index(fields=["finished_at"], condition=Q(state__in=["done", "missed"]), name="job_finished"),
            models.Index(fields=["-id"], condition=Q(state="dead"), name="job_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dedupe_key}"

"""One drive of a route on one day: its stops, and what did not come out of the van again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from logistics.routes.models.routes import Carrier, Route
from stations.accounts.models import User
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons

#: What belongs to the hub where a run starts, not to the stations that it passes.
AT_START = frozenset({"logistics.plan_run", "logistics.reconcile_run"})


class RunStopQuerySet(StationScopedQuerySet):
    also_through = ("run__start",)
    read_verb = "logistics.read_run"


class _AtStop(StationScopedQuerySet):
    station_path = "station"


class RouteRunQuerySet(StationScopedQuerySet):
    """Within reach of the hub where it starts, and of the stations where it stops."""

    station_path = "start"
    read_verb = "logistics.read_run"

    def scope_of(self, user: User, verb: str) -> Q:
        """As everywhere, and by the stops; what belongs to the hub stays there."""
        from_start = super().scope_of(user, verb)
        if not from_start or verb in AT_START:
            return from_start
        at_stops = RunStop.objects.filter(_AtStop(RunStop).scope_of(user, verb))
        return from_start | Q(pk__in=at_stops.values("run"))


class RouteRun(BaseModel):
    """A run: who drives which route on which day. What it carries are the parcels that name it.

    The counters are written when it is reconciled, from the steps of those parcels.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("run", "planned")
        LOADING = "loading", _("loading")
        DEPARTED = "departed", _("on its way")
        FINISHED = "finished", _("back, to be reconciled")
        RECONCILED = "reconciled", pgettext_lazy("run", "reconciled")
        CANCELLED = "cancelled", pgettext_lazy("run", "cancelled")

    #: The van is not back.
    RUNNING = (Status.PLANNED, Status.LOADING, Status.DEPARTED)
    OPEN = (*RUNNING, Status.FINISHED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    route = models.ForeignKey(Route, models.PROTECT, related_name="runs", db_index=False, verbose_name=_("route"))
    start = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="+", db_index=False, verbose_name=_("starts at")
    )
    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="+", verbose_name=_("carrier"))
    driver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("driver")
    )
    run_date = models.DateField(_("day"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    departs_at = models.DateTimeField(_("departs at"))
    departed_at = models.DateTimeField(_("departed at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("back at"), null=True, blank=True)
    reconciled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reconciled by"),
    )
    reconciled_at = models.DateTimeField(_("reconciled at"), null=True, blank=True)
    scanned_in = models.PositiveIntegerField(_("scanned in"), default=0)
    scanned_out = models.PositiveIntegerField(_("scanned out"), default=0)
    exceptions = models.PositiveIntegerField(_("exceptions"), default=0)

    objects = RouteRunQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("van", "run")
        verbose_name_plural = pgettext_lazy("van", "runs")
        constraints = [
            models.UniqueConstraint(
                fields=["route", "run_date"], condition=~Q(status="cancelled"), name="run_once_per_route_and_day"
            ),
            models.CheckConstraint(
                condition=~Q(status="reconciled") | Q(scanned_in=F("scanned_out") + F("exceptions")),
                name="reconciled_run_balances",
            ),
            models.CheckConstraint(
                condition=Q(status="reconciled", reconciled_by__isnull=False, reconciled_at__isnull=False)
                | (~Q(status="reconciled") & Q(reconciled_by=None, reconciled_at=None)),
                name="run_names_who_reconciled_it",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["loading", "departed", "finished", "reconciled"]) | Q(driver__isnull=False),
                name="run_under_way_has_a_driver",
            ),
            TwoPersons(
                checker="reconciled_by", makers=("driver",), name="run_is_reconciled_by_another_than_its_driver"
            ),
        ]
        indexes = [
            models.Index(fields=["start", "-run_date"], name="run_of_start"),
            models.Index(
                fields=["run_date"], condition=~Q(status__in=["reconciled", "cancelled"]), name="run_open_by_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.run_date}"

    @property
    def is_open(self) -> bool:
        """Whether parcels can still be on it."""
        return self.status in self.OPEN


class RunStop(BaseModel):
    """One stop of a run."""

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("stop", "to come")
        ARRIVED = "arrived", pgettext_lazy("stop", "the van is there")
        LEFT = "left", pgettext_lazy("stop", "done")
        SKIPPED = "skipped", pgettext_lazy("stop", "left out")

    PASSED = (Status.LEFT, Status.SKIPPED)

    run = models.ForeignKey(RouteRun, models.CASCADE, related_name="stops", verbose_name=pgettext_lazy("van", "run"))
    position = models.PositiveSmallIntegerField(_("position"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    planned_at = models.DateTimeField(_("planned at"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PLANNED)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = RunStopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop of a run")
        verbose_name_plural = _("stops of runs")
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_stop_of_a_run_at_a_position"),
            models.UniqueConstraint(fields=["run"], condition=Q(status="arrived"), name="van_is_at_one_stop"),
            models.CheckConstraint(
                condition=Q(status__in=["arrived", "left"], arrived_at__isnull=False)
                | (~Q(status__in=["arrived", "left"]) & Q(arrived_at=None)),
                name="stop_says_when_the_van_arrived",
            ),
            models.CheckConstraint(condition=~Q(status="skipped") | ~Q(reason=""), name="skipped_stop_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.position}"


class RunExceptionQuerySet(StationScopedQuerySet):
    station_path = "run__start"
    read_verb = "logistics.read_run"


class RunException(BaseModel):
    """A parcel that a run took in and did not give out, named by another person than its driver. Append-only."""

    class Kind(models.TextChoices):
        LOST = "lost", _("lost")
        DAMAGED = "damaged", _("damaged, back at the hub")

    run = models.ForeignKey(
        RouteRun, models.PROTECT, related_name="named_exceptions", verbose_name=pgettext_lazy("van", "run")
    )
    parcel = models.ForeignKey("logistics.Parcel", models.PROTECT, related_name="+", verbose_name=_("parcel"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    reason = LineField(_("reason"), max_length=200)
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("driver"))
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("named by"))
    named_at = models.DateTimeField(_("named at"))

    objects = RunExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception of a run")
        verbose_name_plural = _("exceptions of runs")
        constraints = [
            models.UniqueConstraint(fields=["run", "parcel"], name="one_exception_of_a_parcel_on_a_run"),
            models.CheckConstraint(condition=~Q(reason=""), name="exception_of_a_run_has_a_reason"),
            TwoPersons(checker="named_by", makers=("driver",), name="exception_is_named_by_another_than_the_driver"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.parcel_id} {self.kind}"

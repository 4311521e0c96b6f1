"""Where a county sends what was learnt there, the pseudonyms of its learners, and each statement once."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from stations.scope import DivisionScopedQuerySet, StationScopedQuerySet

READ, RESEND = "education.read_statement", "education.resend_statement"


class RecordStoreQuerySet(DivisionScopedQuerySet):
    division_path = "county__path"
    read_verb = READ


class RecordStore(BaseModel):
    """A county lets programs read what was learnt there, and has it sent to a learning record store, if it names one.

    Without this row no statement is made of anybody in the county.
    """

    county = models.OneToOneField("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    provider = models.ForeignKey(
        "core.Provider",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("learning record store"),
        help_text=_("Empty: statements can be read, and nothing is sent."),
    )
    since_date = models.DateField(_("what was learnt since"))
    collected_until = models.DateTimeField(_("collected until"), null=True, blank=True, editable=False)
    sending_until = models.DateTimeField(_("being sent until"), null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failed attempts in a row"), default=0, editable=False)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=60, blank=True, editable=False)

    objects = RecordStoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("learning record store")
        verbose_name_plural = _("learning record stores")
        constraints = [
            models.CheckConstraint(
                condition=Q(failures=0, next_attempt_at=None, last_error="")
                | Q(failures__gt=0, next_attempt_at__isnull=False) & ~Q(last_error=""),
                name="record_store_that_fails_says_why_and_when_next",
            ),
        ]

    def __str__(self) -> str:
        return str(self.county)


class LearnerPseudonym(BaseModel):
    """From this each reader of statements gets a name of its own for a learner (`xapi.name_for`); it is never told.

    When the person is erased it is nobody's; what was sent is then about nobody.
    """

    name = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.OneToOneField(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("learner")
    )

    class Meta:
        verbose_name = _("pseudonym of a learner")
        verbose_name_plural = _("pseudonyms of learners")

    def __str__(self) -> str:
        return str(self.name)


class StatementQuerySet(StationScopedQuerySet):
    read_verb = READ

    def waiting(self) -> Self:
        """Those that were not accepted or given up yet."""
        return self.filter(status=Statement.Status.WAITING)


class Statement(BaseModel):
    """One statement. Its id is that of what it tells of: it is stored once. Nothing of it changes.

    Readers are told another id (`xapi.id_for`), since people here read what it tells of under this one.
    Of a minor nothing is sent or shown without a guardian's consent on the day (`withheld`).
    """

    class Kind(models.TextChoices):
        ATTENDED = "attended", pgettext_lazy("statement", "attended")
        EXPERIENCED = "experienced", pgettext_lazy("statement", "watched")
        COMPLETED = "completed", pgettext_lazy("statement", "completed")
        PASSED = "passed", pgettext_lazy("statement", "passed")
        FAILED = "failed", pgettext_lazy("statement", "not passed")
        EARNED = "earned", pgettext_lazy("statement", "earned a certificate")
        VOIDED = "voided", pgettext_lazy("statement", "revoked")

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("statement", "waiting")
        DELIVERED = "delivered", pgettext_lazy("statement", "delivered")
        FAILED = "failed", pgettext_lazy("statement", "refused")
        WITHHELD = "withheld", pgettext_lazy("statement", "held back: no consent")

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    actor = models.ForeignKey(LearnerPseudonym, models.PROTECT, related_name="statements", verbose_name=_("learner"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    content = models.JSONField(_("content"), help_text=_("Object, result and context, without the learner."))
    happened_at = models.DateTimeField(_("happened at"))
    stored_at = models.DateTimeField(_("stored at"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.WAITING)
    delivered_at = models.DateTimeField(pgettext_lazy("statement", "delivered at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=60, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement about learning")
        verbose_name_plural = _("statements about learning")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="delivered", delivered_at__isnull=False)
                | ~Q(status="delivered") & Q(delivered_at=None),
                name="statement_says_when_it_was_delivered",
            ),
            models.CheckConstraint(
                condition=Q(status="failed") & ~Q(last_error="") | ~Q(status="failed") & Q(last_error=""),
                name="refused_statement_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "stored_at", "id"], name="statement_of_station"),
            models.Index(
                fields=["station", "stored_at", "id"], condition=Q(status="waiting"), name="statement_to_send"
            ),
            models.Index(fields=["actor"], name="statement_of_learner"),
            models.Index(fields=["delivered_at"], condition=Q(delivered_at__isnull=False), name="statement_delivered"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class UntoldFactQuerySet(DivisionScopedQuerySet):
    division_path = "store__county__path"
    read_verb = READ

    def open(self) -> Self:
        """Those of which no statement was made since."""
        return self.filter(told_at=None)


class UntoldFact(BaseModel):
    """Something that happened of which no statement could be made, and why: the others are told without it.

    Its id is that of what happened. It is tried again each hour.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    store = models.ForeignKey(
        RecordStore, models.PROTECT, related_name="untold", verbose_name=_("learning record store")
    )
    error = LineField(_("why"), max_length=200)
    found_at = models.DateTimeField(_("found at"))
    tried_at = models.DateTimeField(_("tried at"))
    told_at = models.DateTimeField(pgettext_lazy("statement", "told at"), null=True, blank=True)

    objects = UntoldFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact without a statement")
        verbose_name_plural = _("facts without a statement")
        constraints = [
            models.CheckConstraint(condition=Q(tried_at__gte=F("found_at")), name="untold_fact_is_tried_after_found"),
        ]
        indexes = [
            models.Index(fields=["store", "tried_at"], condition=Q(told_at=None), name="fact_to_tell_again"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

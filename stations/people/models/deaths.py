"""Deaths as they were written down, and taken back where that was wrong."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField
from stations.two_persons import TwoPersons


class Death(BaseModel):
    """That a person died: written down by one, taken back by another when it was wrong.

    `ended` names what ended with it, so that taking it back opens all of it again.
    """

    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="deaths")
    died_date = models.DateField(_("died"))
    evidence = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    ended = models.JSONField(default=dict, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("death")
        verbose_name_plural = _("deaths")
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(undone_at=None), name="person_dies_once"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="death_is_taken_back_by_somebody",
            ),
            TwoPersons(checker="undone_by", makers=("recorded_by",), name="death_is_taken_back_by_another_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.died_date}"

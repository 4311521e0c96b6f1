"""Who signed in to which session of a training, and photos of what was signed on paper. Both only grow."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7
from education.courses.models import ClassSession
from education.courses.models.classes import READ_ROLL
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class SignInQuerySet(StationScopedQuerySet):
    station_path = "session__run__station"
    read_verb = READ_ROLL


class SignIn(BaseModel):
    """Somebody came to a session of a training. The roll call has a mark with the same id."""

    class Method(models.TextChoices):
        CARD = "card", pgettext_lazy("sign-in", "card scanned")
        PHONE_TAIL = "phone_tail", pgettext_lazy("sign-in", "end of the phone number")
        MANUAL = "manual", pgettext_lazy("sign-in", "name chosen")

    #: Made by the device or the page: the same sign-in sent twice is one.
    op_id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(
        ClassSession, models.PROTECT, related_name="sign_ins", verbose_name=_("session of a training")
    )
    learner = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("learner"))
    method = models.CharField(_("how"), max_length=10, choices=Method)
    came_at = models.DateTimeField(_("came at"))
    received_at = models.DateTimeField(_("received at"))
    signed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed in by")
    )

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in to a training")
        verbose_name_plural = _("sign-ins to trainings")
        constraints = [
            models.UniqueConstraint(fields=["session", "learner"], name="learner_signs_in_to_a_session_once"),
            TwoPersons(checker="signed_in_by", makers=("learner",), name="nobody_signs_in_alone"),
        ]
        indexes = [models.Index(fields=["learner"], name="sign_in_of_learner")]

    def __str__(self) -> str:
        return str(self.pk)


class SignInSheetQuerySet(StationScopedQuerySet):
    station_path = "session__run__station"
    read_verb = READ_ROLL


class SignInSheet(BaseModel):
    """A photo of a page that was signed by hand."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(
        ClassSession, models.PROTECT, related_name="sheets", verbose_name=_("session of a training")
    )
    photo = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+", verbose_name=_("photo"))
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kept by"))
    kept_at = models.DateTimeField(_("kept at"))

    objects = SignInSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed sheet of a training")
        verbose_name_plural = _("signed sheets of trainings")
        constraints = [models.UniqueConstraint(fields=["photo"], name="photo_is_of_one_sign_in_sheet")]

    def __str__(self) -> str:
        return str(self.pk)

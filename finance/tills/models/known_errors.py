"""Faults of our own system that may have made a drawer differ: published, so that nobody has to prove them alone."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, WordsField
from core.language.formatting import in_chinese


class KnownErrorQuerySet(models.QuerySet):
    def during(self, start: dt.datetime, end: dt.datetime) -> Self:
        """Those that stood at some time in `[start, end)`."""
        return self.filter(Q(to_at=None) | Q(to_at__gt=start), from_at__lt=end)


class KnownError(BaseModel):
    """A fault, since when, until when, and what it does to slips and drawers. Everybody may read it."""

    title = LineField(_("title"), max_length=120)
    title_zh = LineField(_("title in Chinese"), max_length=120)
    text = WordsField(_("what it does, and what to do"))
    text_zh = WordsField(_("the same in Chinese"))
    provider = models.ForeignKey("core.Provider", models.PROTECT, null=True, blank=True, related_name="+")
    from_at = models.DateTimeField(_("since"))
    to_at = models.DateTimeField(_("fixed at"), null=True, blank=True)

    objects = KnownErrorQuerySet.as_manager()

    class Meta:
        verbose_name = _("known error")
        verbose_name_plural = _("known errors")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gt=F("from_at")), name="known_error_is_mended_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["-from_at"], name="known_error_by_time")]

    def __str__(self) -> str:
        return self.title

    @property
    def shown_title(self) -> str:
        """The title in the reader's language."""
        return self.title_zh if in_chinese() else self.title

    @property
    def shown_text(self) -> str:
        """The text in the reader's language."""
        return self.text_zh if in_chinese() else self.text

"""Stored photos and papers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import uuid7


class StoredFile(BaseModel):
    """A photo or paper, re-encoded on arrival. Who may see it is the business of what it belongs to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    content = models.FileField(upload_to="files/%Y/%m/")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    stored_by = models.UUIDField(null=True, blank=True)
    stored_at = models.DateTimeField(_("stored at"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return str(self.pk)

"""The columns that every table has."""

from django.db import models


class BaseModel(models.Model):
    """Two bookkeeping columns; neither drives a rule."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

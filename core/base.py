"""The columns that every table has."""

from django.db import models


class BaseModel(models.Model):
    """Two bookkeeping columns; neither drives a rule. Other systems are told of a change by `updated_at` (FHIR)."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

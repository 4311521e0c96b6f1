"""Verbs about one resident's check-up."""

from typing import ClassVar

from django.db.models import Model
from django.http import Http404
from rest_framework.response import Response

from core.api import VerbView
from health.checkups.loading import log_refusal
from health.checkups.models import CheckupOrder
from stations.requests import signed_in


class ResidentVerb(VerbView):
    """An attempt that is told 404 stands in the resident's log: written after the verb's transaction was taken back."""

    one_object = True
    model: ClassVar[type[Model]] = CheckupOrder

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Http404) and self.request.user.is_authenticated:
            log_refusal(signed_in(self.request), self.model, self.kwargs["pk"])
        return super().handle_exception(exc)

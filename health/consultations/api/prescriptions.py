"""Prescriptions for the pharmacist."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.timezone import now
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from health.consultations import services
from health.consultations.loading import log_refused_prescription
from health.consultations.models import READ_PRESCRIPTION, Prescription
from health.consultations.queries import prescriptions
from stations.accounts.models import User
from stations.people.recorded_lists import RecordedList
from stations.requests import signed_in


class PrescriptionOut(ReadSerializer):
    """A drug by its ATC code, how much, how long, and where it stands."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="consultation_id")
    drug = serializers.CharField(source="drug.code")
    dose = serializers.CharField()
    days = serializers.IntegerField()
    status = serializers.CharField()
    signed_at = serializers.DateTimeField()
    reviewed_at = serializers.DateTimeField(allow_null=True)
    returned_because = serializers.CharField(allow_blank=True)
    dispensed_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d02",
        "case": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "drug": "C08CA01",
        "dose": "每天一次，每次 5 毫克",
        "days": 14,
        "status": "draft",
        "signed_at": "2026-12-02T02:00:00.000Z",
        "reviewed_at": None,
        "returned_because": "",
        "dispensed_at": None,
    }


class PrescriptionPages(CursorPages):
    """The newest first."""

    ordering = "-pk"


class Prescriptions(RecordedList):
    """List the prescriptions of the own clinics; each resident shown gets a row in the access log."""

    requires = READ_PRESCRIPTION
    serializer_class = PrescriptionOut
    pagination_class = PrescriptionPages
    out_example = PrescriptionOut.example

    def get_queryset(self) -> QuerySet[Prescription]:
        return prescriptions().open_to(signed_in(self.request), READ_PRESCRIPTION)

    def record(self, rows: Sequence[Prescription]) -> None:
        services.record_prescription_reads(rows=rows, user=signed_in(self.request), at=now())


class _PrescriptionVerb(VerbView):
    """One verb of a prescription; the attempt of somebody who is told 404 stands in the resident's log."""

    one_object = True
    Out = PrescriptionOut
    out_example: ClassVar[dict[str, Any]] = PrescriptionOut.example
    service: ClassVar[Callable[..., Prescription]]

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Prescription:
        found = load(prescriptions(), user, self.requires, pk=pk)
        return type(self).service(prescription=found, **data, by=user, at=at)

    def handle_exception(self, exc: Exception) -> Response:
        """The refused transaction is over: this row stands on its own."""
        if isinstance(exc, Http404) and self.request.user.is_authenticated:
            log_refused_prescription(signed_in(self.request), self.kwargs["pk"])
        return super().handle_exception(exc)


class ReleasePrescription(_PrescriptionVerb):
    """Release a prescription, as another person than its doctor. Refused: `allergy_known`, `same_person`."""

    requires = "health.release_prescription"
    service = services.release_prescription
    refusals = refused_by(services.release_prescription)
    out_example = PrescriptionOut.example | {"status": "active", "reviewed_at": "2026-12-02T02:10:00.000Z"}


class PrescriptionReturnIn(serializers.Serializer):
    """What is wrong with it."""

    reason = Line(max_length=200)


class ReturnPrescription(_PrescriptionVerb):
    """Return a prescription to its doctor, before or after it was released. Refused: `wrong_state`, `same_person`."""

    requires = "health.return_prescription"
    In = PrescriptionReturnIn
    service = services.return_prescription
    refusals = refused_by(services.return_prescription)
    in_example = {"reason": "剂量过大"}
    out_example = PrescriptionOut.example | {"status": "returned", "returned_because": "剂量过大"}


class DispensePrescription(_PrescriptionVerb):
    """Hand out the drug; it stands among the medicines of the resident. Refused: `allergy_known`, `wrong_state`."""

    requires = "health.dispense_prescription"
    service = services.dispense_prescription
    refusals = refused_by(services.dispense_prescription)
    out_example = PrescriptionOut.example | {"status": "dispensed", "dispensed_at": "2026-12-02T03:00:00.000Z"}

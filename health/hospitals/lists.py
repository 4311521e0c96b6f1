"""The doctors of the hospitals on whose staff the reader is."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.web.lists import Empty, ListPage, Row
from health.hospitals.models import Doctor


class Doctors(ListPage):
    """Doctors with grade and department."""

    name = "hospitals:doctors"
    grant = "health.mark_doctor_away"
    title = gettext_lazy("Doctors")
    headings = {
        "name": gettext_lazy("Doctor"),
        "what": gettext_lazy("Department"),
        "where": gettext_lazy("Hospital"),
        "state": gettext_lazy("Kind of clinic"),
    }
    order = ("pk",)
    search = gettext_lazy("Name of the doctor")
    empty = Empty(gettext_lazy("No doctor yet."), icon="person")

    def rows(self, request: HttpRequest) -> QuerySet[Doctor]:
        """Those of the own hospitals."""
        return Doctor.objects.open_to(request.user, self.grant).select_related("department__hospital")

    def found(self, words: str) -> Q:
        """Those whose name begins like this."""
        return Q(name__startswith=words)

    def row(self, row: Doctor, known: Any) -> Row:
        """Who, and where."""
        return Row(
            name=row.name,
            href=reverse("hospitals:doctor", args=[row.pk]),
            what=row.department.title,
            where=row.department.hospital.title,
            status="ok" if row.is_active else "info",
            words=row.get_grade_display(),
        )


DOCTORS = Doctors()

"""Consultations and prescriptions in words."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.web.tables import Cell, Column, Table
from health.consultations.models import Consultation, Prescription, Sign

_S, _P = Consultation.Status, Prescription.Status
KINDS: dict[str, str] = {
    _S.REQUESTED: "wait",
    _S.ACCEPTED: "wait",
    _S.IN_PROGRESS: "info",
    _S.ON_HOLD: "wait",
    _S.COMPLETED: "ok",
    _S.REJECTED: "bad",
    _S.FAILED: "bad",
    _S.CANCELLED: "info",
}
PRESCRIPTION_KINDS: dict[str, str] = {
    _P.DRAFT: "wait",
    _P.ACTIVE: "info",
    _P.DISPENSED: "ok",
    _P.RETURNED: "bad",
    _P.STOPPED: "bad",
    _P.COMPLETED: "ok",
}


def kind_of(row: Consultation) -> str:
    """The colour of a state."""
    return KINDS[row.status]


def clock_words(row: Consultation, at: dt.datetime) -> tuple[str, str | Promise]:
    """For the queue: the state, and whether its clock has run out."""
    if row.due_at is not None and row.due_at <= at and row.status != _S.ON_HOLD:
        return "bad", _("overdue: %(state)s") % {"state": row.get_status_display()}
    if row.is_urgent and row.status in {_S.REQUESTED, _S.ACCEPTED}:
        return "bad", _("urgent: %(state)s") % {"state": row.get_status_display()}
    return kind_of(row), row.get_status_display()


def sign_words(row: Consultation) -> list[str]:
    """What was answered yes before anything was typed."""
    return [str(Sign(each).label) for each in row.signs]


def prescriptions_table(rows: Sequence[Prescription]) -> Table:
    """Drug, dose, days, and what the pharmacist said."""
    columns = [Column(_("Medicine")), Column(_("Dose")), Column(_("Days"), number=True), Column(_("State"))]
    lines: list[tuple[Any, ...]] = [
        (
            row.drug.title,
            row.dose,
            row.days,
            Cell(row.get_status_display(), detail=row.returned_because or row.stopped_because),
        )
        for row in rows
    ]
    return Table(_("Prescriptions"), columns, lines, empty=_("Nothing prescribed."))

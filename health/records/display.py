"""How a record reads: measurements in words, diagnoses and medicines as tables, and who looked."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from core.language import formatting
from core.web.tables import Cell, Column, Table
from health.records.models import Allergy, Condition, Encounter, GranteeConsent, Medicine, Observation, Unit
from health.records.queries import (
    CASE_LOOK,
    CHECKUP_LOOK,
    EMERGENCY_LOOK,
    EXPORT_LOOK,
    FHIR_LOOK,
    LOOK,
    PRESCRIPTION_LOOK,
    REFUSED,
    ROSTER_LOOK,
    Look,
)

LOOKS: dict[str, str | Promise] = {
    LOOK: pgettext_lazy("access", "read the health record"),
    EMERGENCY_LOOK: pgettext_lazy("access", "read the health record in an emergency"),
    CASE_LOOK: pgettext_lazy("access", "read an online consultation"),
    PRESCRIPTION_LOOK: pgettext_lazy("access", "read a prescription"),
    CHECKUP_LOOK: pgettext_lazy("access", "read a check-up"),
    ROSTER_LOOK: pgettext_lazy("access", "read the list of a check-up day"),
    FHIR_LOOK: pgettext_lazy("access", "read health data with another system (FHIR)"),
    EXPORT_LOOK: pgettext_lazy("access", "exported health data to another system (FHIR)"),
    REFUSED: pgettext_lazy("access", "was refused"),
}


def allergy_words(rows: Sequence[Allergy]) -> list[tuple[str, str]]:
    """Each allergy with what happened, and the colour of its message."""
    found = []
    for row in rows:
        named = row.drug.title if row.drug else row.substance or str(row.get_allergen_display())
        parts = [part for part in (row.get_criticality_display(), row.reaction) if part]
        kind = "bad" if row.criticality == Allergy.Criticality.HIGH else "wait"
        found.append((kind, _("Allergic to %(what)s (%(how)s)") % {"what": named, "how": formatting.listed(parts)}))
    return found


def value_words(row: Observation) -> str:
    """`144/85 mmHg`, `7.4 mmol/L`, as it was entered."""
    if row.value is None:
        return f"{row.systolic}/{row.diastolic} mmHg"
    return f"{row.value.normalize():f} {Unit(row.unit).label}"


def conditions_table(rows: Sequence[Condition]) -> Table:
    """What is confirmed, since when, by which clinic."""
    columns = [
        Column(_("Diagnosis")),
        Column(pgettext("diagnosis", "Code")),
        Column(_("Since"), short=True),
        Column(_("Clinic")),
    ]
    lines = [(row.get_code_display(), row.code, _day(row.confirmed_at), row.clinic.title) for row in rows]
    return Table(_("Diagnoses"), columns, lines, empty=_("No confirmed diagnosis."))


def medicines_table(rows: Sequence[Medicine]) -> Table:
    """What is taken: drug, dose, days."""
    columns = [Column(_("Medicine")), Column(_("Dose")), Column(_("Since"), short=True), Column(_("Until"), short=True)]
    lines = [
        (row.title, row.dose, formatting.day(row.from_date), formatting.day(row.to_date) if row.to_date else "–")
        for row in rows
    ]
    return Table(pgettext("health record", "Medicines"), columns, lines, empty=_("No medicines."))


def measurements_table(rows: Sequence[Observation]) -> Table:
    """Day, what was measured, and the value in its unit."""
    columns = [
        Column(_("Day"), short=True),
        Column(_("Measured")),
        Column(pgettext("measurement", "Value"), number=True),
    ]
    lines = [(_day(row.measured_at), row.get_code_display(), value_words(row)) for row in rows]
    return Table(_("Measurements"), columns, lines, small=True, empty=_("No measurements."))


def encounters_table(rows: Sequence[Encounter]) -> Table:
    """Day, clinic, what was found and advised."""
    columns = [
        Column(_("Day"), short=True),
        Column(_("Clinic")),
        Column(pgettext("encounter", "Findings")),
        Column(_("Advice")),
    ]
    lines = [
        (
            _day(row.started_at),
            Cell(row.clinic.title, detail=formatting.listed(_where(row))),
            row.summary,
            row.advice or "–",
        )
        for row in rows
    ]
    return Table(_("Encounters"), columns, lines, empty=_("No encounter yet."))


def grantees_table(rows: Sequence[GranteeConsent]) -> Table:
    """Whom the resident allows alone, and through which day of the clinic's zone."""
    columns = [Column(_("Who")), Column(_("Until"), short=True)]
    lines = [(row.grantee, formatting.full_day(row.last_date)) for row in rows]
    return Table(_("Whom the resident allows alone"), columns, lines, empty=_("No one else."))


def looks_table(rows: Sequence[Look]) -> Table:
    """Who looked, from where, when."""
    columns = [Column(_("When"), short=True), Column(_("Name")), Column(_("Place")), Column(_("What"))]
    lines = [
        (formatting.moment(timezone.localtime(row.at)), row.name, row.place or "–", LOOKS[row.what]) for row in rows
    ]
    return Table(_("Who looked at this record"), columns, lines, empty=_("No access yet."))


def _where(row: Encounter) -> list[str]:
    return [str(row.get_kind_display()), *([row.department.title] if row.department else [])]


def _day(at: dt.datetime) -> str:
    return formatting.day(timezone.localtime(at).date())

"""How a resident's values and limits read on the page."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.language import formatting
from core.web.charts import Chart, Series
from core.web.tables import Cell, Column, Table
from health.chronic.judging import mean_pressure, targets
from health.chronic.models import Enrolment, FollowUpVisit, Judgement, ProtocolVersion, Result, Sign
from health.records.display import value_words
from health.records.models import Observation
from health.records.services import Glucose, reading_of
from stations.people.queries.guardians import age_on

SHOWN = 12
KINDS = {Result.CONTROLLED: "ok", Result.UNCONTROLLED_FIRST: "wait", Result.NOT_JUDGED: "info"}


def kind_of(result: str) -> str:
    """The colour of a result."""
    return KINDS.get(Result(result), "bad") if result else "info"


def past_visits(enrolment: Enrolment) -> list[FollowUpVisit]:
    """The last twelve visits, the newest first, with their values."""
    values = Prefetch("observations", Observation.objects.select_related("corrects"))
    visits = FollowUpVisit.objects.filter(resident=enrolment.resident_id, clinic=enrolment.clinic_id)
    return list(visits.prefetch_related(values).order_by("-local_date", "-recorded_at")[:SHOWN])


def judgements_of(enrolment: Enrolment, visits: Sequence[FollowUpVisit]) -> dict[UUID, Judgement]:
    """The judgement that holds of each visit."""
    rows = enrolment.judgements.filter(visit__in=visits, replaced_at=None).select_related("protocol")
    return {row.visit_id: row for row in rows}


def table_of(visits: Sequence[FollowUpVisit], judged: Mapping[UUID, Judgement]) -> Table:
    """Day, pressure, glucose and result of each visit."""
    rows = []
    for visit in visits:
        found, values, replaced = judged.get(visit.pk), _values(visit), _corrected(visit)
        words = found.get_result_display() if found else _("recorded")
        cell = Cell(words, status=kind_of(found.result if found else ""))
        pressures, others = ([row for row in replaced if (row.value is None) is each] for each in (True, False))
        rows.append(
            [
                formatting.day(visit.local_date),
                Cell(pressure_words(values), detail=_instead_of(pressures)),
                Cell(glucose_words(values), detail=_instead_of(others)),
                cell,
            ]
        )
    columns = [
        *(Column(_("Day")), Column(_("Pressure, mmHg"), number=True)),
        *(Column(_("Glucose"), number=True), Column(_("Result"))),
    ]
    return Table(_("Visits"), columns, rows, empty=_("No visit yet."))


def pressure_chart(visits: Sequence[FollowUpVisit]) -> Chart | None:
    """Both pressures over the visits at which they were measured; none below two."""
    means = [(each.local_date, mean_pressure([reading_of(row) for row in _values(each)])) for each in visits[::-1]]
    points = [(day, mean) for day, mean in means if mean is not None]
    if len(points) < 2:
        return None
    last, before = points[-1][1], points[-2][1]
    return Chart(
        title=_("Blood pressure"),
        finding=_("Last %(last)s, before that %(before)s.")
        % {"last": f"{last.systolic}/{last.diastolic}", "before": f"{before.systolic}/{before.diastolic}"},
        labels=[formatting.short_day(day) for day, _mean in points],
        short_labels=_few([day for day, _mean in points]),
        series=[
            Series(_("Upper"), [mean.systolic for _day, mean in points]),
            Series(_("Lower"), [mean.diastolic for _day, mean in points]),
        ],
        unit="mmHg",
        id="pressure",
    )


def glucose_chart(visits: Sequence[FollowUpVisit]) -> Chart | None:
    """Fasting glucose in the unit of the newest value; none below two of one unit."""
    values = [(visit.local_date, reading_of(row)) for visit in visits[::-1] for row in _values(visit)]
    points = [(day, each) for day, each in values if isinstance(each, Glucose) and each.is_fasting]
    same = [(day, float(each.value)) for day, each in points if each.unit == points[-1][1].unit]
    if len(same) < 2:
        return None
    return Chart(
        title=_("Fasting glucose"),
        finding=_("Last %(last)s, before that %(before)s.") % {"last": same[-1][1], "before": same[-2][1]},
        labels=[formatting.short_day(day) for day, _value in same],
        short_labels=_few([day for day, _value in same]),
        series=[Series(_("Fasting glucose"), [value for _day, value in same])],
        unit=points[-1][1].unit,
        id="glucose",
    )


def limits_of(
    enrolment: Enrolment, rule: ProtocolVersion, *, day: dt.date, conditions: frozenset[str]
) -> list[tuple[str, str]]:
    """The limits of this resident, in words."""
    values, age = rule.parameters, age_on(enrolment.resident.birth_date, day)
    goal, alarm = targets(values, age=age, conditions=conditions)["mm[Hg]"], values["emergency"]["mm[Hg]"]
    hospital = _("to hospital today")
    below = _("below %(high)s/%(low)s mmHg") % {"high": goal["systolic_below"], "low": goal["diastolic_below"]}
    high = _("from %(high)s, or from %(low)s mmHg") % {"high": alarm["systolic_from"], "low": alarm["diastolic_from"]}
    lines = [(_("pressure in target"), below), (hospital, high)]
    for unit in ("mmol/L", "mg/dL"):
        if unit in values["control"]:
            known = {**values["emergency"][unit], **values["control"][unit], "unit": unit}
            lines.append((_("fasting, in target"), _("below %(below)s %(unit)s") % known))
            lines.append((hospital, _("from %(from)s, or %(down_to)s and below, %(unit)s") % known))
    return lines


def reasons_in_words(judgement: Judgement) -> list[str | Promise]:
    """Why a visit was judged like this."""
    known: dict[str, str | Promise] = {
        "pressure": _("The pressure is in the range of an emergency."),
        "glucose": _("The glucose is in the range of an emergency."),
        "over_target": _("The values are above the target."),
        "adverse_reaction": _("There is a reaction to a medicine."),
        "complication": _("There is a new or worse complication."),
        "phone": _("A visit by phone is not judged."),
        "not_measured": _("The value that counts for this programme was not measured."),
        **{sign.value: sign.label for sign in Sign},
    }
    return [known[each] for each in judgement.reasons]


def pressure_words(rows: Sequence[Observation]) -> str:
    """`144/85`, the mean of the last two."""
    mean = mean_pressure([reading_of(row) for row in rows])
    return f"{mean.systolic}/{mean.diastolic}" if mean else "–"


def glucose_words(rows: Sequence[Observation]) -> str:
    """`7.4 mmol/L`, as it was entered."""
    found = [f"{row.value.normalize():f} {row.unit}" for row in rows if row.value is not None]
    return found[-1] if found else "–"


def _values(visit: FollowUpVisit) -> list[Observation]:
    """The values that count, in their order."""
    wrong = {row.pk for row in _corrected(visit)}
    return sorted(
        (row for row in visit.observations.all() if row.pk not in wrong), key=lambda row: (row.measured_at, row.pk)
    )


def _corrected(visit: FollowUpVisit) -> list[Observation]:
    """The values in whose place others count, as they were entered."""
    return [row.corrects for row in sorted(visit.observations.all(), key=lambda row: row.pk) if row.corrects]


def _instead_of(rows: Sequence[Observation]) -> str:
    """What was entered before."""
    if not rows:
        return ""
    return _("corrected; before: %(values)s") % {"values": formatting.listed([value_words(row) for row in rows])}


def _few(days: Sequence[dt.date]) -> list[str]:
    """Labels that a phone has room for: the first, the middle and the last."""
    named = {0, len(days) // 2, len(days) - 1}
    return [formatting.short_day(day) if index in named else "" for index, day in enumerate(days)]

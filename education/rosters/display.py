"""How rosters, their lines and what waits read on pages."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.web.tables import Cell, Column, Table
from education.rosters.marks import FILES_OF_PEOPLE, OF_PEOPLE, shown_mark
from education.rosters.models import Roster, RosterRecord, RosterSeat
from education.rosters.planning import CHANGED, CREATED, ENDED, UNCHANGED, Outcome
from stations.people.masking import mask_name

#: Lines of a report that a page shows; the API has them all.
SHOWN = 200
OUTCOMES = {
    CREATED: pgettext_lazy("roster", "new"),
    CHANGED: pgettext_lazy("roster", "changed"),
    UNCHANGED: pgettext_lazy("roster", "unchanged"),
    ENDED: pgettext_lazy("roster", "ends"),
}
FAULTS = {
    "file_missing": gettext_lazy("The file is missing from the zip."),
    "column_missing": gettext_lazy("A column that OneRoster asks for is missing."),
    "id_malformed": gettext_lazy("sourcedId is empty or too long."),
    "id_twice": gettext_lazy("Another line of the file has the same sourcedId."),
    "value_malformed": gettext_lazy("A value is missing, too long, or no date."),
    "status_in_bulk": gettext_lazy("In a bulk file status and dateLastModified must be empty."),
    "status_missing": gettext_lazy("In a delta file status must be active or tobedeleted, with dateLastModified."),
    "reference_missing": gettext_lazy("It names a line that neither this file nor an earlier one has."),
    "same_child_twice": gettext_lazy("The same pupil stands under another id, or twice in the class."),
    "station_elsewhere": gettext_lazy("The identifier is that of a station in another county."),
}
WAITS = {
    "untried": gettext_lazy("Not tried yet."),
    "pupil_unknown": gettext_lazy("The pupil is not matched with a resident yet."),
    "class_unknown": gettext_lazy("The class is not matched yet."),
    "child_consent_missing": gettext_lazy("A guardian has not agreed yet."),
    "age_outside_range": gettext_lazy("The course is for another age."),
    "teacher_learns": gettext_lazy("This person teaches the class."),
    "person_deceased": gettext_lazy("This resident has died."),
    "wrong_state": gettext_lazy("The class takes no more learners."),
}


def status_of_roster(roster: Roster) -> str:
    """The colour of a roster."""
    return {"checked": "wait", "faulty": "bad", "applied": "ok"}.get(roster.status, "info")


def counts_of(roster: Roster) -> list[tuple[str, int]]:
    """How many lines are new, changed, unchanged and end, and how many are wrong."""
    counted = Counter(line["outcome"] for line in roster.report)
    faults = sum(count for outcome, count in counted.items() if outcome not in OUTCOMES)
    return [*((str(words), counted[outcome]) for outcome, words in OUTCOMES.items()), (_("errors"), faults)]


def shown_lines(roster: Roster) -> list[Outcome]:
    """Errors first, then the lines that change something; unchanged ones are only counted."""
    return [line for line in roster.report if line["outcome"] != UNCHANGED]


def report_table(lines: Sequence[Outcome], entries: Mapping[tuple[str, str], UUID]) -> Table:
    """The first lines, each with a link to what was taken in from it; `entries` by file and id."""
    left = len(lines) - SHOWN
    note = _("%(count)s more lines") % {"count": left} if left > 0 else ""
    return Table(
        _("Lines"),
        [Column(_("File and line")), Column(_("Id in the school’s system")), Column(_("Result"))],
        [_line(line, entries.get((line["file"], line["sourced_id"]))) for line in lines[:SHOWN]],
        note=note,
        empty=_("Nothing changes."),
    )


def name_of_pupil(record: RosterRecord) -> str:
    """The name as the school writes it."""
    return str(record.facts.get("name") or record.facts.get("title") or shown_id(record))


def seats_table(seats: Iterable[RosterSeat], about: RosterRecord) -> Table:
    """Which pupils a class has, or which classes a pupil, and what each waits for."""
    is_pupil = about.kind == RosterRecord.Kind.USER
    rows = [
        (
            _link(seat.school_class, name_of_pupil) if is_pupil else _link(seat.pupil, _name_in_class),
            Cell(seat.get_status_display(), status=_colour(seat), detail=words_of_wait(seat)),
        )
        for seat in seats
    ]
    heading = _("School class") if is_pupil else _("Pupil")
    return Table(_("Seats"), [Column(heading), Column(_("State"))], rows, small=True, empty=_("No seat."))


def _link(record: RosterRecord, name: Callable[[RosterRecord], str]) -> Cell:
    return Cell(name(record), href=reverse("rosters:entry", args=[record.pk]))


def _name_in_class(pupil: RosterRecord) -> str:
    """Of a pupil who is no resident yet the name is masked: nobody's reading of it could be recorded."""
    return name_of_pupil(pupil) if pupil.learner_id else mask_name(name_of_pupil(pupil))


def words_of_wait(seat: RosterSeat) -> str:
    """Why a pupil is not on the class yet."""
    return str(WAITS[seat.waits_for]) if seat.waits_for else ""


def _colour(seat: RosterSeat) -> str:
    return {"enrolled": "ok", "requested": "wait"}.get(seat.status, "info")


def _shown_id_of(line: Outcome) -> str:
    return shown_mark(line["sourced_id"]) if line["file"] in FILES_OF_PEOPLE else line["sourced_id"]


def shown_id(record: RosterRecord) -> str:
    """The id in the school's system; of a pupil the mark of it."""
    return shown_mark(record.sourced_id) if record.kind in OF_PEOPLE else record.sourced_id


def _line(line: Outcome, entry: UUID | None) -> tuple[object, ...]:
    where = f"{line['file']} · {line['number']}" if line["number"] else line["file"]
    named = Cell(_shown_id_of(line), href=reverse("rosters:entry", args=[entry]) if entry else "")
    if line["outcome"] in OUTCOMES:
        return where, named, Cell(OUTCOMES[line["outcome"]], status="info")
    return where, named, Cell(FAULTS[line["outcome"]], status="bad")

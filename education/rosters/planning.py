"""What taking in the lines of a roster would do, looked at against what is known; nothing is written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from education.rosters.marks import OF_PEOPLE
from education.rosters.models import RosterRecord
from education.rosters.package import BULK, Fault, Line, Package
from stations.network.models import Station
from stations.places.models import Division

CREATED, CHANGED, UNCHANGED, ENDED = "created", "changed", "unchanged", "ended"
_K = RosterRecord.Kind
Key = tuple[str, str]
OF_PUPILS = ("is_student", "name", "birth_date")

#: Which id of a line names a line of another kind.
REFERENCES: dict[str, dict[str, str]] = {
    _K.CLASS: {"course": _K.COURSE, "school": _K.ORG},
    _K.ENROLLMENT: {"class": _K.CLASS, "user": _K.USER},
}


class Outcome(TypedDict):
    """What becomes of a line, or what is wrong with it; line 0 is one that the file leaves out."""

    file: str
    number: int
    sourced_id: str
    outcome: str


@dataclass(slots=True)
class Plan:
    """The lines with what becomes of each, those that are missing and so end, and the faults."""

    outcomes: list[tuple[Line, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def report(self) -> list[Outcome]:
        """Faults first, then every line."""
        wrong = [_outcome(each, each["code"]) for each in self.faults]
        return [*wrong, *(_outcome(line, outcome) for line, outcome in self.outcomes)]


def known_records(county: Division, source_system: str) -> dict[Key, RosterRecord]:
    """All that this system has said before, by kind and id; one statement."""
    rows = RosterRecord.objects.filter(county=county, source_system=source_system)
    return {(row.kind, row.sourced_id): row for row in rows}


def marks_in(known: Mapping[Key, RosterRecord]) -> set[str]:
    """The marks under which people are known."""
    return {sourced_id for kind, sourced_id in known if kind in OF_PEOPLE}


def planned(package: Package, known: Mapping[Key, RosterRecord], county: Division) -> Plan:
    """What the lines of a zip would do."""
    _complete_users(package.lines, known)
    missing = _left_out(package, known)
    plan = plan_of([*package.lines, *missing], known)
    plan.faults = [
        *package.faults,
        *_without_reference(package.lines, known),
        *_twice(package.lines, known),
        *_elsewhere(package.lines, county),
    ]
    return plan


def plan_of(lines: Iterable[Line], known: Mapping[Key, RosterRecord]) -> Plan:
    """The same for lines that were looked at before."""
    return Plan([(line, _becomes(line, known.get((line["kind"], line["sourced_id"])))) for line in lines])


def _complete_users(lines: Iterable[Line], known: Mapping[Key, RosterRecord]) -> None:
    """Of pupils name and birth date, of everybody else nothing but that they are there.

    What the file does not say of a user stays as an earlier one has said it.
    """
    for line in lines:
        if line["kind"] != _K.USER:
            continue
        record = known.get((line["kind"], line["sourced_id"]))
        facts = {"is_student": False, "birth_date": "", **(record.facts if record else {}), **line["facts"]}
        is_student = facts["is_student"]
        line["facts"] = {name: facts[name] for name in OF_PUPILS} if is_student else {"is_student": False}


def _becomes(line: Line, known: RosterRecord | None) -> str:
    if line["is_ended"]:
        return UNCHANGED if known is None or known.is_ended else ENDED
    if known is None:
        return CREATED
    return CHANGED if known.is_ended or known.facts != line["facts"] else UNCHANGED


def _left_out(package: Package, known: Mapping[Key, RosterRecord]) -> list[Line]:
    """Enrolments that a bulk file leaves out of classes that it has end; nothing else does."""
    if package.modes.get("enrollments") != BULK:
        return []
    said = {line["sourced_id"] for line in package.lines if line["kind"] == _K.ENROLLMENT}
    classes = {str(line["facts"]["class"]) for line in package.lines if line["kind"] == _K.ENROLLMENT}
    classes |= {line["sourced_id"] for line in package.lines if line["kind"] == _K.CLASS}
    return [
        Line(
            kind=kind, file="enrollments.csv", number=0, sourced_id=sourced_id, is_ended=True, facts=dict(record.facts)
        )
        for (kind, sourced_id), record in sorted(known.items())
        if kind == _K.ENROLLMENT and not record.is_ended and sourced_id not in said and record.facts["class"] in classes
    ]


def _without_reference(lines: Sequence[Line], known: Mapping[Key, RosterRecord]) -> list[Fault]:
    """Lines that name something which neither the file nor an earlier one has, or which ends with this one."""
    there = {key for key, record in known.items() if not record.is_ended}
    there |= {(line["kind"], line["sourced_id"]) for line in lines if not line["is_ended"]}
    there -= {(line["kind"], line["sourced_id"]) for line in lines if line["is_ended"]}
    return [
        _fault(line, "reference_missing")
        for line in lines
        if not line["is_ended"]
        and any(
            (kind, str(line["facts"][name])) not in there for name, kind in REFERENCES.get(line["kind"], {}).items()
        )
    ]


def _twice(lines: Sequence[Line], known: Mapping[Key, RosterRecord]) -> list[Fault]:
    """A pupil under two ids, or twice in a class: the second line of each, and that of a pupil known under another."""
    ending = {(line["kind"], line["sourced_id"]) for line in lines if line["is_ended"]}
    seen: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for key, record in known.items():
        if not record.is_ended and key not in ending and (mark := _mark(record.kind, record.facts)):
            seen[mark].add(record.sourced_id)
    faults = []
    for line in lines:
        mark = None if line["is_ended"] else _mark(line["kind"], line["facts"])
        if mark is None:
            continue
        if seen[mark] - {line["sourced_id"]}:
            faults.append(_fault(line, "same_child_twice"))
        seen[mark].add(line["sourced_id"])
    return faults


def _mark(kind: str, facts: Mapping[str, object]) -> tuple[object, ...] | None:
    """What two lines must not share."""
    if kind == _K.USER and facts.get("is_student") and facts.get("birth_date"):
        return kind, facts["name"], facts["birth_date"]
    if kind == _K.ENROLLMENT:
        return kind, facts["class"], facts["user"]
    return None


def _elsewhere(lines: Sequence[Line], county: Division) -> list[Fault]:
    """Schools that name a station of another county."""
    named = {str(line["facts"]["identifier"]): line for line in lines if line["kind"] == _K.ORG}
    there = Station.objects.filter(code__in=named).exclude(county=county).values_list("code", flat=True)
    return [_fault(named[code], "station_elsewhere") for code in there]


def _fault(line: Line, code: str) -> Fault:
    return Fault(file=line["file"], number=line["number"], sourced_id=line["sourced_id"], code=code)


def _outcome(line: Line | Fault, outcome: str) -> Outcome:
    return Outcome(file=line["file"], number=line["number"], sourced_id=line["sourced_id"], outcome=outcome)

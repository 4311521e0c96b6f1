"""The pages of rosters: a file is brought, read and taken in; a pupil or class of it is matched by somebody."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import requires
from core.forms import Option
from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from education.courses.models import ClassRun
from education.courses.queries import county_taught_in
from education.rosters import services
from education.rosters.display import (
    SHOWN,
    counts_of,
    name_of_pupil,
    report_table,
    seats_table,
    shown_id,
    shown_lines,
    status_of_roster,
)
from education.rosters.forms import ChoiceOfOne, RosterForm
from education.rosters.lists import MAKE
from education.rosters.machine import ROSTER
from education.rosters.models import READ, Roster, RosterRecord, RosterSeat
from education.rosters.queries import classes_alike, entries_of, residents_alike, seats_about
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.people.models import Person
from stations.people.services import log_reads
from stations.requests import SignedInRequest

MATCH = "education.match_roster"


@requires(MAKE)
def new_roster(request: SignedInRequest) -> HttpResponse:
    """Bring the file of a school; what it would do is read before it is taken in."""
    return form_page(
        request,
        operation=MAKE,
        form=RosterForm(request.POST or None, request.FILES or None),
        service=partial(services.check_roster, county=county_taught_in(request.user, MAKE)),
        then=page_of("rosters:roster"),
        template="education/rosters/new_roster.html",
        done=_("The file was read. Nothing of it is taken in yet."),
    )


def _rosters() -> QuerySet[Roster]:
    return Roster.objects.select_related("county", "made_by", "applied_by")


def _context(_request: SignedInRequest, found: Roster) -> dict[str, Any]:
    lines = shown_lines(found)
    return {
        "roster": found,
        "kind": status_of_roster(found),
        "counts": counts_of(found),
        "lines": report_table(lines, entries_of(found, lines[:SHOWN])),
        "history": history_of(found),
    }


ROSTER_PAGE = ObjectPage(
    name="rosters:roster",
    template="education/rosters/roster.html",
    grant=READ,
    noun="roster",
    rows=_rosters,
    context=_context,
    machine=ROSTER,
    actions={
        "apply": PageAction(
            grant="education.apply_roster",
            service=services.apply_roster,
            arrow="apply_roster",
            title=_("Import the roster"),
            button=_("Take in all lines"),
            doing=_("Recording…"),
            done=_("The roster is taken in. Pupils without a guardian’s consent wait."),
        ),
        "discard": PageAction(
            grant=MAKE,
            service=services.discard_roster,
            arrow="discard_roster",
            title=_("Give it up"),
            button=_("Give up this file"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _entries() -> QuerySet[RosterRecord]:
    kinds = [RosterRecord.Kind.USER, RosterRecord.Kind.CLASS]
    rows = RosterRecord.objects.filter(kind__in=kinds)
    return rows.select_related("county", "run__course", "run__station", "learner__home_station__county", "matched_by")


def _entry_context(request: SignedInRequest, found: RosterRecord) -> dict[str, Any]:
    seats = list(seats_about(found))
    people = _people_shown(found, seats)
    log_reads(user=request.user, people=people, what="roster", at=now())
    return {
        "entry": found,
        "name": name_of_pupil(found),
        "shown_id": shown_id(found),
        "is_pupil": _is_pupil(found),
        "people": people,
        "classes": [] if _is_pupil(found) else list(classes_alike(found)),
        "seats": seats_table(seats, found),
    }


def _people_shown(found: RosterRecord, seats: Sequence[RosterSeat]) -> list[Person]:
    """The resident of a pupil and all who may be meant, or the residents whom a class has."""
    if not _is_pupil(found):
        return list({seat.pupil.learner for seat in seats if seat.pupil.learner})
    return [*([found.learner] if found.learner else []), *residents_alike(found)]


def _is_pupil(found: RosterRecord) -> bool:
    return found.kind == RosterRecord.Kind.USER


def _residents(_request: SignedInRequest, found: RosterRecord) -> dict[str, Any]:
    return {"offered": [(str(each.pk), _resident(each)) for each in residents_alike(found)]}


def _resident(person: Person) -> Option:
    born = formatting.full_day(person.birth_date) if person.birth_date else _("Birth date unknown")
    return Option(person.full_name, str(born), person.home_station.name)


def _classes(_request: SignedInRequest, found: RosterRecord) -> dict[str, Any]:
    return {"offered": [(str(each.pk), _class(each)) for each in _other_classes(found)]}


def _other_classes(found: RosterRecord) -> QuerySet[ClassRun]:
    alike = classes_alike(found)
    return alike.exclude(pk=found.run_id) if found.run_id else alike


def _class(run: ClassRun) -> Option:
    return Option(run.course.title, formatting.full_day(run.starts_date), run.station.name)


def _match(*, record: RosterRecord, chosen: str, by: User, at: dt.datetime) -> RosterRecord:
    learner = get_object_or_404(Person.objects.select_related("home_station"), pk=chosen)
    return services.match_pupil(record=record, learner=learner, by=by, at=at)


def _link(*, record: RosterRecord, chosen: str, by: User, at: dt.datetime) -> RosterRecord:
    return services.link_class(record=record, run=get_object_or_404(ClassRun, pk=chosen), by=by, at=at)


ENTRY_PAGE = ObjectPage(
    name="rosters:entry",
    template="education/rosters/entry.html",
    grant=READ,
    noun="record",
    rows=_entries,
    context=_entry_context,
    actions={
        "match": PageAction(
            grant=MATCH,
            service=_match,
            form=ChoiceOfOne,
            form_kwargs=_residents,
            is_open=lambda found, _user: _is_pupil(found) and not found.is_ended and bool(residents_alike(found)),
            title=_("Which resident is this?"),
            button=_("This is the resident"),
            doing=_("Recording…"),
        ),
        "link": PageAction(
            grant=MATCH,
            service=_link,
            form=ChoiceOfOne,
            form_kwargs=_classes,
            is_open=lambda found, _user: not (_is_pupil(found) or found.is_ended) and _other_classes(found).exists(),
            title=_("Which class is this?"),
            button=_("This is the class"),
            doing=_("Recording…"),
        ),
    },
)

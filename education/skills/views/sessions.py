"""A session of a training: one field for whoever comes, the sheet on screen and on paper, photos of signed pages."""

import datetime as dt
import uuid
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime, now
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.access import load, requires
from core.errors import Refused
from core.files.services import store_photo
from core.web.page_actions import ObjectPage, PageAction
from core.web.tables import Column, Table
from education.courses.display import status_of_lesson
from education.courses.machine import SESSION
from education.courses.models import ClassRun, ClassSession
from education.courses.models.classes import READ_ROLL
from education.quizzes.gains import gains_in
from education.safeguarding.display import name_for
from education.skills import services
from education.skills.forms import SheetForm, SignInForm
from education.skills.models import SignIn, SignInSheet
from education.skills.queries import meant_by, method_of, sheet_of, sheets_of, training_sessions
from stations.accounts.models import User
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.people.services import log_reads
from stations.requests import SignedInRequest

SIGN, KEEP = "education.sign_in_learner", "education.keep_sign_in_sheet"


def _sessions() -> QuerySet[ClassSession]:
    rows = ClassSession.objects.select_related(
        "run__course", "run__station__county", "run__teacher__home_station__county", "lesson", "slot"
    )
    return training_sessions(rows)


def _context(request: SignedInRequest, found: ClassSession) -> dict[str, Any]:
    lines, chosen, meant = sheet_of(found), _chosen(request), _meant(request)
    people = [line.learner for line in lines] + meant + ([chosen] if chosen else [])
    log_reads(user=request.user, people=people, what="class_roll", at=now())
    signed = [(line.learner.full_name, line.sign_in) for line in lines if line.sign_in]
    return {
        "lesson": found,
        "kind": status_of_lesson(found),
        "teacher": mask_name(found.run.teacher.full_name),
        "signed": [(name, localtime(sign_in.came_at), sign_in) for name, sign_in in signed],
        "expected": [(line.learner.full_name, str(line.learner.pk)) for line in lines if not line.sign_in],
        "free": found.run.seats - found.run.seats_taken,
        "chosen": chosen,
        "chosen_name": name_for(request.user, chosen) if chosen else "",
        "meant": [(name_for(request.user, each), str(each.pk)) for each in meant],
        "sheets": list(sheets_of(found)),
        "gain": gains_in(ClassRun.objects.filter(pk=found.run_id)).get(found.run.course.code),
    }


def _people() -> QuerySet[Person]:
    return Person.objects.living().select_related("home_station__county")


def _chosen(request: SignedInRequest) -> Person | None:
    """The person of the address, for whom one press is left."""
    try:
        wanted = UUID(request.GET.get("person", ""))
    except ValueError:
        return None
    return load(_people(), request.user, "stations.read_person", pk=wanted)


def _meant(request: SignedInRequest) -> list[Person]:
    """Whom the refused text may have meant."""
    try:
        return meant_by(request.POST["code"], request.user) if request.POST.get("code") else []
    except Refused:
        return []


def _sign(*, session: ClassSession, code: str, person: UUID | None, key: str, by: User, at: dt.datetime) -> SignIn:
    if person is None:
        learner, method = services.learner_meant(typed=code, by=by), method_of(code)
    else:
        learner, method = load(_people(), by, "stations.read_person", pk=person), SignIn.Method.MANUAL
    op_id = uuid.uuid5(learner.pk, f"{session.pk}:{key}")
    return services.sign_in_learner(
        session=session, learner=learner, method=method, op_id=op_id, came_at=at, by=by, at=at
    )


def _keep(*, session: ClassSession, photo: BinaryIO, by: User, at: dt.datetime) -> SignInSheet:
    stored = store_photo(upload=photo, by=by.pk, at=at, field="photo")
    return services.keep_sign_in_sheet(session=session, photo=stored, by=by, at=at)


def _sign_form(request: SignedInRequest, _found: ClassSession) -> dict[str, Any]:
    return {"initial": {"person": request.GET.get("person") or None}}


SESSION_PAGE = ObjectPage(
    name="skills:session",
    template="education/skills/session.html",
    grant=READ_ROLL,
    noun="session",
    rows=_sessions,
    context=_context,
    machine=SESSION,
    actions={
        "sign": PageAction(
            grant=SIGN,
            service=_sign,
            form=SignInForm,
            form_kwargs=_sign_form,
            arrow="call_roll",
            title=_("Who has come?"),
            button=_("Record who has come"),
            doing=_("Recording…"),
            done=_("The learner has signed in."),
        ),
        "keep": PageAction(
            grant=KEEP,
            service=_keep,
            form=SheetForm,
            arrow="call_roll",
            title=_("Sheet signed on paper"),
            button=_("Keep the photo"),
            doing=_("Recording…"),
        ),
    },
)


@require_GET
@requires(SIGN, one_object=True)
def print_sheet(request: SignedInRequest, pk: str) -> HttpResponse:
    """The sheet to sign on paper: a line for everyone with a seat, and empty lines for the free seats."""
    found = load(_sessions(), request.user, SIGN, pk=pk)
    lines = sheet_of(found)
    log_reads(user=request.user, people=[line.learner for line in lines], what="class_roll", at=now())
    page = {
        "lesson": found,
        "teacher": mask_name(found.run.teacher.full_name),
        "table": _paper_table(found, [line.learner.full_name for line in lines]),
    }
    return render(request, "education/skills/print_sheet.html", page)


def _paper_table(session: ClassSession, names: list[str]) -> Table:
    blank = names + [""] * max(0, session.run.seats - len(names))
    return Table(
        caption=gettext("Sign-in sheet"),
        columns=[
            Column(pgettext("line of a sheet", "No."), short=True),
            Column(gettext("Name")),
            Column(gettext("Signature")),
        ],
        rows=[[number, name or "______", "__________"] for number, name in enumerate(blank, start=1)],
        small=True,
    )

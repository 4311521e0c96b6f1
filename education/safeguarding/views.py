"""The pages of safeguarding: a child's file, reporting and handling a concern, checks of adults."""

import datetime as dt
from functools import partial
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import SIGNED_IN, load, may, requires
from core.countries import child_helpline
from core.days import day_in
from core.files.services import store_photo
from core.web.lists import shows
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from education.safeguarding import services
from education.safeguarding.display import name_for, status_of_concern, status_of_vetting, urgency_words
from education.safeguarding.forms import (
    AuthorityForm,
    ChildFileForm,
    ConcernForm,
    NoteForm,
    OutcomeForm,
    ReasonForm,
    VettingForm,
    WithdrawForm,
)
from education.safeguarding.lists import CHILDREN
from education.safeguarding.machine import CONCERN, VETTING
from education.safeguarding.models import ChildFile, Concern, Vetting
from education.safeguarding.queries import agreed_purposes, is_child
from stations.accounts.models import Post, User
from stations.accounts.queries import history_of
from stations.people.history import purpose_words
from stations.people.masking import mask_name
from stations.people.models import Person
from stations.people.queries import confirmed_guardians
from stations.people.services import log_read
from stations.requests import SignedInRequest

READ_FILE, RECORD_FILE = "education.read_child_file", "education.record_child_file"
READ_CONCERN, RECORD_VETTING = "education.read_concern", "education.record_vetting"


def _people() -> QuerySet[Person]:
    return Person.objects.living().select_related("home_station__county")


@requires(READ_FILE)
@shows(CHILDREN)
def children(request: SignedInRequest) -> HttpResponse:
    """The children's files; with `?person=`, on to that child."""
    try:
        wanted = UUID(request.GET.get("person", ""))
    except ValueError:
        return render(request, CHILDREN.template, CHILDREN.page(request))
    found = load(_people(), request.user, READ_FILE, pk=wanted)
    return HttpResponseRedirect(reverse("safeguarding:child", args=[found.pk]))


def _child_context(request: SignedInRequest, found: Person) -> dict[str, Any]:
    at = now()
    log_read(user=request.user, person=found, what="child_file", at=at)
    day = day_in(found.home_station.zone, at)
    guardians = confirmed_guardians(found, day)
    return {
        "child": found,
        "name": name_for(request.user, found),
        "is_child": is_child(found, day),
        "helpline": child_helpline(found.home_station.county.country),
        "birth_known": found.birth_date is not None,
        "file": ChildFile.objects.filter(child=found).select_related("carer").first(),
        "carer": _carer_name(request.user, found),
        "agreed": [(each, purpose_words(each.purpose)) for each in agreed_purposes(found, day)],
        "guardians": [name_for(request.user, guardian) for guardian in guardians],
        "may_consent": may(request.user, "stations.record_consent"),
    }


def _carer_name(user: User, child: Person) -> str:
    file = ChildFile.objects.filter(child=child).select_related("carer").first()
    return name_for(user, file.carer) if file and file.carer else ""


def _file_choices(request: SignedInRequest, child: Person) -> dict[str, Any]:
    day = day_in(child.home_station.zone, now())
    carers = [(str(each.pk), name_for(request.user, each)) for each in confirmed_guardians(child, day)]
    file = ChildFile.objects.filter(child=child).first()
    names = ("left_behind", "parents_place", "school", "grade")
    initial = {name: getattr(file, name) for name in names} | {"carer": str(file.carer_id or "")} if file else {}
    return {"carers": carers, "initial": initial}


def _withdraw_choices(_request: SignedInRequest, child: Person) -> dict[str, Any]:
    day = day_in(child.home_station.zone, now())
    given = [each.purpose for each in agreed_purposes(child, day) if each.consent]
    return {"purposes": [(purpose, purpose_words(purpose)) for purpose in given]}


def _record_file(*, child: Person, carer: str, by: User, at: dt.datetime, **typed: Any) -> ChildFile:
    guardian = get_object_or_404(Person, pk=carer) if carer else None
    return services.record_child_file(child=child, carer=guardian, by=by, at=at, **typed)


def _is_minor(child: Person, _user: User) -> bool:
    return is_child(child, day_in(child.home_station.zone, now()))


def _has_consent(child: Person, _user: User) -> bool:
    return any(each.consent for each in agreed_purposes(child, day_in(child.home_station.zone, now())))


CHILD_PAGE = ObjectPage(
    name="safeguarding:child",
    template="education/safeguarding/child.html",
    grant=READ_FILE,
    noun="child",
    rows=_people,
    context=_child_context,
    actions={
        "record": PageAction(
            grant=RECORD_FILE,
            service=_record_file,
            form=ChildFileForm,
            form_kwargs=_file_choices,
            is_open=_is_minor,
            then=lambda made: reverse("safeguarding:child", args=[made.child_id]),
            title=_("Review the file"),
            button=_("Record it"),
            doing=_("Recording…"),
        ),
        "withdraw": PageAction(
            grant="education.withdraw_child_consent",
            service=services.withdraw_child_consent,
            form=WithdrawForm,
            form_kwargs=_withdraw_choices,
            is_open=_has_consent,
            then=lambda made: reverse("safeguarding:child", args=[made.person_id]),
            title=_("End a consent"),
            button=_("End this consent"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@requires(SIGNED_IN)
def report(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Report a concern about a child: two presses and a sentence. The page says nothing about the child."""
    child = _people().filter(pk=pk).first()
    if child is None:
        raise Http404
    workers = _workers(child, request.user)
    return form_page(
        request,
        operation="education.raise_concern",
        form=ConcernForm(request.POST or None, workers=workers),
        service=partial(_raise, child=child),
        then=lambda _made: reverse("safeguarding:reported"),
        template="education/safeguarding/report.html",
        page=lambda: {"child_id": child.pk},
    )


def _workers(child: Person, reader: User) -> list[User]:
    posts = Post.objects.live(now()).filter(station=child.home_station)
    return list(
        User.objects.filter(pk__in=posts.values("user")).exclude(pk=reader.pk).order_by("last_name", "username")
    )


def _raise(*, child: Person, about_user: str, by: User, at: dt.datetime, **typed: Any) -> Concern:
    about = User.objects.filter(pk=about_user).first() if about_user else None
    person = about.person if about else None
    return services.raise_concern(child=child, about_user=about, about_person=person, by=by, at=at, **typed)


@requires(SIGNED_IN)
def reported(request: SignedInRequest) -> HttpResponse:
    """What happens now; the report itself is shown to those alone who handle it."""
    return render(request, "education/safeguarding/reported.html", {})


def _concerns() -> QuerySet[Concern]:
    return Concern.objects.select_related(
        "child__home_station__county",
        "station",
        "handling",
        "reporter",
        "about_user",
        "about_person",
        "acknowledged_by",
    )


def _concern_context(request: SignedInRequest, found: Concern) -> dict[str, Any]:
    log_read(user=request.user, person=found.child, what="concern", at=now())
    about = found.about_user.shown_name if found.about_user else ""
    return {
        "concern": found,
        "words": urgency_words(found),
        "kind": status_of_concern(found),
        "name": mask_name(found.child.full_name),
        "about": about or (mask_name(found.about_person.full_name) if found.about_person else ""),
        "notes": list(found.notes.select_related("made_by").order_by("pk")),
        "may_read_file": may(request.user, READ_FILE),
        "history": history_of(found),
    }


CONCERN_PAGE = ObjectPage(
    name="safeguarding:concern",
    template="education/safeguarding/concern.html",
    grant=READ_CONCERN,
    noun="concern",
    rows=_concerns,
    context=_concern_context,
    machine=CONCERN,
    actions={
        "acknowledge": PageAction(
            grant="education.acknowledge_concern",
            service=services.acknowledge_concern,
            arrow="acknowledge_concern",
            title=_("Take it on"),
            button=_("I take it on"),
            doing=_("Recording…"),
        ),
        "note": PageAction(
            grant="education.note_concern",
            service=services.note_concern,
            form=NoteForm,
            arrow="note_concern",
            title=_("Add a note"),
            button=_("Add the note"),
            doing=_("Recording…"),
        ),
        "refer": PageAction(
            grant="education.refer_concern",
            service=services.refer_concern,
            form=AuthorityForm,
            arrow="refer_concern",
            title=_("Pass it on to an authority"),
            button=_("Record that it was passed on"),
            doing=_("Recording…"),
        ),
        "close": PageAction(
            grant="education.close_concern",
            service=services.close_concern,
            form=OutcomeForm,
            arrow="close_concern",
            title=_("Close the concern"),
            button=_("Close the concern"),
            doing=_("Recording…"),
        ),
    },
)


@requires(RECORD_VETTING)
def new_vetting(request: SignedInRequest) -> HttpResponse:
    """Record a document about the person of the address."""
    adult = _chosen(request)
    if adult is None:
        return render(request, "education/safeguarding/vetting_for_whom.html", {})
    return form_page(
        request,
        operation=RECORD_VETTING,
        form=VettingForm(request.POST or None, request.FILES or None),
        service=partial(_record_vetting, person=adult),
        then=page_of("safeguarding:vetting"),
        template="education/safeguarding/new_vetting.html",
        page=lambda: {"name": name_for(request.user, adult)},
    )


def _chosen(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(_people(), request.user, RECORD_VETTING, pk=pk) if pk else None


def _record_vetting(*, photo: BinaryIO | None, by: User, at: dt.datetime, **typed: Any) -> Vetting:
    document = store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None
    return services.record_vetting(document=document, by=by, at=at, **typed)


def _vettings() -> QuerySet[Vetting]:
    return Vetting.objects.select_related("person__home_station__county", "recorded_by", "checked_by", "document")


def _vetting_context(request: SignedInRequest, found: Vetting) -> dict[str, Any]:
    return {
        "vetting": found,
        "kind": status_of_vetting(found),
        "name": mask_name(found.person.full_name),
        "history": history_of(found),
    }


VETTING_PAGE = ObjectPage(
    name="safeguarding:vetting",
    template="education/safeguarding/vetting.html",
    grant="education.read_vetting",
    noun="vetting",
    rows=_vettings,
    context=_vetting_context,
    machine=VETTING,
    actions={
        "confirm": PageAction(
            grant="education.confirm_vetting",
            service=services.confirm_vetting,
            arrow="confirm_vetting",
            title=_("Check the document"),
            button=_("I have checked it"),
            doing=_("Recording…"),
        ),
        "revoke": PageAction(
            grant="education.revoke_vetting",
            service=services.revoke_vetting,
            form=ReasonForm,
            arrow="revoke_vetting",
            title=_("Revoke it"),
            button=_("Revoke this check"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)

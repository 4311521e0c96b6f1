"""The posts of a county: who holds which, giving and ending them, and codes for people who stand before the manager."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now

from core.access import load, may, requires
from core.errors import Refused
from core.forms import submit
from core.history import changes_of
from core.money import Money
from stations.accounts import forms, services
from stations.accounts.models import Device, Post, Role, User
from stations.accounts.queries import devices_of
from stations.accounts.services.grounds import GIVES, REACHES, ground_of
from stations.accounts.services.posts import user_named
from stations.accounts.views.frame import page, private
from stations.requests import SignedInRequest
from stations.scope import posts_granting


@requires("stations.read_post", one_object=True)
def post(request: SignedInRequest, post_id: int) -> HttpResponse:
    """One post: who, where, since when, given by whom, and what became of it."""
    held = _load(request, "stations.read_post", post_id)
    own = held.user_id == request.user.pk
    context = {
        "post": held,
        "changes": list(changes_of(held)),
        "is_over": held.to_at is not None and held.to_at <= now(),
        "may_end": not own and may(request.user, "stations.end_post"),
        "may_issue": not own and may(request.user, "stations.issue_login_code"),
        "may_review": _is_to_review(held) and may(request.user, "stations.review_break_glass"),
        "limit": Money(held.limit_minor, held.currency) if held.limit_minor is not None else None,
        "devices": _devices_of(held.user, request.user),
    }
    return render(request, "stations/accounts/post.html", context)


@requires("stations.appoint_post")
def appoint(request: SignedInRequest) -> HttpResponse:
    """Give a post."""
    form = forms.AppointForm(_roles_to_give(request.user), request.POST or None)
    outcome = submit(
        request, operation="stations.appoint_post", form=form, run=lambda data: _appointed(request.user, data)
    )
    if outcome.done:
        return outcome.response
    return render(request, "stations/accounts/appoint_post.html", {"form": outcome.form}, status=outcome.status)


@requires("stations.end_post", one_object=True)
def end(request: SignedInRequest, post_id: int) -> HttpResponse:
    """End a post now."""
    held = _load(request, "stations.end_post", post_id)
    outcome = submit(
        request,
        operation="stations.end_post",
        form=forms.ReasonForm(request.POST or None),
        run=lambda data: _ended(held, request.user, data["reason"]),
    )
    if outcome.done:
        return outcome.response
    context = {"form": outcome.form, "post": held}
    return render(request, "stations/accounts/end_post.html", context, status=outcome.status)


@requires("stations.issue_login_code", one_object=True)
@private
def issue_code(request: SignedInRequest, post_id: int) -> HttpResponse:
    """A one-time code for the person, who is here; it is shown on this page once and kept nowhere."""
    held = _load(request, "stations.issue_login_code", post_id)
    form = forms.SeenForm(request.POST or None)
    code = ""
    if form.is_valid():
        try:
            code = services.issue_login_code(user=held.user, actor=request.user, at=now(), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
    return page(request, "issue_code", form, post=held, code=code)


@requires("stations.appoint_post")
def break_glass(request: SignedInRequest) -> HttpResponse:
    """Give a post in an emergency: it counts at once and ends by itself."""
    form = forms.BreakGlassForm(_roles_to_give(request.user), request.POST or None)
    outcome = submit(
        request, operation="stations.break_glass", form=form, run=lambda data: _broken_glass(request.user, data)
    )
    if outcome.done:
        return outcome.response
    return render(request, "stations/accounts/break_glass.html", {"form": outcome.form}, status=outcome.status)


@requires("stations.review_break_glass", one_object=True)
def review(request: SignedInRequest, post_id: int) -> HttpResponse:
    """What was done with an emergency post, and what follows."""
    held = _load(request, "stations.review_break_glass", post_id)
    outcome = submit(
        request,
        operation="stations.review_break_glass",
        form=forms.FindingForm(request.POST or None),
        run=lambda data: _reviewed(held, request.user, data["finding"]),
    )
    if outcome.done:
        return outcome.response
    context = {"form": outcome.form, "post": held, "is_to_review": _is_to_review(held)}
    return render(request, "stations/accounts/review_post.html", context, status=outcome.status)


def _is_to_review(held: Post) -> bool:
    return held.is_break_glass and held.reviewed_at is None and held.to_at is not None and held.to_at <= now()


def _devices_of(holder: User, reader: User) -> list[Device]:
    """The devices of somebody whom the reader may help after a loss, as far as the reader reaches them."""
    if not may(reader, "stations.read_device"):
        return []
    reached = Device.objects.open_to(reader, "stations.read_device")
    return list(devices_of(holder).filter(pk__in=reached.values("pk")).exclude(state=Device.State.REVOKED))


def _broken_glass(actor: User, data: dict[str, Any]) -> str:
    station, division = _ground(data)
    at = now()
    given = services.break_glass(
        user=user_named(data["user"]),
        role=data["role"],
        station=station,
        division=division,
        to_at=at + dt.timedelta(hours=data["hours"]),
        reason=data["reason"],
        actor=actor,
        at=at,
    )
    return reverse("accounts:post", args=[given.pk])


def _reviewed(held: Post, actor: User, finding: str) -> str:
    services.review_post(post=held, actor=actor, at=now(), finding=finding)
    return reverse("accounts:emergencies")


def _with_places(posts: Any) -> Any:
    return posts.select_related("user", "station", "division", "appointed_by")


def _load(request: SignedInRequest, verb: str, post_id: int) -> Post:
    return load(_with_places(Post.objects.all()), request.user, verb, pk=post_id)  # load( asks who reads


def _roles_to_give(user: User) -> list[Role]:
    mine = {held.role for held in posts_granting(user, "stations.appoint_post")}
    return [role for role in Role if any(role in GIVES.get(giver, ()) for giver in mine)]


def _appointed(actor: User, data: dict[str, Any]) -> str:
    station, division = _ground(data)
    given = services.appoint_post(
        user=user_named(data["user"]),
        role=data["role"],
        station=station,
        division=division,
        limit=data["limit"],
        reason=data["reason"],
        actor=actor,
        at=now(),
    )
    return reverse("accounts:post", args=[given.pk])


def _ground(data: dict[str, Any]) -> tuple[Any, Any]:
    """The station or division that the role of the form needs. Refused as `ground_of`."""
    reaches = REACHES[data["role"]]
    reach = next(iter(reaches)) if len(reaches) == 1 else "region" if data["division"] else "network"
    return ground_of(reach=reach, station_code=data["station"], division_code=data["division"])


def _ended(held: Post, actor: User, reason: str) -> str:
    services.end_post(post=held, actor=actor, at=now(), reason=reason)
    return reverse("accounts:post", args=[held.pk])

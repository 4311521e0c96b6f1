"""The posts of a county: who holds which, giving and ending them, and codes for people who stand before the manager."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from core.access import load, may, requires
from core.errors import Refused
from core.forms import submit
from core.history import changes_of
from stations.accounts import forms, services
from stations.accounts.models import Post, Role, User
from stations.accounts.services.posts import GIVES, REACHES, ground_of, user_named
from stations.accounts.views.frame import page, private
from stations.scope import posts_granting

MOST = 100


@requires("stations.read_post")
def posts(request: HttpRequest) -> HttpResponse:
    """Posts of now and to come within reach; a word narrows the list."""
    word = request.GET.get("q", "").strip()
    held = Post.objects.open_to(request.user, "stations.read_post").exclude(to_at__lte=now())
    if word:
        named = Q(user__username__icontains=word) | Q(user__last_name__icontains=word)
        held = held.filter(named | Q(user__first_name__icontains=word) | Q(station__code__startswith=word))
    shown = list(_with_places(held).order_by("station__code", "role", "pk")[: MOST + 1])
    context = {
        "posts": shown[:MOST],
        "more": len(shown) > MOST,
        "word": word,
        "may_appoint": may(request.user, "stations.appoint_post"),
    }
    return render(request, "stations/accounts/posts.html", context)


@requires("stations.read_post")
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """One post: who, where, since when, given by whom, and what became of it."""
    held = _load(request, "stations.read_post", post_id)
    own = held.user_id == request.user.pk
    context = {
        "post": held,
        "changes": list(changes_of(held)),
        "is_over": held.to_at is not None and held.to_at <= now(),
        "may_end": not own and may(request.user, "stations.end_post"),
        "may_issue": not own and may(request.user, "stations.issue_login_code"),
    }
    return render(request, "stations/accounts/post.html", context)


@requires("stations.appoint_post")
def appoint(request: HttpRequest) -> HttpResponse:
    """Give a post."""
    form = forms.AppointForm(_roles_to_give(request.user), request.POST or None)
    outcome = submit(
        request, operation="stations.appoint_post", form=form, run=lambda data: _appointed(request.user, data)
    )
    if outcome.done:
        return outcome.response
    return render(request, "stations/accounts/appoint_post.html", {"form": outcome.form}, status=outcome.status)


@requires("stations.end_post")
def end(request: HttpRequest, post_id: int) -> HttpResponse:
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


@requires("stations.issue_login_code")
@private
def issue_code(request: HttpRequest, post_id: int) -> HttpResponse:
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


def _with_places(posts: Any) -> Any:
    return posts.select_related("user", "station", "division", "appointed_by")


def _load(request: HttpRequest, verb: str, post_id: int) -> Post:
    return load(_with_places(Post.objects.all()), request.user, verb, pk=post_id)  # load( asks who reads


def _roles_to_give(user: User) -> list[Role]:
    mine = {held.role for held in posts_granting(user, "stations.appoint_post")}
    return [role for role in Role if any(role in GIVES.get(giver, ()) for giver in mine)]


def _appointed(actor: User, data: dict[str, Any]) -> str:
    reaches = REACHES[data["role"]]
    reach = next(iter(reaches)) if len(reaches) == 1 else "region" if data["division"] else "network"
    station, division = ground_of(reach=reach, station_code=data["station"], division_code=data["division"])
    given = services.appoint_post(
        user=user_named(data["user"]),
        role=data["role"],
        station=station,
        division=division,
        reason=data["reason"],
        actor=actor,
        at=now(),
    )
    return f"/county/posts/{given.pk}/"


def _ended(held: Post, actor: User, reason: str) -> str:
    services.end_post(post=held, actor=actor, at=now(), reason=reason)
    return f"/county/posts/{held.pk}/"

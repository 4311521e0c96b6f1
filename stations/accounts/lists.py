"""The lists of posts, and of those given in an emergency."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.access import may
from core.web.list_filters import Pick, State
from core.web.lists import Empty, Row
from stations.accounts.models import Post, Role
from stations.lists import StationList


def stage_of(held: Post, at: dt.datetime) -> tuple[str, Any]:
    """How an emergency post looks, and the word for where it stands."""
    if held.reviewed_at is not None:
        return "ok", gettext_lazy("reviewed")
    is_over = held.to_at is not None and held.to_at <= at
    return ("wait", gettext_lazy("to review")) if is_over else ("info", gettext_lazy("valid now"))


class Posts(StationList):
    """Who holds which post: now and to come, or once."""

    name = "accounts:posts"
    grant = "stations.read_post"
    title = gettext_lazy("Posts")
    lead = gettext_lazy("Current and future posts.")
    template = "stations/accounts/posts.html"
    headings = {
        "name": gettext_lazy("Name"),
        "what": gettext_lazy("Post"),
        "where": gettext_lazy("Place"),
        "at": gettext_lazy("Since"),
        "state": gettext_lazy("State"),
    }
    order = ("-from_at", "-pk")
    search = gettext_lazy("Name or user name")
    picks = (
        Pick("role", gettext_lazy("Role"), gettext_lazy("All roles"), lambda: Role.choices, lambda role: Q(role=role)),
    )
    state = "held"
    empty = Empty(gettext_lazy("No one holds a post here."), icon="person")

    def tabs(self) -> Sequence[State]:
        """Those that hold or will, and those that are over."""
        over = Q(to_at__lte=now())
        return (
            State("held", gettext_lazy("now or to come"), ~over, order=("-from_at", "-pk")),
            State("over", gettext_lazy("over"), over),
        )

    def rows(self, request: HttpRequest) -> QuerySet[Post]:
        """Those within reach."""
        rows = Post.objects.open_to(request.user, self.grant)
        return rows.select_related("user", "station", "division")

    def row(self, row: Post, known: Any) -> Row:
        """Who, as what, where and since when."""
        at = now()
        is_over = row.to_at is not None and row.to_at <= at
        status, words = ("info", gettext_lazy("over")) if is_over else ("ok", gettext_lazy("in force"))
        if not is_over and row.from_at > at:
            status, words = "wait", gettext_lazy("to come")
        return Row(
            name=row.user.shown_name,
            href=f"/county/posts/{row.pk}/",
            what=row.get_role_display(),
            where=row.station.name if row.station else row.place,
            at=row.from_at,
            status=status,
            words=words,
        )

    def found(self, words: str) -> Q:
        """By the person's name or user name; by both names together as people say them."""
        named = Q(user__username__icontains=words) | Q(user__last_name__icontains=words)
        return named | Q(user__first_name__icontains=words) | _whole_name(words)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What else the reader may do."""
        return {
            "may_appoint": may(request.user, "stations.appoint_post"),
            "may_review": may(request.user, "stations.review_break_glass"),
        }


def _whole_name(words: str) -> Q:
    """Family and given name written together, the family name first, as Chinese names are."""
    parts = [(words[:cut], words[cut:]) for cut in (1, 2) if len(words) > cut]
    found = Q(pk__in=[])
    for family, given in parts:
        found |= Q(user__last_name=family.strip(), user__first_name__startswith=given.strip())
    return found


class Emergencies(StationList):
    """Emergency posts: those to review first."""

    name = "accounts:emergencies"
    grant = "stations.review_break_glass"
    title = gettext_lazy("Emergency posts")
    lead = gettext_lazy("Each is reviewed afterwards by someone who neither held nor granted it.")
    back, back_to = "accounts:posts", gettext_lazy("Posts")
    template = "stations/accounts/emergencies.html"
    headings = {
        "name": gettext_lazy("Name"),
        "what": gettext_lazy("Post and reason"),
        "where": gettext_lazy("Place"),
        "at": gettext_lazy("Since"),
        "state": gettext_lazy("State"),
    }
    order = ("-from_at", "-pk")
    period, days = "from_at", 92
    states = (
        State("open", gettext_lazy("to review"), Q(reviewed_at=None), ever=True, order=("from_at", "pk")),
        State("reviewed", gettext_lazy("reviewed"), Q(reviewed_at__isnull=False)),
    )
    empty = Empty(gettext_lazy("No emergency posts here."))

    def rows(self, request: HttpRequest) -> QuerySet[Post]:
        """Those within reach."""
        rows = Post.objects.open_to(request.user, self.grant).filter(is_break_glass=True)
        return rows.select_related("user", "station", "division")

    def row(self, row: Post, known: Any) -> Row:
        """Who, as what, and why."""
        status, words = stage_of(row, now())
        return Row(
            name=row.user.shown_name,
            href=f"/county/posts/{row.pk}/",
            what=f"{row.get_role_display()} · {row.reason}",
            where=row.station.name if row.station else row.place,
            at=row.from_at,
            status=status,
            words=words,
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether the reader gives one."""
        return {"may_appoint": may(request.user, "stations.appoint_post")}


POSTS, EMERGENCIES = Posts(), Emergencies()

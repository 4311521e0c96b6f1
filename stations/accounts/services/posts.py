"""Giving posts and ending them."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.money import Money
from core.notices.services import notify
from core.notices.templates import in_each_language
from stations.accounts.models import STAFF_ROLES, WITHOUT_APPROVALS, Post, Role, User
from stations.accounts.services.devices import end_sessions
from stations.accounts.services.grounds import COUNTY_ROLES, REACHES, ReachOutsideOwn, check_giver, path_of, scope_of
from stations.network.models import Station
from stations.places.models import Division
from stations.two_persons import is_same_person

#: Roles that one person must not hold over the same ground at the same time.
CONFLICTS: frozenset[frozenset[str]] = frozenset(
    {frozenset({Role.FINANCE_OFFICER, other}) for other in (Role.PARTNER, Role.HELPER, Role.COUNTY_MANAGER)}
    | {frozenset({Role.AUDITOR, other}) for other in Role if other != Role.AUDITOR}
)


class UserUnknown(Refused):
    """No active user of this name."""

    code = "user_unknown"
    status = 422
    message = _("No user has this name.")


class PostsConflict(Refused):
    """The person already holds this post, or one that must not be in the same hands."""

    code = "posts_conflict"
    message = _("Not together with the post “%(other)s” that this person holds in the same area.")


class OwnPost(Refused):
    """Nobody gives or ends his own post."""

    code = "own_post"
    status = 422
    message = _("You cannot grant or end your own post. Ask another manager.")


class ReachNotOfRole(Refused):
    """This role cannot stand over such a reach."""

    code = "reach_not_of_role"
    status = 422
    message = _(
        "The role “%(role)s” does not cover that: helpers and partners have one station, county staff one county."
    )


class LimitNotOfRole(Refused):
    """Nothing is approved in this role, so that a limit would say what is not true."""

    code = "limit_not_of_role"
    status = 422
    message = _("A “%(role)s” approves no amounts. Leave the limit empty.")


class PostPeriodWrong(Refused):
    """The post would begin in the past, end before it begins, or end later than it was given for."""

    code = "post_period_wrong"
    status = 422
    message = _("A post begins now or later, and ends after it begins. It can be made shorter, not longer.")


class PostOver(Refused):
    """The post has ended already."""

    code = "post_over"
    message = _("This post has ended already.")


@refuses(OwnPost, ReachNotOfRole, ReachOutsideOwn, LimitNotOfRole, PostPeriodWrong, PostsConflict)
@needs_words("reason")
@transaction.atomic
def appoint_post(
    *,
    user: User,
    role: str,
    actor: User,
    at: dt.datetime,
    reason: str,
    station: Station | None = None,
    division: Division | None = None,
    from_at: dt.datetime | None = None,
    to_at: dt.datetime | None = None,
    limit: Money | None = None,
) -> Post:
    """Give a person a role at a station, over a division, or, with neither, over the network, for `[from_at, to_at)`.

    `limit` is the highest amount that the post may approve. Anyone who gets a staff role signs in again, with the
    second factor.
    """
    if limit and role in WITHOUT_APPROVALS:
        raise LimitNotOfRole(field="limit", role=Role(role).label)
    post = Post(
        user=user,
        role=role,
        reach=scope_of(station, division),
        station=station,
        division=division,
        from_at=from_at or at,
        to_at=to_at,
        appointed_by=actor,
        reason=reason,
        limit_minor=limit.minor if limit else None,
        currency=limit.currency if limit else "",
    )
    return appoint(post, actor, at)


@refuses(OwnPost, ReachOutsideOwn, PostOver, PostPeriodWrong)
@needs_words("reason")
@transaction.atomic
def end_post(*, post: Post, actor: User, at: dt.datetime, reason: str, to_at: dt.datetime | None = None) -> Post:
    """End a post now, or at `to_at`; what it opened is closed to the second. A post to come is ended before it
    begins.
    """
    post = lock(post)
    if is_same_person(actor, post.user_id):
        raise OwnPost
    check_giver(post, actor, "stations.end_post")
    if post.to_at is not None and post.to_at <= at:
        raise PostOver
    ends_at = to_at or at
    if ends_at < at or (post.to_at is not None and ends_at > post.to_at):
        raise PostPeriodWrong(field="to_at")
    post.to_at = ends_at
    if post.from_at >= post.to_at:
        # It never counts, and the table still says that it ends after it begins.
        post.from_at = post.to_at - dt.timedelta(microseconds=1)
    post.save(update_fields=["from_at", "to_at", "updated_at"])
    record_change(post, old="appointed", new="ended", at=at, actor=actor.pk, reason=reason)
    _tell(post, "post_ended", at)
    return post


@transaction.atomic
def end_posts_at(*, station: Station, successor: Station, by: User, at: dt.datetime) -> None:
    """A station closes: nobody works there from this instant; posts to come never begin."""
    _end_all(Post.objects.filter(station=station), by, at)


@transaction.atomic
def end_posts_of(*, user: User, role: str, station: Station, by: User | None, at: dt.datetime) -> None:
    """A contract has ended: its holder works there no longer in this role."""
    _end_all(Post.objects.filter(user=user, role=role, station=station), by, at)


@refuses(UserUnknown)
def user_named(name: str) -> User:
    """The active user of this name."""
    user = User.objects.filter(username=User.normalize_username(name), is_active=True).first()
    if user is None:
        raise UserUnknown(field="user")
    return user


@refuses(OwnPost, ReachNotOfRole, ReachOutsideOwn, PostPeriodWrong, PostsConflict)
def appoint(post: Post, by: User, at: dt.datetime) -> Post:
    """Give this post, however it came about. Refused as `appoint_post`."""
    if is_same_person(by, post.user_id):
        raise OwnPost(field="user")
    if post.reach not in REACHES[post.role] or (
        post.role in COUNTY_ROLES and (post.division is None or post.division.level != "county")
    ):
        raise ReachNotOfRole(field="role", role=post.get_role_display())
    check_giver(post, by, "stations.appoint_post")
    if post.from_at < at or (post.to_at is not None and post.to_at <= post.from_at):
        raise PostPeriodWrong(field="to_at" if post.from_at >= at else "from_at")
    lock(post.user)  # two givers at once wait here, and the second sees the first one's post
    _refuse_conflicts(post)
    post.save(force_insert=True)
    record_change(post, old="", new="appointed", at=at, actor=post.appointed_by_id, reason=post.reason)
    if post.role in STAFF_ROLES:
        end_sessions(user=post.user, actor=by, at=at, reason=post.reason)
    _tell(post, "post_given", at)
    return post


def _end_all(posts: QuerySet[Post], by: User | None, at: dt.datetime) -> None:
    for post in posts.exclude(to_at__lte=at).select_related("user", "station"):
        post.to_at = at
        if post.from_at >= at:
            post.from_at = at - dt.timedelta(microseconds=1)
        post.save(update_fields=["from_at", "to_at", "updated_at"])
        actor = by.pk if by else None
        reason = post.station.code if post.station else ""
        record_change(post, old="appointed", new="ended", at=at, actor=actor, reason=reason)
        _tell(post, "post_ended", at)


def _refuse_conflicts(post: Post) -> None:
    others = Post.objects.filter(user=post.user_id).exclude(to_at__lte=post.from_at)
    if post.to_at:
        others = others.filter(from_at__lt=post.to_at)
    ground = path_of(post)
    for other in others.select_related("station__village", "division"):
        theirs = path_of(other)
        if other.role == post.role and theirs == ground:
            raise PostsConflict(other=other.get_role_display(), field="role")
        overlaps = ground.startswith(theirs) or theirs.startswith(ground)
        if overlaps and frozenset({post.role, other.role}) in CONFLICTS:
            raise PostsConflict(other=other.get_role_display(), field="role")


def _tell(post: Post, template: str, at: dt.datetime) -> None:
    role = in_each_language(post.get_role_display)
    place = in_each_language(lambda: post.station or post.division or _("the whole network"))
    notify(
        template=template,
        params={"role": role, "place": place},
        language=post.user.language,
        user=post.user_id,
        dedupe_key=f"{template}:{post.pk}",
        at=at,
    )

"""Giving posts and ending them."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.db import lock
from core.errors import Refused
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from stations.accounts.models import LONGEST_BREAK_GLASS, STAFF_ROLES, Post, Role, User
from stations.accounts.services.devices import end_sessions
from stations.network.models import Station
from stations.places.models import Division
from stations.scope import posts_granting

Reach = Post.Reach

#: What each role may reach; a county's people stand over one county, never over more.
REACHES: dict[str, frozenset[str]] = {
    Role.HELPER: frozenset({Reach.STATION}),
    Role.PARTNER: frozenset({Reach.STATION}),
    Role.COUNTY_CLERK: frozenset({Reach.REGION}),
    Role.COUNTY_MANAGER: frozenset({Reach.REGION}),
    Role.FINANCE_OFFICER: frozenset({Reach.REGION, Reach.NETWORK}),
    Role.AUDITOR: frozenset({Reach.REGION, Reach.NETWORK}),
    Role.PLATFORM_ADMIN: frozenset({Reach.NETWORK}),
}
COUNTY_ROLES = frozenset({Role.COUNTY_CLERK, Role.COUNTY_MANAGER})

#: Who may give which roles.
GIVES: dict[str, frozenset[str]] = {
    Role.COUNTY_MANAGER: frozenset({Role.HELPER, Role.PARTNER, Role.COUNTY_CLERK}),
    Role.PLATFORM_ADMIN: frozenset(Role),
}

#: Who looks at emergency posts afterwards.
REVIEWERS = (Role.COUNTY_MANAGER, Role.PLATFORM_ADMIN)

#: Roles that one person must not hold over the same ground at the same time.
CONFLICTS: frozenset[frozenset[str]] = frozenset(
    {frozenset({Role.FINANCE_OFFICER, other}) for other in (Role.PARTNER, Role.HELPER, Role.COUNTY_MANAGER)}
    | {frozenset({Role.AUDITOR, other}) for other in Role if other != Role.AUDITOR}
)


class UserUnknown(Refused):
    """No active user of this name."""

    code = "user_unknown"
    status = 422
    message = _("There is no user of this name.")


class StationUnknown(Refused):
    """No station of this code."""

    code = "station_unknown"
    status = 422
    message = _("There is no station with this code.")


class DivisionUnknown(Refused):
    """No division of this code and level."""

    code = "division_unknown"
    status = 422
    message = _("There is no division with this code at this level.")


class ReachIncomplete(Refused):
    """The reach names a station or a division, and it is missing, or one too many is there."""

    code = "reach_incomplete"
    status = 400
    message = _("A post at a station names the station, a post over a region the division, any other none.")


class PostsConflict(Refused):
    """The person already holds this post, or one that must not be in the same hands."""

    code = "posts_conflict"
    message = _("Not together with the post “%(other)s” that this person holds over the same ground.")


class OwnPost(Refused):
    """Nobody gives or ends his own post."""

    code = "own_post"
    status = 422
    message = _("Nobody can give or end a post of his own. Ask another manager.")


class ReachOutsideOwn(Refused):
    """The post lies outside what the giver may give, by place or by role."""

    code = "reach_outside_own"
    status = 422
    message = _("None of your posts lets you give or end this post there.")


class ReachNotOfRole(Refused):
    """This role cannot stand over such a reach."""

    code = "reach_not_of_role"
    status = 422
    message = _(
        "The role “%(role)s” does not reach that: helpers and partners have one station, a county's people one county."
    )


class PostPeriodWrong(Refused):
    """The post would begin in the past, end before it begins, or end later than it was given for."""

    code = "post_period_wrong"
    status = 422
    message = _("A post begins now or later, and ends after it begins. It can be made shorter, not longer.")


class PostOver(Refused):
    """The post has ended already."""

    code = "post_over"
    message = _("This post has ended already.")


class NothingToReview(Refused):
    """Only emergency posts are reviewed, each once, after its end."""

    code = "nothing_to_review"
    message = _("Only an emergency post is reviewed, once, when it is over.")


class BreakGlassTooLong(Refused):
    """An emergency post ends by itself, soon."""

    code = "break_glass_too_long"
    status = 422
    message = _("An emergency post lasts at most four hours.")


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

    `limit` is the highest amount that the post may approve. Whoever gets a staff role signs in again, with the
    second factor. Refused: `own_post`, `reach_not_of_role`, `reach_outside_own`, `post_period_wrong`,
    `posts_conflict`.
    """
    post = Post(
        user=user,
        role=role,
        reach=Reach.STATION if station else Reach.REGION if division else Reach.NETWORK,
        station=station,
        division=division,
        from_at=from_at or at,
        to_at=to_at,
        appointed_by=actor,
        reason=reason,
        limit_minor=limit.minor if limit else None,
        currency=limit.currency if limit else "",
    )
    return _appoint(post, at)


@transaction.atomic
def break_glass(
    *,
    user: User,
    role: str,
    actor: User,
    at: dt.datetime,
    reason: str,
    to_at: dt.datetime,
    station: Station | None = None,
    division: Division | None = None,
) -> Post:
    """Give a post for an emergency: from now, for at most four hours, to be reviewed by somebody else afterwards.

    Refused as `appoint_post`, and `break_glass_too_long`.
    """
    if to_at > at + LONGEST_BREAK_GLASS:
        raise BreakGlassTooLong(field="to_at")
    post = Post(
        user=user,
        role=role,
        reach=Reach.STATION if station else Reach.REGION if division else Reach.NETWORK,
        station=station,
        division=division,
        from_at=at,
        to_at=to_at,
        appointed_by=actor,
        reason=reason,
        is_break_glass=True,
    )
    post = _appoint(post, at)
    _tell_reviewers(post, at)
    return post


@transaction.atomic
def end_post(*, post: Post, actor: User, at: dt.datetime, reason: str, to_at: dt.datetime | None = None) -> Post:
    """End a post now, or at `to_at`; what it opened is closed to the second. A post to come is ended before it begins.

    Refused: `own_post`, `reach_outside_own`, `post_over`, `post_period_wrong`.
    """
    post = lock(post)
    if post.user_id == actor.pk:
        raise OwnPost
    _check_giver(post, actor, "stations.end_post")
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


def _end_all(posts: QuerySet[Post], by: User | None, at: dt.datetime) -> None:
    for post in posts.exclude(to_at__lte=at).select_related("user", "station"):
        post.to_at = at
        if post.from_at >= at:
            post.from_at = at - dt.timedelta(microseconds=1)
        post.save(update_fields=["from_at", "to_at", "updated_at"])
        actor = by.pk if by else None
        record_change(post, old="appointed", new="ended", at=at, actor=actor, reason=post.station.code)
        _tell(post, "post_ended", at)


@transaction.atomic
def review_post(*, post: Post, actor: User, at: dt.datetime, finding: str) -> Post:
    """Look at an emergency post afterwards: what was done with it was right, or what follows.

    Refused: `own_post` (holder and giver), `nothing_to_review`.
    """
    post = lock(post)
    if actor.pk in (post.user_id, post.appointed_by_id):
        raise OwnPost
    if not post.is_break_glass or post.reviewed_at is not None or post.to_at is None or post.to_at > at:
        raise NothingToReview
    post.reviewed_by, post.reviewed_at = actor, at
    post.save(update_fields=["reviewed_by", "reviewed_at", "updated_at"])
    record_change(post, old="ended", new="reviewed", at=at, actor=actor.pk, reason=finding)
    return post


def user_named(name: str) -> User:
    """The active user of this name. Refused: `user_unknown`."""
    user = User.objects.filter(username=User.normalize_username(name), is_active=True).first()
    if user is None:
        raise UserUnknown(field="user")
    return user


def ground_of(
    *, reach: str, station_code: str = "", division_code: str = "", level: str = "county"
) -> tuple[Station | None, Division | None]:
    """The station or division of these codes, of which the reach names exactly one or none.

    Refused: `reach_incomplete`, `station_unknown`, `division_unknown`.
    """
    given = (bool(station_code), bool(division_code))
    if given != {Reach.STATION: (True, False), Reach.REGION: (False, True), Reach.NETWORK: (False, False)}[reach]:
        raise ReachIncomplete(field="reach")
    if station_code:
        station = Station.objects.select_related("village").filter(code=station_code).first()
        if station is None:
            raise StationUnknown(field="station")
        return station, None
    if division_code:
        standing = Division.objects.filter(country=settings.ECOMNET_COUNTRY, code=division_code, level=level)
        division = standing.filter(valid_to=None).first()
        if division is None:
            raise DivisionUnknown(field="division")
        return None, division
    return None, None


def _appoint(post: Post, at: dt.datetime) -> Post:
    if post.user_id == post.appointed_by_id:
        raise OwnPost(field="user")
    if post.reach not in REACHES[post.role] or (post.role in COUNTY_ROLES and post.division.level != "county"):
        raise ReachNotOfRole(field="role", role=post.get_role_display())
    _check_giver(post, post.appointed_by, "stations.appoint_post")
    if post.from_at < at or (post.to_at is not None and post.to_at <= post.from_at):
        raise PostPeriodWrong(field="to_at" if post.from_at >= at else "from_at")
    lock(post.user)  # two givers at once wait here, and the second sees the first one's post
    _refuse_conflicts(post)
    post.save(force_insert=True)
    record_change(post, old="", new="appointed", at=at, actor=post.appointed_by_id, reason=post.reason)
    if post.role in STAFF_ROLES:
        end_sessions(user=post.user, actor=post.appointed_by, at=at, reason=post.reason)
    _tell(post, "post_given", at)
    return post


def posts_over(post: Post, user: User, verb: str) -> list[Post]:
    """The posts of this user that carry the verb and cover the whole ground of the post."""
    ground = _ground(post)
    return [
        held
        for held in posts_granting(user, verb)
        if held.reach != Reach.STATION and ground.startswith("" if held.reach == Reach.NETWORK else held.division_path)
    ]


def _check_giver(post: Post, giver: User, verb: str) -> None:
    if not any(post.role in GIVES.get(held.role, ()) for held in posts_over(post, giver, verb)):
        raise ReachOutsideOwn(field="station" if post.station_id else "division" if post.division_id else "role")


def _refuse_conflicts(post: Post) -> None:
    others = Post.objects.filter(user=post.user_id).exclude(to_at__lte=post.from_at)
    if post.to_at:
        others = others.filter(from_at__lt=post.to_at)
    ground = _ground(post)
    for other in others.select_related("station__village", "division"):
        theirs = _ground(other)
        if other.role == post.role and theirs == ground:
            raise PostsConflict(other=other.get_role_display(), field="role")
        overlaps = ground.startswith(theirs) or theirs.startswith(ground)
        if overlaps and frozenset({post.role, other.role}) in CONFLICTS:
            raise PostsConflict(other=other.get_role_display(), field="role")


def _ground(post: Post) -> str:
    """What the post stands on, as a path: one ground lies inside another when its path begins with the other's."""
    if post.reach == Reach.NETWORK:
        return ""
    if post.reach == Reach.REGION:
        return post.division.path
    return f"{post.station.village.path}station-{post.station_id}/"


def _tell_reviewers(post: Post, at: dt.datetime) -> None:
    """Those who may review it are told at once that it stands: managers of its county, administrators."""
    held = Post.objects.live(at).filter(role__in=REVIEWERS).select_related("user", "division")
    ground = _ground(post)
    told = {reviewer.user for reviewer in held if ground.startswith(_ground(reviewer))}
    for user in sorted(told - {post.user, post.appointed_by}, key=lambda each: str(each.pk)):
        with translation.override(user.language):
            words = {"role": str(post.get_role_display()), "place": str(post.place)}
        notify(
            template="emergency_post_given",
            params={"name": post.user.shown_name, "until": _until(post), **words},
            language=user.language,
            user=user.pk,
            dedupe_key=f"emergency_post_given:{post.pk}:{user.pk}",
            at=at,
        )


def _until(post: Post) -> str:
    zone = post.station.zone if post.station else settings.ECOMNET_ZONE
    return f"{post.to_at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}"


def _tell(post: Post, template: str, at: dt.datetime) -> None:
    with translation.override(post.user.language):
        role, place = str(post.get_role_display()), str(post.station or post.division or _("the whole network"))
    notify(
        template=template,
        params={"role": role, "place": place},
        language=post.user.language,
        user=post.user_id,
        dedupe_key=f"{template}:{post.pk}",
        at=at,
    )

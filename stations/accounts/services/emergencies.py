"""Posts for an emergency: given at once, for hours, and looked at afterwards by somebody else."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from core.notices.templates import in_each_language
from stations.accounts.models import LONGEST_BREAK_GLASS, Post, Role, User
from stations.accounts.services.grounds import ReachOutsideOwn, path_of, scope_of
from stations.accounts.services.posts import OwnPost, PostPeriodWrong, PostsConflict, ReachNotOfRole, appoint
from stations.network.models import Station
from stations.places.models import Division
from stations.two_persons import is_same_person

#: Who looks at emergency posts afterwards.
REVIEWERS = (Role.COUNTY_MANAGER, Role.PLATFORM_ADMIN)


class NothingToReview(Refused):
    """Only emergency posts are reviewed, each once, after its end."""

    code = "nothing_to_review"
    message = _("Only an emergency post is reviewed, once, after it ends.")


class BreakGlassTooLong(Refused):
    """An emergency post ends by itself, soon."""

    code = "break_glass_too_long"
    status = 422
    message = _("An emergency post lasts at most four hours.")


@refuses(BreakGlassTooLong, OwnPost, ReachNotOfRole, ReachOutsideOwn, PostPeriodWrong, PostsConflict)
@needs_words("reason")
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
        reach=scope_of(station, division),
        station=station,
        division=division,
        from_at=at,
        to_at=to_at,
        appointed_by=actor,
        reason=reason,
        is_break_glass=True,
    )
    post = appoint(post, actor, at)
    _tell_reviewers(post, at)
    return post


@refuses(OwnPost, NothingToReview)
@needs_words("finding")
@transaction.atomic
def review_post(*, post: Post, actor: User, at: dt.datetime, finding: str) -> Post:
    """Look at an emergency post afterwards: what was done with it was right, or what follows.

    Refused: `own_post` (holder and giver), `nothing_to_review`.
    """
    post = lock(post)
    if is_same_person(actor, post.user_id, post.appointed_by_id):
        raise OwnPost
    if not post.is_break_glass or post.reviewed_at is not None or post.to_at is None or post.to_at > at:
        raise NothingToReview
    post.reviewed_by, post.reviewed_at = actor, at
    post.save(update_fields=["reviewed_by", "reviewed_at", "updated_at"])
    record_change(post, old="ended", new="reviewed", at=at, actor=actor.pk, reason=finding)
    return post


def _tell_reviewers(post: Post, at: dt.datetime) -> None:
    """Those who may review it are told at once that it stands: managers of its county, administrators."""
    held = Post.objects.live(at).filter(role__in=REVIEWERS).select_related("user", "division")
    ground = path_of(post)
    told = {reviewer.user for reviewer in held if ground.startswith(path_of(reviewer))}
    for user in sorted(told - {post.user, post.appointed_by}, key=lambda each: str(each.pk)):
        words = {"role": in_each_language(post.get_role_display), "place": in_each_language(lambda: post.place)}
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
    return f"{post.to_at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" if post.to_at else ""

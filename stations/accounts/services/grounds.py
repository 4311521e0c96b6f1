"""Where a post stands: at a station, over a division, over the network, and who may give one there."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from stations.accounts.models import Post, Role, User
from stations.network.models import Station
from stations.places.models import Division
from stations.scope import posts_granting

Reach = Post.Reach

#: What each role may reach; a county's people stand over one county, never over more. A doctor over the network is a
#: clinical lead: what is normal for everybody is decided there, and no patient is seen from it.
REACHES: dict[str, frozenset[str]] = {
    Role.HELPER: frozenset({Reach.STATION}),
    Role.PARTNER: frozenset({Reach.STATION}),
    Role.COUNTY_CLERK: frozenset({Reach.REGION}),
    Role.COUNTY_MANAGER: frozenset({Reach.REGION}),
    Role.FINANCE_OFFICER: frozenset({Reach.REGION, Reach.NETWORK}),
    Role.CREDIT_OFFICER: frozenset({Reach.REGION, Reach.NETWORK}),
    Role.CLAIMS_ASSESSOR: frozenset({Reach.REGION, Reach.NETWORK}),
    Role.DOCTOR: frozenset({Reach.REGION, Reach.NETWORK}),
    Role.NURSE: frozenset({Reach.REGION}),
    Role.PHARMACIST: frozenset({Reach.REGION}),
    Role.TEACHER: frozenset({Reach.REGION}),
    Role.AUDITOR: frozenset({Reach.REGION, Reach.NETWORK}),
    Role.PLATFORM_ADMIN: frozenset({Reach.NETWORK}),
}
COUNTY_ROLES = frozenset({Role.COUNTY_CLERK, Role.COUNTY_MANAGER})

#: Who may give which roles.
GIVES: dict[str, frozenset[str]] = {
    Role.COUNTY_MANAGER: frozenset({Role.HELPER, Role.PARTNER, Role.COUNTY_CLERK}),
    Role.PLATFORM_ADMIN: frozenset(Role),
}


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
    message = _("A station post names the station, a regional post the division; other posts name neither.")


class ReachOutsideOwn(Refused):
    """The post lies outside what the giver may give, by place or by role."""

    code = "reach_outside_own"
    status = 422
    message = _("Your posts do not let you grant or end this post there.")


#: Whether a reach names a station, and a division.
_NAMED: dict[str, tuple[bool, bool]] = {
    Reach.STATION: (True, False),
    Reach.REGION: (False, True),
    Reach.NETWORK: (False, False),
}


@refuses(ReachIncomplete, StationUnknown, DivisionUnknown)
def ground_of(
    *, reach: str, station_code: str = "", division_code: str = "", level: str = "county"
) -> tuple[Station | None, Division | None]:
    """The station or division of these codes, of which the reach names exactly one or none."""
    given = (bool(station_code), bool(division_code))
    if given != _NAMED[reach]:
        raise ReachIncomplete(field="reach")
    if station_code:
        station = Station.objects.select_related("village").filter(code=station_code).first()
        if station is None:
            raise StationUnknown(field="station")
        return station, None
    if division_code:
        standing = list(Division.objects.filter(code=division_code, level=level, valid_to=None)[:2])
        if len(standing) != 1:
            raise DivisionUnknown(field="division")
        return None, standing[0]
    return None, None


def scope_of(station: Station | None, division: Division | None) -> str:
    """The reach of a post that stands there; over the network where it is neither."""
    return Reach.STATION if station else Reach.REGION if division else Reach.NETWORK


def posts_over(post: Post, user: User, verb: str) -> list[Post]:
    """The posts of this user that carry the verb and cover the whole ground of the post."""
    ground = path_of(post)
    return [
        held
        for held in posts_granting(user, verb)
        if held.reach != Reach.STATION and ground.startswith("" if held.reach == Reach.NETWORK else held.division_path)
    ]


@refuses(ReachOutsideOwn)
def check_giver(post: Post, giver: User, verb: str) -> None:
    """One of the giver's posts lets him give or end this one."""
    if not any(post.role in GIVES.get(held.role, ()) for held in posts_over(post, giver, verb)):
        raise ReachOutsideOwn(field="station" if post.station_id else "division" if post.division_id else "role")


def path_of(post: Post) -> str:
    """What the post stands on, as a path: one ground lies inside another when its path begins with the other's."""
    if post.station:
        return f"{post.station.village.path}station-{post.station_id}/"
    return post.division.path if post.division else ""

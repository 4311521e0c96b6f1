"""What a person's posts reach, as a filter in the database."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Func, Q
from django.utils.module_loading import import_string

#: Division level -> the station's column that holds the division of that level.
REGION_COLUMNS = {
    "province": "province",
    "prefecture": "prefecture",
    "county": "county",
    "township": "township",
    "village": "village",
}


class IsStationOf(Func):
    """Whether a column names a station of a division: one of an array, so that indexes find any of several columns."""

    template = "%(expressions)s))"
    arity = 2
    output_field = models.BooleanField()

    def __init__(self, column: str, division_level: str, division: int) -> None:
        stations = f" = ANY(ARRAY(SELECT id FROM stations_station WHERE {REGION_COLUMNS[division_level]}_id = "  # noqa: S608
        super().__init__(F(column), models.Value(division), arg_joiner=stations)


def posts_granting(user: Any, verb: str) -> list[Any]:
    """The posts that let this person do this now. Verb and reach must come from the same post.

    A post whose contract is suspended opens no more than what a suspended person may.
    """
    if not user.is_authenticated or not user.is_active:
        return []
    grants = import_string(settings.ECOMNET_GRANTS)  # the top package knows every verb; this layer only asks
    held = [post for post in user.live_posts if verb in grants.get(post.role, ())]
    if not any(post.is_suspended for post in held):
        return held
    left = import_string(settings.ECOMNET_GRANTS_SUSPENDED)
    return [post for post in held if not post.is_suspended or verb in left]


def holds_everywhere(user: Any, verb: str) -> bool:
    """Whether a post of this person over the whole network carries the verb."""
    return any(post.reach == "network" for post in posts_granting(user, verb))


def post_reaching(user: Any, verb: str, station: Any) -> Any | None:
    """The first of this person's posts that carries the verb and reaches this station."""
    for post in posts_granting(user, verb):
        if post.reach == "network" or (post.reach == "station" and post.station_id == station.pk):
            return post
        if post.reach == "region" and post.division_id == getattr(station, f"{REGION_COLUMNS[post.division_level]}_id"):
            return post
    return None


def demand_post(user: Any, verb: str, station: Any) -> Any:
    """As `post_reaching`; 403 where none does (any more)."""
    post = post_reaching(user, verb, station)
    if post is None:
        raise PermissionDenied
    return post


def division_reach(user: Any, verb: str, path: str = "path") -> Q:
    """The condition that a division (its `path` column) lies within a post over a region or the network."""
    reach = Q(pk__in=[])
    for post in posts_granting(user, verb):
        if post.reach == "network":
            return Q()
        if post.reach == "region":
            reach |= Q(**{f"{path}__startswith": post.division_path})
    return reach


class StationScopedQuerySet(models.QuerySet):
    """Rows that belong to a station, through `station_path` (empty for the station itself).

    What passes between stations belongs to those of `also_through` as well. `read_verb` is the verb that reads the
    noun; `core.access.load` uses it to tell 404 from 403.
    """

    station_path = "station"
    also_through: tuple[str, ...] = ()
    read_verb = ""

    def open_to(self, user: Any, verb: str) -> Self:
        """The rows on which this person may do this. Nothing unless a post says so."""
        return self.filter(self.scope_of(user, verb))

    def paths_for(self, verb: str) -> tuple[str, ...]:
        """The ways from a row to the stations whose people may do this; the same for every verb unless a noun says."""
        return (self.station_path, *self.also_through)

    def scope_of(self, user: Any, verb: str) -> Q:
        """The condition that a row lies within a post of this person that carries the verb."""
        reach = Q(pk__in=[])
        for post in posts_granting(user, verb):
            if post.reach == "network":
                return Q()
            if post.reach == "station":
                column, place = "id", post.station_id
            else:
                column, place = f"{REGION_COLUMNS[post.division_level]}_id", post.division_id
            for path in self.paths_for(verb):
                reach |= Q(**{f"{path}__{column}" if path else column: place})
        return reach


class DivisionScopedQuerySet(models.QuerySet):
    """Rows that belong to a division, whose path is `division_path`: a post over a region that holds it, or of all."""

    division_path = "path"
    read_verb = ""

    def open_to(self, user: Any, verb: str) -> Self:
        """Those of divisions within a post over a region or the network that carries the verb."""
        return self.filter(division_reach(user, verb, self.division_path))


class NetworkScopedQuerySet(models.QuerySet):
    """Rows of the whole network, which belong to no station: a post of the network or none."""

    read_verb = ""

    def open_to(self, user: Any, verb: str) -> Self:
        """All of them, for a post of the network that carries the verb."""
        return self.all() if holds_everywhere(user, verb) else self.none()

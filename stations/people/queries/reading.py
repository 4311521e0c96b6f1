"""Through which post somebody reads a person, and for whom that needs no row."""

from stations.accounts.models import Post, User
from stations.network.models import Station
from stations.people.models.persons import COUNTY_VERBS
from stations.scope import post_reaching, posts_granting


def serves(user: User, station_id: int) -> bool:
    """Whether this person works at the station by an ordinary post: its residents stand there by name."""
    return any(
        post.station_id == station_id and not post.is_break_glass
        for post in posts_granting(user, "stations.edit_person")
    )


def post_opening(user: User, verb: str, station: Station) -> Post | None:
    """The post that opens a person of this station: one that reaches the station, or else one of its county."""
    post = post_reaching(user, verb, station)
    if post is not None or verb not in COUNTY_VERBS:
        return post
    held = {post.station_id: post for post in posts_granting(user, verb) if post.reach == "station"}
    neighbour = Station.objects.filter(pk__in=held, county=station.county_id).values_list("pk", flat=True).first()
    return held.get(neighbour)


def may_at_home(user: User, verb: str, station: Station) -> bool:
    """Whether a post of this person carries the verb for residents of the station."""
    return post_reaching(user, verb, station) is not None

"""Whose drawer it is: one's own station's, and for the county's people that of the centre."""

from django.core.exceptions import PermissionDenied

from stations.accounts.models import User
from stations.current_station import counter_of
from stations.models import Station
from stations.scope import posts_granting


def drawer_of(user: User, verb: str) -> Station:
    """The station at whose drawer this person may do this: of their own post, or the centre of their county.

    Raises `PermissionDenied` when there is none.
    """
    try:
        return counter_of(user, verb)
    except PermissionDenied:
        counties = [post.division_id for post in posts_granting(user, verb) if post.reach == "region"]
        centre = Station.objects.select_related("county", "village").filter(
            county__in=counties, kind=Station.Kind.COUNTY_CENTRE
        )
        found = centre.exclude(status=Station.Status.CLOSED).order_by("code").first()
        if found is None:
            raise
        return found

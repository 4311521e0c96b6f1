"""Whose drawer may be touched: people of the county keep the centre's alone."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from stations.accounts.models import User
from stations.models import Station
from stations.scope import post_reaching


class NotYourDrawer(Refused):
    """A village's drawer is opened, counted and closed by those who work there."""

    code = "not_your_drawer"
    status = 422
    message = _("The till of %(station)s is held by the people who work there.")


@refuses(NotYourDrawer)
def refuse_foreign_drawer(station: Station, verb: str, by: User) -> None:
    """Refused: `not_your_drawer` where the verb comes from a post over a region and the station is not its centre."""
    post = post_reaching(by, verb, station)
    is_of_the_county = post is not None and post.reach != "station"
    if is_of_the_county and station.kind != Station.Kind.COUNTY_CENTRE:
        raise NotYourDrawer(station=station.name)

"""Lists of rows that belong to stations: found by a station's name or code, shown without it to its own people."""

from typing import ClassVar

from django.db.models import Q
from django.http import HttpRequest

from core.web.lists import ListPage
from stations.network.models import Station
from stations.scope import posts_granting


def stations_named(words: str) -> Q:
    """The stations that somebody means: by name, local name, village, or the beginning of the code."""
    named = Q(name__icontains=words) | Q(name_local__icontains=words) | Q(code__startswith=words)
    return named | Q(village__name__startswith=words) | Q(village__romanised__startswith=words.lower())


class StationList(ListPage):
    """A list whose rows belong to a station, through `place` (empty for stations themselves)."""

    place: ClassVar[str] = "station"

    def has_places(self, request: HttpRequest) -> bool:
        """Whether a post of the reader reaches more than one station."""
        posts = posts_granting(request.user, self.grant)
        return any(post.reach != "station" for post in posts) or len({post.station_id for post in posts}) > 1

    def at_place(self, words: str) -> Q:
        """The rows of the stations that these words name; a subquery, so that no join doubles a row."""
        column = f"{self.place}__in" if self.place else "pk__in"
        return Q(**{column: Station.objects.filter(stations_named(words)).values("pk")})

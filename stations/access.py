"""The answers of this layer to the door and to the frame of the system: which posts carry which verb, and who reads."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.web.shell import Reader
from stations.accounts.models import Role
from stations.contracts.queries import suspension_of
from stations.network.models import Station
from stations.scope import posts_granting


def holds(user: Any, verb: str) -> bool:
    """Whether a post of this person carries the verb, wherever it reaches."""
    return bool(posts_granting(user, verb))


def why_stopped(user: Any, verb: str) -> str:
    """Why somebody whose post carries the verb may not do this just now; empty when no suspension is behind it."""
    grants = import_string(settings.ECOMNET_GRANTS)
    left = import_string(settings.ECOMNET_GRANTS_SUSPENDED)
    if not user.is_authenticated or verb in left:
        return ""
    suspension = suspension_of(user, [post for post in user.live_posts if verb in grants.get(post.role, ())])
    return str(suspension) if suspension else ""


def who_can(verb: str) -> str:
    """Which roles may do it, as a sentence for the one who may not; empty when nobody in particular may."""
    grants = import_string(settings.ECOMNET_GRANTS)
    roles = [str(role.label) for role in Role if verb in grants.get(role.value, ())]
    if not roles:
        return ""
    return _("Only for: %(roles)s. Ask your county manager.") % {"roles": _(", ").join(roles)}


def reader(user: Any) -> Reader:
    """Who reads a page, at which station: the one of the first post that names a station.

    An emergency post opens its station; its holder is still called by the ordinary post, if there is one.
    """
    post = next((post for post in user.live_posts if post.station_id), next(iter(user.live_posts), None))
    mine: dict[str, Any] = {"person": user.shown_name, "language": user.language, "text_size": user.text_size}
    if post is None:
        return Reader(**mine)
    ordinary = next((held for held in user.live_posts if not held.is_break_glass), post)
    emergency = next((held for held in user.live_posts if held.is_break_glass), None)
    # Labels are said later, in the language that is chosen by then.
    mine |= {"role": Role(ordinary.role).label, "role_code": post.role, "place": post.division_name or ""}
    if emergency:
        mine |= {"emergency_role": Role(emergency.role).label, "emergency_until": emergency.to_at}
    if post.station_id is None:
        return Reader(**mine)
    station = user.station_of_post = Station.objects.select_related("county").get(pk=post.station_id)
    return Reader(station=station.name, code=station.code, zone=station.zone, **mine)

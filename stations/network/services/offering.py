"""Whether something may be done at a station now."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.queries import ServiceAnswer, service_open


class ServiceNotOpen(Refused):
    """The service is switched off, paused, or the station does not serve now."""

    code = "service_not_open"
    message = _("%(service)s is not open here now: %(reason)s")


@refuses(ServiceNotOpen)
def refuse_unless_open(station: Station, service: str, *, by: User, at: dt.datetime) -> ServiceAnswer:
    """What a station may do now; refused: `service_not_open`."""
    answer = service_open(station, service, by, at)
    if not answer.is_open:
        raise ServiceNotOpen(service=str(answer.name), reason=str(answer.reason))
    return answer

"""What contracts show outside their pages: terminations that wait for a second person."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, Need
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.contracts.models import Termination

TERMINATE = "stations.terminate_partner"


def _asked(*, user: User, at: dt.datetime) -> QuerySet[Termination]:
    asked = Termination.objects.open_to(user, TERMINATE).filter(status=Termination.Status.ASKED)
    return asked.exclude(asked_by__in=own_logins(user))


CONSOLE = Console(
    needs=[
        Need(
            "contracts.terminate",
            _("Terminations to confirm"),
            "people",
            TERMINATE,
            "network:county_stations",
            _asked,
            "asked_at",
            place="contract__station__name",
        ),
    ],
)

"""What subsidies show outside their page: the menu, and programmes whose budget is nearly used up."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.subsidies.models import SubsidyProgramme
from orders.subsidies.queries import running_low
from stations.accounts.models import User
from stations.scope import holds_everywhere

READ, LIST = "orders.read_subsidy", "subsidies:subsidies"


def _low(*, user: User, at: dt.datetime) -> QuerySet[SubsidyProgramme]:
    """Those of the county for which the reader works."""
    if holds_everywhere(user, READ):
        return SubsidyProgramme.objects.none()
    return running_low(SubsidyProgramme.objects.open_to(user, READ), on=timezone.localdate(at))


CONSOLE = Console(
    menu=[MenuEntry(*("parcels", _("Subsidies for parcels"), LIST, READ), needs=("subsidies.low",))],
    needs=[
        Need(
            *("subsidies.low", _("Subsidies nearly used up"), "coins", READ, LIST, _low, "from_date"),
            place="division__short_name",
            acts=("logistics.create_parcel", "orders.compensate_shipment"),
        )
    ],
)

"""One table of provision rates, which a second person puts in force."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import may_everywhere
from core.countries import country_words
from core.web.page_actions import ObjectPage, PageAction
from core.web.tables import Column, Table
from finance.loans import services
from finance.loans.display import percent
from finance.loans.machine import PROVISION_TABLE
from finance.loans.models import ProvisionTable
from finance.loans.models.portfolio import EDIT_RATES, RATES
from finance.loans.provision_list import KINDS
from finance.loans.queries import provision_tables
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person


def _context(_request: SignedInRequest, table: ProvisionTable) -> dict[str, Any]:
    return {
        "rates": table,
        "country": country_words(table.country),
        "kind": KINDS[ProvisionTable.Status(table.status)],
        "table": _table_of(table),
        "history": history_of(table),
    }


def _table_of(table: ProvisionTable) -> Table:
    """The classes in the order of their days."""
    return Table(
        caption=gettext("By class"),
        columns=[
            Column(gettext("Class")),
            Column(gettext("From so many days late"), number=True),
            Column(gettext("Provision"), number=True),
        ],
        rows=[
            [band.get_class_code_display(), f"{band.from_day:,}", percent(band.rate_bp)]
            for band in table.bands.order_by("from_day")
        ],
        small=True,
    )


def _is_of_another(table: ProvisionTable, user: User) -> bool:
    return _is_of_the_network(table, user) and not is_same_person(user, table.maker_id)


def _is_of_the_network(_table: ProvisionTable, user: User) -> bool:
    """Rates are changed by posts of the whole network."""
    return may_everywhere(user, EDIT_RATES)


PROVISION_PAGE = ObjectPage(
    name="loans:provision",
    template="finance/loans/provision.html",
    grant=RATES,
    noun="table",
    rows=provision_tables,
    context=_context,
    machine=PROVISION_TABLE,
    actions={
        "activate": PageAction(
            grant=EDIT_RATES,
            service=services.activate_provision_table,
            arrow="activate_provision_table",
            is_open=_is_of_another,
            title=_("Put these rates in force"),
            button=_("Approve them"),
            doing=_("Recording…"),
        ),
        "discard": PageAction(
            grant=EDIT_RATES,
            service=services.discard_provision_table,
            arrow="discard_provision_table",
            is_open=_is_of_the_network,
            title=_("Discard this draft"),
            button=_("Discard it"),
            doing=_("Recording…"),
            kind="",
        ),
    },
)

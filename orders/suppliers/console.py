"""What operators see of suppliers' systems: what could not be delivered to them."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.suppliers.models import SupplierOrder, SupplierWebhook
from stations.accounts.models import User

READ, RESEND = "orders.read_supplier_webhook", "orders.resend_supplier_webhook"
LIST, ORDERS = "admin:orders_supplierwebhook_changelist", "admin:orders_supplierorder_changelist"


def _failed(*, user: User, at: dt.datetime) -> QuerySet[SupplierWebhook]:
    failed = SupplierWebhook.objects.open_to(user, RESEND).filter(status=SupplierWebhook.Status.FAILED)
    return failed if user.is_staff else failed.none()


def _to_examine(*, user: User, at: dt.datetime) -> QuerySet[SupplierOrder]:
    failed = SupplierOrder.objects.open_to(user, RESEND).filter(status=SupplierOrder.Status.FAILED)
    return failed if user.is_staff else failed.none()


CONSOLE = Console(
    menu=[
        MenuEntry("system", _("Webhooks to suppliers"), LIST, RESEND, needs=("suppliers.failed",)),
        MenuEntry("system", _("Orders to suppliers"), ORDERS, RESEND, needs=("suppliers.examine",)),
    ],
    needs=[
        Need(
            *("suppliers.failed", _("Webhooks that suppliers did not accept"), "offline", RESEND, LIST),
            *(_failed, "made_at"),
            query="status__exact=failed",
        ),
        Need(
            *("suppliers.examine", _("Orders to suppliers to be examined"), "alert", RESEND, ORDERS),
            *(_to_examine, "made_at"),
            query="status__exact=failed",
        ),
    ],
)

"""What fees show outside their pages: prices, plans and corrections, and those that wait for a second person."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from finance.fees.models import Adjustment, CommissionPlan

APPROVE, ADJUST = "finance.approve_commission_plan", "finance.adjust_account"


def _plans(*, user: Any, at: dt.datetime) -> QuerySet[CommissionPlan]:
    drafts = CommissionPlan.objects.open_to(user, APPROVE).filter(status=CommissionPlan.Status.DRAFT)
    return drafts.exclude(created_by=user)


def _corrections(*, user: Any, at: dt.datetime) -> QuerySet[Adjustment]:
    proposed = Adjustment.objects.open_to(user, ADJUST).filter(status=Adjustment.Status.PROPOSED)
    return proposed.exclude(made_by=user)


CONSOLE = Console(
    menu=[
        MenuEntry("money", _("Earnings"), "fees:earnings", "finance.read_own_earnings"),
        MenuEntry("money", _("Corrections"), "fees:adjustments", ADJUST, needs=("fees.corrections",)),
        MenuEntry("money", _("Commission plans"), "fees:plans", "finance.read_commission_plan", needs=("fees.plans",)),
        MenuEntry("money", _("Prices"), "fees:tariffs", "finance.edit_tariff"),
    ],
    needs=[
        Need("fees.plans", _("Commission plans to approve"), "book", APPROVE, "fees:plans", _plans, "created_at"),
        Need(
            "fees.corrections", _("Corrections to check"), "edit", ADJUST, "fees:adjustments", _corrections, "made_at"
        ),
    ],
)

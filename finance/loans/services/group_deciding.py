"""The loans of a group are approved together: one application each, all of them or none."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refused_by, refuses
from finance.loans.machine import LOAN_GROUP
from finance.loans.models import BorrowerGroup, LoanApplication
from finance.loans.services.deciding import approve_application
from stations.accounts.models import User


class GroupApplicationsChanged(Refused):
    """An application came, went or was decided since."""

    code = "group_applications_changed"
    message = _("The applications of this group are others than were shown. Look at the group again.")


@refuses(WrongState, GroupApplicationsChanged, *refused_by(approve_application))
@transaction.atomic
def approve_group_loans(
    *, group: BorrowerGroup, applications: Collection[UUID], by: User, at: dt.datetime
) -> BorrowerGroup:
    """Approve every appraised application of a group, as each was proposed: all that were shown, or none.

    Each is checked as by itself: limit of the officer, ties, caps, second officer.
    """
    group = lock(group)
    LOAN_GROUP.check("approve_group_loans", group.status)
    rows = list(to_approve_together(group))
    if not rows or {row.pk for row in rows} != set(applications):
        raise GroupApplicationsChanged
    for application in rows:
        approve_application(application=application, by=by, at=at)
    return group


def to_approve_together(group: BorrowerGroup) -> QuerySet[LoanApplication]:
    """The appraised applications of a group that no officer has approved, in the order in which they are held."""
    about = ("station__county", "person", "product__lender", "version__product__lender")
    waiting = group.applications.filter(status=LoanApplication.Status.APPRAISED, approver=None)
    return waiting.select_related(*about).order_by("pk")

"""What operators see of learning record stores: statements that one has refused, and facts without a statement."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.statements.models import RESEND, Statement, UntoldFact
from stations.accounts.models import User

LIST, UNTOLD = "admin:education_statement_changelist", "admin:education_untoldfact_changelist"


def _refused(*, user: User, at: dt.datetime) -> QuerySet[Statement]:
    refused = Statement.objects.open_to(user, RESEND).filter(status=Statement.Status.FAILED)
    return refused if user.is_staff else refused.none()


def _untold(*, user: User, at: dt.datetime) -> QuerySet[UntoldFact]:
    untold = UntoldFact.objects.open_to(user, RESEND).open()
    return untold if user.is_staff else untold.none()


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("system", _("Statements about learning"), LIST, RESEND), needs=("statements.refused", "statements.untold")
        )
    ],
    needs=[
        Need(
            *("statements.refused", _("Statements that a learning record store refused"), "offline", RESEND, LIST),
            *(_refused, "stored_at"),
            query="status__exact=failed",
        ),
        Need(
            *("statements.untold", _("Facts about learning without a statement"), "alert", RESEND, UNTOLD),
            *(_untold, "found_at"),
            query="told_at__isempty=1",
        ),
    ],
)

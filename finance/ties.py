"""Who stands close to a resident decides about none of their loans and claims, and pays none of them out."""

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from stations.accounts.models import User

IS_TIED = "SELECT coalesce(bool_or(finance_is_tied(%s, resident)), false) FROM unnest(%s::uuid[]) AS resident"


class OfficerIsTied(Refused):
    """Who decides is the resident, lives with them, or is their guardian or ward."""

    code = "officer_is_tied"
    status = 422
    message = _("You are close to this person. A colleague decides.")


@refuses(OfficerIsTied)
def refuse_tied(by: User, *residents: UUID) -> None:
    """Refuse what somebody decides about themselves, their household, or who is their guardian or ward."""
    if is_tied(by, *residents):
        raise OfficerIsTied


def is_tied(user: User, *residents: UUID) -> bool:
    """Whether somebody is one of these residents, lives with one, or is their guardian or ward.

    Triggers ask the same function of the database.
    """
    with connection.cursor() as cursor:
        cursor.execute(IS_TIED, [user.pk, list(residents)])
        return bool(cursor.fetchone()[0])

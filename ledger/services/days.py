"""The calendar of the books: months that have a place, days that are closed."""

import datetime as dt

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.database.reference import forget_version
from core.errors import Refused, refuses
from ledger.models import Book


class DaysStayClosed(Refused):
    """A closed day is never opened again (L12)."""

    code = "days_stay_closed"
    message = _("The books before %(first_open_date)s are closed and stay closed.")


def make_partitions(*, from_month: dt.date, to_month: dt.date) -> int:
    """Make the missing months of transfers; how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_make_partitions(%s, %s)", [from_month, to_month])
        return cursor.fetchone()[0]


@refuses(DaysStayClosed)
@transaction.atomic
def close_days_before(*, book: Book, date: dt.date) -> None:
    """Close every business date before `date`; waits for postings under way. Raises `DaysStayClosed`."""
    if lock(book).first_open_date > date:
        raise DaysStayClosed(first_open_date=book.first_open_date)
    book.first_open_date = date
    book.save(update_fields=["first_open_date", "updated_at"])
    forget_version()

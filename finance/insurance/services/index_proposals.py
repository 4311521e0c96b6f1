"""Windows of parametric cover are proposed by one person and approved by another before they begin.

Until a window pays it can be cancelled, by two persons as well: one of them alone could keep money from families.
"""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from finance.insurance.machine import WINDOW
from finance.insurance.models import Benefit, IndexSource, IndexWindow
from ledger.services import book_of
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = IndexWindow.Status
#: A window waits so long for a reading.
WAITS = dt.timedelta(days=10)
#: People are enrolled for a day within a year; their year of cover has ended by then.
MOST_AHEAD = dt.timedelta(days=2 * 366)


class NotParametric(Refused):
    """Windows are of benefits that pay by an index, in terms that are in force where the weather station is."""

    code = "not_parametric"
    status = 422
    message = _("This benefit does not pay by an index here.")


class OtherIndex(Refused):
    """Trigger and exit of a benefit are values of its own index."""

    code = "other_index"
    status = 422
    message = _("This weather station does not measure the index of this benefit.")


class WindowBegun(Refused):
    """Nobody opens a window when its weather is known."""

    code = "window_begun"
    status = 422
    message = _("A window is proposed and approved before it begins.")


class WindowOverlap(Refused):
    """A day counts once for a policy."""

    code = "window_overlap"
    message = _("Another window of this benefit has some of these days for some of these people.")


class WindowTooFar(Refused):
    """Nobody can be insured in days that lie so far ahead."""

    code = "window_too_far"
    status = 422
    message = _("A window ends within two years from today.")


class WindowOrder(Refused):
    """A window ends after it begins."""

    code = "window_order"
    status = 422
    message = _("The last day lies after the first.")


@refuses(NotParametric, OtherIndex, WindowBegun, WindowTooFar, WindowOverlap, WindowOrder)
@transaction.atomic
def propose_index_window(
    *, benefit: Benefit, source: IndexSource, start_date: dt.date, end_date: dt.date, by: User, at: dt.datetime
) -> IndexWindow:
    """Say in which days the index of a weather station shall decide what a benefit pays; both days are included.

    Who is insured through all of these days, with the waiting time before them, is paid once another person approves.
    """
    _require_terms(benefit, source)
    today = _today_of(source, at)
    if start_date <= today:
        raise WindowBegun(field="start_date")
    if end_date > today + MOST_AHEAD:
        raise WindowTooFar(field="end_date")
    if end_date <= start_date:
        raise WindowOrder(field="end_date")
    window = IndexWindow(
        benefit=benefit,
        source=source,
        start_date=start_date,
        end_date=end_date,
        stand_in_date=end_date + dt.timedelta(days=1 + source.grace_days),
        wait_until_date=end_date + WAITS,
        maker=by,
        made_at=at,
    )
    _insert(window)
    record_change(window, old="", new=window.status, at=at, actor=by.pk)
    return window


@refuses(WrongState, SamePerson, NotParametric, OtherIndex, WindowBegun)
@transaction.atomic
def approve_index_window(*, window: IndexWindow, by: User, at: dt.datetime) -> IndexWindow:
    """Agree to a proposed window, by another person and before it begins: from now on it binds."""
    window = lock(window)
    WINDOW.check("approve_index_window", window.status)
    require_two_persons(by, window.maker_id)
    _require_terms(window.benefit, window.source)
    if window.start_date <= _today_of(window.source, at):
        raise WindowBegun
    window.checker, window.checked_at = by, at
    return move_window(window, _S.OPEN, at=at, by=by)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def withdraw_index_window(*, window: IndexWindow, reason: str, by: User, at: dt.datetime) -> IndexWindow:
    """Take back, or decline, a window that nobody has approved; its days are free again."""
    window = lock(window)
    WINDOW.check("withdraw_index_window", window.status)
    window.closed_by, window.reason = by, reason
    return move_window(window, _S.WITHDRAWN, at=at, by=by, reason=reason)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def ask_to_cancel_index_window(*, window: IndexWindow, reason: str, by: User, at: dt.datetime) -> IndexWindow:
    """Ask to cancel a window that does not pay yet, or has no reading; meanwhile it pays nothing. Another decides."""
    window = lock(window)
    WINDOW.check("ask_to_cancel_index_window", window.status)
    window.asked_by, window.reason = by, reason
    return move_window(window, _S.CANCELLING, at=at, by=by, reason=reason)


@refuses(WrongState, SamePerson)
@transaction.atomic
def cancel_index_window(*, window: IndexWindow, by: User, at: dt.datetime) -> IndexWindow:
    """Cancel a window as a colleague asked: it pays nothing, and its days are free again."""
    window = lock(window)
    WINDOW.check("cancel_index_window", window.status)
    require_two_persons(by, window.asked_by_id)
    window.closed_by = by
    return move_window(window, _S.CANCELLED, at=at, by=by, reason=window.reason)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def keep_index_window(*, window: IndexWindow, reason: str, by: User, at: dt.datetime) -> IndexWindow:
    """Do not cancel a window: it pays as agreed. Whoever asked may take that back."""
    window = lock(window)
    WINDOW.check("keep_index_window", window.status)
    window.asked_by, window.reason = None, ""
    return move_window(window, _S.OPEN, at=at, by=by, reason=reason)


def move_window(
    window: IndexWindow, status: str, *, at: dt.datetime, by: User | None = None, reason: str = ""
) -> IndexWindow:
    """A window in its new state, with the row of its history."""
    before, window.status = window.status, status
    window.save()
    record_change(window, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    return window


@refuses(NotParametric, OtherIndex)
def _require_terms(benefit: Benefit, source: IndexSource) -> None:
    """The benefit pays by what this weather station measures, in terms that are in force there."""
    version = benefit.version
    in_force = version.status == version.Status.ACTIVE
    if benefit.formula != Benefit.Formula.PARAMETRIC or not in_force:
        raise NotParametric(field="benefit")
    if source.region.country != version.product.country:
        raise NotParametric(field="benefit")
    if source.kind != benefit.index_kind:
        raise OtherIndex(field="source")


def _today_of(source: IndexSource, at: dt.datetime) -> dt.date:
    return day_in(book_of(source.region.country).zone, at)


@refuses(WindowOverlap)
def _insert(window: IndexWindow) -> None:
    try:
        with transaction.atomic():
            window.save(force_insert=True)
    except IntegrityError as error:
        if "windows_of_a_benefit_do_not_overlap" not in str(error):
            raise
        raise WindowOverlap(field="start_date") from error

"""Who holds the drawer: one person at a time, until it is counted to the next or the day is closed."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.state_machines import Machine
from finance.tills.models import CashCount, CashDay, TillCustody
from stations.accounts.models import Post, User
from stations.network.models import Station
from stations.two_persons import require_two_persons

_S = TillCustody.Status
CUSTODY = Machine(
    name="custody of the till",
    states=TillCustody.Status,
    arrows={"hand_over_till": frozenset({_S.HELD}), "close_cash_day": frozenset({_S.HELD})},
)


class NotOfThisStation(Refused):
    """The till goes to somebody who works here."""

    code = "not_of_this_station"
    status = 422
    message = _("The till can only go to someone who works at this station.")


def start_custody(day: CashDay, *, holder: User, at: dt.datetime) -> TillCustody:
    """From now on this person holds the drawer."""
    custody = TillCustody.objects.create(cash_day=day, holder=holder, from_at=at)
    record_change(custody, old="", new=custody.status, at=at, actor=holder.pk)
    return custody


@refuses(WrongState, SamePerson, NotOfThisStation)
def end_custody(day: CashDay, *, count: CashCount, to: User | None, by: User, at: dt.datetime) -> TillCustody:
    """The count ends what one person held: `to` the next, or with the day when there is none.

    Refused: `same_person` unless giver and taker have each done their part, `not_of_this_station`.
    """
    custody = day.custodies.select_related("holder").get(status=_S.HELD)
    CUSTODY.check("hand_over_till" if to else "close_cash_day", custody.status)
    if to is not None:
        _refuse_unless_both(custody, count, to=to, by=by)
        _refuse_outsider(day.station, to, at)
    custody.status, custody.to_at, custody.count = _S.HANDED_OVER if to else _S.ENDED, at, count
    custody.save(update_fields=["status", "to_at", "count", "updated_at"])
    record_change(custody, old=_S.HELD, new=custody.status, at=at, actor=by.pk)
    return custody


def _refuse_unless_both(custody: TillCustody, count: CashCount, *, to: User, by: User) -> None:
    """Giver and taker are two people; one of them has counted, the other presses."""
    require_two_persons(to, custody.holder_id)
    if {count.counted_by_id, by.pk} != {custody.holder_id, to.pk}:
        raise SamePerson


def _refuse_outsider(station: Station, to: User, at: dt.datetime) -> None:
    here = Q(station=station) | Q(division=station.county_id)
    if not Post.objects.live(at).filter(here, user=to).exists():
        raise NotOfThisStation(field="to")

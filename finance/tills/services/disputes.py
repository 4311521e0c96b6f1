"""A disputed difference: nothing is deducted while it stands, and somebody decides who had no part in it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import changes_of
from core.language.reasons import needs_words
from finance import chart
from finance.tills.models import OverShort, OverShortMove
from finance.tills.services.books import account_of
from finance.tills.services.differences import day_of, move, tell
from finance.tills.services.over_shorts import (
    OVER_SHORT,
    DevicesWaiting,
    NotChargeable,
    NotTheHolder,
    arrow,
    bear,
    give_notice,
    refuse_unless_holder,
    refuse_unsent,
)
from ledger.services import MadeBy
from stations.accounts.models import User
from stations.two_persons import is_same_person

#: A charge may be disputed for so long.
DISPUTABLE = dt.timedelta(days=60)
_S = OverShort.Status


class Outcome(models.TextChoices):
    """How a dispute is decided."""

    ABSORB = "absorb", _("company absorbs it")
    CHARGE = "charge", _("a charge is proposed again")


class DisputePeriodOver(Refused):
    """A charge is disputed within sixty days."""

    code = "dispute_period_over"
    message = _("This was charged on %(charged)s. It could be disputed until %(until)s.")


class AlreadyInvolved(Refused):
    """A dispute is decided by somebody who has had no part in it."""

    code = "already_involved"
    message = _("You were already involved in this. Someone else must decide.")


@refuses(WrongState, NotTheHolder, DisputePeriodOver)
@needs_words("text")
@transaction.atomic
def dispute_variance(
    *, over_short: OverShort, text: str, by: User, at: dt.datetime, files: Iterable[Any] = ()
) -> OverShort:
    """Contradict: from now on nothing is charged, and what was charged is taken back at once.

    Refused: `not_the_holder`, `dispute_period_over` (60 days after the charge), `wrong_state`.
    """
    over_short = lock(over_short)
    OVER_SHORT.check("dispute_variance", over_short.status)
    refuse_unless_holder(over_short, by)
    if over_short.status == _S.CHARGED:
        _take_charge_back(over_short, by=by, at=at)
    over_short.dispute_text, over_short.disputed_at = text, at
    over_short.files.add(*files)
    return arrow(over_short, _S.DISPUTED, by=by, at=at, reason=text)


@refuses(WrongState, AlreadyInvolved, NotChargeable, SamePerson, DevicesWaiting)
@needs_words("text")
@transaction.atomic
def decide_dispute(*, over_short: OverShort, outcome: str, text: str, by: User, at: dt.datetime) -> OverShort:
    """Decide a dispute: the company bears it, or a charge is proposed anew, with seven days' notice."""
    over_short = lock(over_short)
    OVER_SHORT.check("decide_dispute", over_short.status)
    if is_same_person(by, *_involved(over_short)):
        raise AlreadyInvolved
    over_short.decision, over_short.decided_by, over_short.decided_at = text, by, at
    if outcome == Outcome.CHARGE:
        return give_notice(over_short, text=text, by=by, at=at)
    refuse_unsent(over_short)
    return bear(over_short, by=by, at=at)


def _take_charge_back(over_short: OverShort, *, by: User, at: dt.datetime) -> None:
    """over_short -> commission: the charge as if it had not been."""
    charged_at = present(over_short.charged_at)
    until = charged_at + DISPUTABLE
    if at > until:
        raise DisputePeriodOver(charged=day_of(over_short, charged_at), until=day_of(over_short, until))
    charge = over_short.moves.filter(kind=OverShortMove.Kind.CHARGED).latest("pk")
    move(
        over_short,
        kind=OverShortMove.Kind.CHARGE_REVERSED,
        added=-over_short.left,
        other=account_of(chart.commission_of_user(present(over_short.holder_id)), over_short.station, at),
        reason="charge disputed",
        made_by=MadeBy("person", by.pk),
        at=at,
        reversal_of=charge.transfer_id,
    )
    over_short.charged_at = None
    tell(present(over_short.holder), "charge_taken_back", over_short, at=at)


def _involved(over_short: OverShort) -> set[Any]:
    """Anyone who proposed, charged, asked or decided before; the holder as well."""
    actors = set(changes_of(over_short).values_list("actor", flat=True))
    return {*actors, over_short.holder_id, over_short.proposed_by_id, over_short.decided_by_id, over_short.asked_by_id}

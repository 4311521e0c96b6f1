"""Goods of a supplier that their buyer does not get leave the county centre: fetched, sent back, or never there."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.models import StoredFile
from orders.purchases.machine import FULFILMENT
from orders.purchases.models import Fulfilment
from orders.purchases.queries import was_at_centre
from orders.purchases.services.supplying import InWarehouse
from stations.accounts.models import User

_How = Fulfilment.GivenBack


class NotHere(Refused):
    """What a supplier has not sent is still with the supplier."""

    code = "not_here"
    message = _("The supplier has not sent these goods.")


class GivenBackAlready(Refused):
    """Goods go back once."""

    code = "given_back_already"
    message = _("These goods are recorded already: %(how)s.")


class SignatureMissing(Refused):
    """Whoever fetches goods signs for them."""

    code = "signature_missing"
    status = 422
    message = _("Add a photo of the paper that the supplier has signed.")


class WereHere(Refused):
    """What was received, or came back from the station, has been here."""

    code = "were_here"
    status = 422
    message = _("These goods have been here: say who has them now.")


@refuses(WrongState, InWarehouse, NotHere, GivenBackAlready, SignatureMissing, WereHere)
@needs_words("words")
@transaction.atomic
def give_back_fulfilment(
    *, fulfilment: Fulfilment, how: str, words: str, photo: StoredFile | None = None, by: User, at: dt.datetime
) -> Fulfilment:
    """Record that a supplier has its goods again, or that goods on their way here never came.

    `words` say who fetched them, which carrier has them under which number, or what is known. What is fetched is signed
    for (`photo`). The supplier knows then that they are not needed. Refused: `wrong_state`, `in_warehouse`,
    `not_here`, `given_back_already`, `signature_missing`, `were_here`.
    """
    part = lock(fulfilment)
    FULFILMENT.check("give_back_fulfilment", part.status)
    _refuse_unless_here(part, how, photo)
    part.given_back_at, part.given_back_how, part.given_back_by = at, how, by
    part.given_back_words, part.given_back_photo = words[:200], photo
    if part.not_needed_at is not None and part.supplier_told_at is None:
        part.supplier_told_at, part.supplier_told_by = at, by
    part.save()
    record_change(part, old=part.status, new=part.status, at=at, actor=by.pk, reason=words[:200])
    return part


def _refuse_unless_here(part: Fulfilment, how: str, photo: StoredFile | None) -> None:
    if not part.is_on_demand:
        raise InWarehouse
    if part.given_back_at is not None:
        raise GivenBackAlready(how=part.get_given_back_how_display())
    if part.shipped_at is None:
        raise NotHere
    if how == _How.FETCHED and photo is None:
        raise SignatureMissing(field="photo")
    if how == _How.NEVER_CAME and was_at_centre(part):
        raise WereHere(field="how")

"""Proving again who one is, in the middle of a session, before something changes by which one signs in."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from stations.accounts.models import User
from stations.accounts.services import journal, tries


class PasswordWrong(Refused):
    """The password is another one, or was tried too often."""

    code = "password_wrong"
    status = 422
    message = _("Wrong password. After five wrong tries, wait 15 minutes.")
    keeps_changes = True


@refuses(PasswordWrong)
def prove_password(*, user: User, password: str, at: dt.datetime, field: str = "password") -> None:
    """Refuse another password than the person's own (`password_wrong`, five tries in 15 minutes).

    The try is used up before it is looked at; a right one gives them back.
    """
    with transaction.atomic():
        fits = tries.use_own_try(user, at=at) and user.check_password(password)
        if fits:
            tries.give_own_tries_back(user)
    if not fits:
        journal.note_refusal("proof_refused", user=user, way="password")
        raise PasswordWrong(field=field)

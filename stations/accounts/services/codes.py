"""One-time codes for a first sign-in: asked for on the sign-in page, or issued by the county manager."""

import datetime as dt

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from core.codes import new_code
from core.crypto import blind_index
from core.errors import Refused, TooMany, refuses
from core.history import record_change
from core.jobs.services import enqueue
from core.language.reasons import needs_words
from core.notices.services import notify
from stations.accounts.models import LoginCode, Post, User
from stations.accounts.services import journal, secrets, tries
from stations.accounts.services.grounds import ReachOutsideOwn, posts_over
from stations.accounts.services.second_factor import totp_of
from stations.two_persons import is_same_person

TRIES = 5
SENT_LIVES = dt.timedelta(minutes=10)
ISSUED_LIVES = dt.timedelta(hours=24)
PAUSE = dt.timedelta(minutes=1)


class OwnLoginCode(Refused):
    """Nobody issues a code for himself."""

    code = "own_login_code"
    status = 422
    message = _("You cannot issue a code for yourself. Ask another manager.")


@refuses(TooMany)
@transaction.atomic
def ask_login_code(*, username: str, address: str, at: dt.datetime) -> None:
    """Somebody on the sign-in page wants a code. A job looks whether there is such a person, so that the page takes
    the same steps for a name that exists and for one that does not. At most one a minute is sent.

    Anybody may know a user name: what is asked for is counted by the network address and uses up nothing of the
    person's. Refused: `too_many` (429), beyond five codes for a name and 60 for all names from one address in a day.
    """
    name = User.normalize_username(username.strip())
    if not tries.use_ask(name=name, address=address, at=at):
        raise TooMany
    user_id = User.objects.filter(username=name, is_active=True).values_list("pk", flat=True).first()
    enqueue(
        "accounts.send_login_code",
        dedupe_key=f"logincode:{blind_index(name).hex()[:32]}:{int(at.timestamp()) // 60}",
        payload={"user": str(user_id) if user_id else None},
        run_at=at,
        use_by=at + SENT_LIVES,
    )


@transaction.atomic
def send_login_code(*, user: User, at: dt.datetime) -> LoginCode | None:
    """Send a code to the person's own phone; nothing without a phone, beside an app, or twice a minute."""
    if not user.phone or totp_of(user) is not None:
        return None
    if LoginCode.objects.filter(user=user, is_text=True, made_at__gt=at - PAUSE).exists():
        return None
    row, code = make_text_code(user=user, at=at)
    notify(
        template="login_code",
        params={"code": code, "minutes": int(SENT_LIVES.total_seconds() // 60)},
        language=user.language,
        phone=str(user.phone),
        dedupe_key=f"login_code:{row.pk}",
        at=at,
        use_by=row.expires_at,
    )
    journal.note("code_sent", user=user)
    return row


@refuses(OwnLoginCode, ReachOutsideOwn)
@needs_words("reason")
@transaction.atomic
def issue_login_code(*, user: User, actor: User, at: dt.datetime, reason: str) -> str:
    """Issue a code to a person whom the manager sees, and notify that person. Returns the code, shown once.

    It lives for 24 hours, ends all earlier codes of the person, and works once: to sign in with the password, or
    without it to set a forgotten password anew (`reset_password`). Therefore all posts of the person, future ones
    included, lie within the reach of the manager's posts. A superuser gets no code here but from
    `manage.py login_code`, and that one signs in with the password only.
    """
    if is_same_person(actor, user.pk):
        raise OwnLoginCode
    held = Post.objects.filter(user=user).exclude(to_at__lte=at).select_related("station__village", "division")
    if user.is_superuser or not all(posts_over(post, actor, "stations.issue_login_code") for post in held):
        raise ReachOutsideOwn
    row, code = make_login_code(user=user, at=at, issued_by=actor)
    tries.forget_tries(user)
    record_change(row, old="", new="issued", at=at, actor=actor.pk, reason=reason)
    journal.note("code_issued", user=user, by=str(actor.pk))
    notify(
        template="login_code_issued",
        params={"by": actor.shown_name},
        language=user.language,
        user=user.pk,
        phone=str(user.phone) if user.phone else None,
        dedupe_key=f"login_code_issued:{row.pk}",
        at=at,
    )
    return code


@transaction.atomic
def make_login_code(*, user: User, at: dt.datetime, issued_by: User | None = None) -> tuple[LoginCode, str]:
    """A new code for a person who was seen, and its row; all earlier codes of the person end.

    `issued_by` is the manager; without one it comes from the command line of the server.
    """
    _live(user, at).update(expires_at=at)
    return _make(user=user, lives=ISSUED_LIVES, at=at, issued_by=issued_by, is_text=False)


@transaction.atomic
def make_text_code(*, user: User, at: dt.datetime) -> tuple[LoginCode, str]:
    """A new code for the person's phone, and its row. Anybody can ask for one: earlier ones on the phone end."""
    _live(user, at).filter(is_text=True).update(expires_at=at)
    return _make(user=user, lives=SENT_LIVES, at=at, issued_by=None, is_text=True)


def _make(
    *, user: User, lives: dt.timedelta, at: dt.datetime, issued_by: User | None, is_text: bool
) -> tuple[LoginCode, str]:
    code = new_code()
    row = LoginCode.objects.create(
        user=user,
        code_hash=secrets.code_hash(user.pk, code),
        issued_by=issued_by,
        is_text=is_text,
        made_at=at,
        expires_at=at + lives,
    )
    return row, code


def try_login_code(*, user: User, code: str, at: dt.datetime) -> LoginCode | None:
    """The person's live code if this is one, of the manager's and the one on the phone. A try of each is used up
    first, so that many guesses at once stay five.

    Called once the password was right: nobody else uses up a person's codes.
    """
    tried = [row for row in _live(user, at).order_by("-pk") if _use_try(row)]
    return next((row for row in tried if is_of(row, code)), None)


def issued_login_code(*, user: User, at: dt.datetime) -> LoginCode | None:
    """The code that a manager issued to this person and that can still be used; never one from the command line."""
    return _live(user, at).exclude(issued_by=None).order_by("-pk").first()


def _live(user: User, at: dt.datetime) -> QuerySet[LoginCode]:
    return LoginCode.objects.filter(user=user, used_at=None, expires_at__gt=at)


def is_of(row: LoginCode, code: str) -> bool:
    """Whether these are the digits of this code, in the same time whether right or wrong."""
    return secrets.code_fits(row.code_hash, row.user_id, code)


def use_up(row: LoginCode, *, at: dt.datetime) -> bool:
    """Mark the code as used; false when somebody else was first."""
    return LoginCode.objects.filter(pk=row.pk, used_at=None).update(used_at=at) == 1


def _use_try(row: LoginCode) -> bool:
    return LoginCode.objects.filter(pk=row.pk, used_at=None, tries__lt=TRIES).update(tries=F("tries") + 1) == 1

"""The county decides what learners play: approved by another person, and blocked at once where it does harm."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from core.database.db import lock
from core.errors import SamePerson, WrongState, refuses
from core.language.reasons import needs_words
from core.notices.services import Notification, notify_all
from education.packages.machine import PACKAGE
from education.packages.models import ContentPackage
from education.packages.queries import those_who_show
from education.packages.services.bringing import move
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = ContentPackage.Status


@refuses(WrongState, SamePerson)
@transaction.atomic
def approve_package(*, package: ContentPackage, by: User, at: dt.datetime) -> ContentPackage:
    """Learners of the course can play it. Raises `SamePerson` for its author."""
    package = lock(package)
    PACKAGE.check("approve_package", package.status)
    require_two_persons(by, package.author_id)
    package.approved_by, package.approved_at = by, at
    return move(package, _S.OFFERED, by=by, at=at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def return_package(*, package: ContentPackage, reason: str, by: User, at: dt.datetime) -> ContentPackage:
    """Back to its author, with what is wrong with it."""
    package = lock(package)
    PACKAGE.check("return_package", package.status)
    return move(package, _S.DRAFT, by=by, at=at, reason=reason)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def block_package(*, package: ContentPackage, reason: str, by: User, at: dt.datetime) -> ContentPackage:
    """It does harm: nobody opens it any more, and what is open now is refused at its next message. All are told why."""
    package = lock(package)
    PACKAGE.check("block_package", package.status)
    package.blocked_by, package.blocked_at, package.block_reason = by, at, reason
    package.approved_by, package.approved_at = None, None
    package = move(package, _S.BLOCKED, by=by, at=at, reason=reason)
    _tell(package, "package_blocked", by=by, at=at, reason=reason)
    return package


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def unblock_package(*, package: ContentPackage, reason: str, by: User, at: dt.datetime) -> ContentPackage:
    """It does no harm: learners play it again, on the word of neither its author nor whoever has blocked it."""
    package = lock(package)
    PACKAGE.check("unblock_package", package.status)
    require_two_persons(by, package.author_id, package.blocked_by_id)
    package.approved_by, package.approved_at = by, at
    package = move(package, _S.OFFERED, by=by, at=at, reason=reason)
    _tell(package, "package_unblocked", by=by, at=at, reason=reason)
    return package


def _tell(package: ContentPackage, template: str, *, by: User, at: dt.datetime, reason: str) -> None:
    """Its author, the teachers of its classes and the people of their stations; whoever did it knows."""
    readers: Iterable[User] = those_who_show(package, at=at).exclude(pk=by.pk)
    told = [
        Notification(
            template=template,
            params={"title": package.title, "reason": reason},
            language=reader.language,
            user=reader,
            link=f"/education/packages/{package.pk}/",
            dedupe_key=f"edu:package:{package.pk}:{template}:{at.isoformat()}:{reader.pk}",
        )
        for reader in readers
    ]
    notify_all(notifications=told, at=at)

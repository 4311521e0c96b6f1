"""The file of a child: recorded, and looked at again every 90 days."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, refused_by, refuses
from core.history import record_change, record_changes
from core.language.reasons import no_identity_numbers
from education.safeguarding.models import ChildFile
from education.safeguarding.purposes import EDUCATION_RECORD
from education.safeguarding.queries import is_child
from education.safeguarding.services.requiring import require_consent
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import confirmed_guardians

REVIEWED_EVERY = dt.timedelta(days=90)


class NotAChild(Refused):
    """The person is of age."""

    code = "not_a_child"
    status = 422
    message = _("This person is an adult: there is no child’s file.")


class CarerNotGuardian(Refused):
    """The person who looks after a child is a confirmed guardian."""

    code = "carer_not_guardian"
    status = 422
    message = _("The person who looks after the child must be recorded as a guardian first.")


@refuses(NotAChild, CarerNotGuardian, *refused_by(require_consent))
@no_identity_numbers("parents_place", "school")
@transaction.atomic
def record_child_file(
    *,
    child: Person,
    left_behind: str,
    by: User,
    at: dt.datetime,
    carer: Person | None = None,
    parents_place: str = "",
    school: str = "",
    grade: int | None = None,
) -> ChildFile:
    """Record how a child lives; the next review is due 90 days from now.

    Raises `NotAChild`, `CarerNotGuardian`, and `ConsentMissing` without the guardian's consent to a record.
    """
    day = day_in(child.home_station.zone, at)
    if not is_child(child, day):
        raise NotAChild
    require_consent(child=child, purpose=EDUCATION_RECORD, on_date=day)
    if carer is not None and not confirmed_guardians(child, day).filter(pk=carer.pk).exists():
        raise CarerNotGuardian(field="carer")
    values = {
        "left_behind": left_behind,
        "carer": carer,
        "parents_place": parents_place,
        "school": school,
        "grade": grade,
        "reviewed_date": day,
        "next_review_date": day + REVIEWED_EVERY,
        "recorded_by": by,
    }
    file, is_new = ChildFile.objects.update_or_create(child=child, defaults=values)
    record_change(file, old="" if is_new else "reviewed", new="reviewed", at=at, actor=by.pk)
    return file


@refuses()
@transaction.atomic
def forget_child_file(*, child: UUID, at: dt.datetime) -> int:
    """A child is erased: the files under its records are deleted; how many."""
    records = list(Person.objects.of_people(child).values_list("pk", flat=True))
    files = list(ChildFile.objects.select_for_update().filter(child__in=records).order_by("pk"))
    record_changes(files, old="", new="forgotten", at=at)
    ChildFile.objects.filter(pk__in=[each.pk for each in files]).delete()
    return len(files)

"""What safeguarding shows outside its pages: concerns to take on, checks to make, files to review."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from education.safeguarding.models import ChildFile, Concern, Vetting
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.people.models import Person

ACKNOWLEDGE, CLOSE = "education.acknowledge_concern", "education.close_concern"
CONFIRM, RECORD_FILE = "education.confirm_vetting", "education.record_child_file"
CONCERNS, VETTINGS, CHILDREN = "safeguarding:concerns", "safeguarding:vettings", "safeguarding:children"


def _to_take_on(*, user: User, at: dt.datetime) -> QuerySet[Concern]:
    return Concern.objects.open_to(user, ACKNOWLEDGE).filter(status=Concern.Status.OPEN)


def _to_close(*, user: User, at: dt.datetime) -> QuerySet[Concern]:
    running = (Concern.Status.ACKNOWLEDGED, Concern.Status.REFERRED)
    return Concern.objects.open_to(user, CLOSE).filter(status__in=running, acknowledged_by=user)


def _to_check(*, user: User, at: dt.datetime) -> QuerySet[Vetting]:
    """Neither about the reader nor written down by the reader."""
    drafts = Vetting.objects.open_to(user, CONFIRM).filter(status=Vetting.Status.DRAFT)
    rows = drafts.exclude(recorded_by__in=own_logins(user))
    if not user.person_id:
        return rows
    return rows.exclude(person__in=Person.objects.of_people(user.person_id).values("pk"))


def _to_review(*, user: User, at: dt.datetime) -> QuerySet[ChildFile]:
    return ChildFile.objects.open_to(user, RECORD_FILE).filter(next_review_date__lte=timezone.localdate(at))


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("children", _("Concerns about children"), CONCERNS, "education.read_concern"),
            needs=("safeguarding.concerns", "safeguarding.running"),
        ),
        MenuEntry(
            *("children", _("Children’s files"), CHILDREN, "education.read_child_file"), needs=("safeguarding.reviews",)
        ),
        MenuEntry(
            *("children", _("Checks of adults"), VETTINGS, "education.read_vetting"), needs=("safeguarding.vettings",)
        ),
    ],
    needs=[
        Need(
            *("safeguarding.concerns", _("Concerns to take on"), "heart", ACKNOWLEDGE, CONCERNS),
            *(_to_take_on, "raised_at"),
            place="station__name",
        ),
        Need(
            *("safeguarding.running", _("Concerns you handle"), "heart", CLOSE, CONCERNS),
            *(_to_close, "acknowledged_at"),
            place="station__name",
            query="state=running",
            wait_days=3,
            bad_days=14,
        ),
        Need(
            *("safeguarding.vettings", _("Checks of adults to confirm"), "eye", CONFIRM, VETTINGS),
            *(_to_check, "recorded_at"),
            place="person__home_station__name",
            query="state=draft",
        ),
        Need(
            *("safeguarding.reviews", _("Children’s files to review"), "people", RECORD_FILE, CHILDREN),
            *(_to_review, "next_review_date"),
            place="child__home_station__name",
            wait_days=7,
            bad_days=30,
        ),
    ],
)

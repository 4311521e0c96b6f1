"""What a person's page of messages shows."""

from uuid import UUID

from django.db.models import QuerySet

from core.notices.models import Notice

#: The header says "99+" beyond this, and the count stays cheap.
MOST_UNREAD = 100


def notices_of(user: UUID) -> QuerySet[Notice]:
    """Everything this person was told, newest first."""
    return Notice.objects.filter(user=user).order_by("-pk")


def unread_count(user: UUID) -> int:
    """How many of them are new, counted up to `MOST_UNREAD`."""
    return Notice.objects.filter(user=user, read_at=None)[:MOST_UNREAD].count()

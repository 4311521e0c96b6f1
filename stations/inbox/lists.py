"""The list of messages: what a person was told, the new ones marked."""

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.access import SIGNED_IN
from core.notices.models import Notice
from core.notices.queries import notices_of
from core.notices.services import words_of
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from stations.requests import signed_in


class Messages(ListPage):
    """One's own messages, newest first."""

    name = "inbox:messages"
    grant = SIGNED_IN
    title = gettext_lazy("Messages")
    headings = {"name": gettext_lazy("Message"), "at": gettext_lazy("Time"), "state": gettext_lazy("State")}
    period, days = "created_at", 92
    states = (
        State("new", gettext_lazy("new"), Q(read_at=None), ever=True),
        State("read", gettext_lazy("read"), Q(read_at__isnull=False)),
    )
    empty = Empty(
        gettext_lazy("No messages yet."),
        gettext_lazy("What happened while you were away appears here."),
        icon="bell",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Notice]:
        """The reader's."""
        return notices_of(signed_in(request).pk)

    def known(self, rows: Sequence[Notice], request: HttpRequest) -> Mapping[int, str]:
        """What each says, in the reader's language."""
        return {row.pk: words_of(row, language=request.LANGUAGE_CODE) for row in rows}

    def row(self, row: Notice, known: Mapping[int, str]) -> Row:
        """What it says, and where it leads."""
        is_new = row.read_at is None
        return Row(
            name=known[row.pk],
            href=row.link,
            at=row.created_at,
            status="info" if is_new else "",
            words=gettext_lazy("new") if is_new else "",
        )


MESSAGES = Messages()

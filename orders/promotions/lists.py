"""The promotions within reach: what is to be approved, what runs, and what has ended."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.days import earliest_day
from core.language import formatting
from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from orders.promotions.display import kind_of, value_words
from orders.promotions.models import Promotion
from orders.promotions.queries import promotions

_S = Promotion.Status


class Promotions(ListPage):
    """What each took off, against its budget."""

    name = "promotions:promotions"
    grant = "orders.read_promotion"
    title = gettext_lazy("Promotions")
    template = "orders/promotions/promotions.html"
    headings = {
        "name": gettext_lazy("Promotion"),
        "what": gettext_lazy("What is taken off"),
        "where": gettext_lazy("County"),
        "at": gettext_lazy("Prepared"),
        "amount": gettext_lazy("Spent"),
        "state": gettext_lazy("State"),
    }
    order = ("-prepared_at", "-pk")
    period = "prepared_at"
    amount = "used_minor"
    search = gettext_lazy("Code or name")
    empty = Empty(
        gettext_lazy("No promotions."),
        gettext_lazy("Promotions, which lower the price of goods for a time, appear here."),
        "basket",
    )

    def tabs(self) -> list[State]:
        """By the first day that is not over anywhere."""
        today = earliest_day(now())
        runs = Q(status=_S.APPROVED, to_date__gt=today)
        return [
            State("waiting", pgettext_lazy("promotion", "to be approved"), Q(status=_S.PREPARED), ever=True),
            State("running", pgettext_lazy("promotion", "approved"), runs, ever=True),
            State("over", pgettext_lazy("promotion", "over"), ~Q(status=_S.PREPARED) & ~runs),
        ]

    def rows(self, request: HttpRequest) -> QuerySet[Promotion]:
        """Those within reach."""
        return promotions().open_to(request.user, self.grant)

    def row(self, row: Promotion, known: None) -> Row:
        """What it takes off until when, and what it has cost."""
        until = _("until %(day)s") % {"day": formatting.short_day(row.last_day)}
        return Row(
            name=f"{row.title} · {row.code}",
            href=reverse("promotions:promotion", args=[row.pk]),
            what=f"{value_words(row)} · {until}",
            where=row.division.short_name if row.division else _("in every county"),
            at=row.prepared_at,
            amount=row.used,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def found(self, words: str) -> Q:
        """By the beginning of its code, or its name."""
        named = Q(name__icontains=words) | Q(name_zh__icontains=words)
        return Q(code__istartswith="".join(words.split())) | named

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Whether one may be prepared here."""
        return {"may_prepare": may(request.user, "orders.prepare_promotion")}


PROMOTIONS = Promotions()

"""What borrowers are told, in one message to their phone or that of a child's guardian."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

BOOK = {"station": "桑园村服务站", "title": "昆虫记", "day": "2026-12-31"}
DAYS = frozenset({"day"})

TEMPLATES = {
    "book_waits": Template(_("%(station)s: “%(title)s” is here for you until %(day)s."), BOOK, days=DAYS),
    "book_is_due": Template(_("%(station)s: please return “%(title)s” by %(day)s."), BOOK, days=DAYS),
    "book_is_overdue": Template(
        _("%(station)s: “%(title)s” was due on %(day)s. Bring it back any time, it costs nothing."), BOOK, days=DAYS
    ),
}

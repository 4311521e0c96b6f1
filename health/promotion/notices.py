"""What whoever edited an article is told."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "health_article_review_over": Template(
        _("The review of “%(title)s” ended on %(day)s, and it is no longer shown. Check it and let it be reviewed."),
        {"title": "少吃盐", "day": dt.date(2027, 3, 31)},
        days=frozenset({"day"}),
    ),
}

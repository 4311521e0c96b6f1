"""What receivers are told about their parcels."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

TEMPLATES = {
    "parcel_available": Template(
        _("Parcel %(number)s is at %(station)s until %(until)s. Pick-up code %(code)s."),
        {"number": "P261128-K7P2QXM", "station": "桑园村综合服务站", "until": "2026-11-30", "code": "123456"},
        secrets=frozenset({"code"}),
        days=frozenset({"until"}),
    ),
    "parcel_code_again": Template(
        _("New pick-up code %(code)s for parcel %(number)s at %(station)s, until %(until)s. The old one is void."),
        {"number": "P261128-K7P2QXM", "station": "桑园村综合服务站", "until": "2026-11-30", "code": "123456"},
        secrets=frozenset({"code"}),
        days=frozenset({"until"}),
        is_urgent=True,
    ),
    "parcel_collected_by": Template(
        _("Parcel %(number)s was collected for you at %(station)s by %(name)s. Ask there if you do not know of it."),
        {"number": "P261128-K7P2QXM", "station": "桑园村综合服务站", "name": "李四"},
    ),
    "parcel_waits": Template(
        _("Parcel %(number)s waits at %(station)s until %(until)s."),
        {"number": "P261128-K7P2QXM", "station": "桑园村综合服务站", "until": "2026-11-30"},
        days=frozenset({"until"}),
    ),
}

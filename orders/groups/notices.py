"""What residents and partners are told about group orders."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

ABOUT = {"what": "东北大米", "station": "桑园村综合服务站"}

TEMPLATES = {
    "group_pledged": Template(
        _("Group order of %(what)s at %(station)s: you put in %(amount)s. To be collected from %(day)s."),
        ABOUT | {"amount": "¥1,186.40", "day": "2026-12-05"},
        days=frozenset({"day"}),
    ),
    "group_confirmed": Template(
        _("The group order of %(what)s is on. Price: %(price)s. Collect at %(station)s from %(day)s."),
        ABOUT | {"price": "每公斤¥1,186.40", "day": "2026-12-05"},
        days=frozenset({"day"}),
    ),
    "group_not_ordered": Template(
        _("The group order of %(what)s did not come about. Collect your %(amount)s at %(station)s."),
        ABOUT | {"amount": "¥1,186.40"},
    ),
    "group_reminder": Template(
        _("The group order of %(what)s closes within a day: %(pledged)s pledged, at least %(least)s needed."),
        {"what": "东北大米", "pledged": "1000.5公斤", "least": "1000.5公斤"},
    ),
}

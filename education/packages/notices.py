"""What those who show a package to learners read in the console when it is blocked, and when it is opened again."""

from django.utils.translation import gettext_lazy as _

from core.notices.templates import Template

PACKAGE = {"title": "正确洗手", "reason": "有不适合儿童的图片"}

TEMPLATES = {
    "package_blocked": Template(
        _("The content package “%(title)s” is blocked, and learners can no longer open it: %(reason)s"), PACKAGE
    ),
    "package_unblocked": Template(
        _("The content package “%(title)s” is open again: %(reason)s"), {**PACKAGE, "reason": "图片已核实"}
    ),
}

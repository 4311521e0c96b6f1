"""The administration site of EcomNet."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from ecomnet.admin_index import SYSTEM, WORK


class EcomNetAdminSite(AdminSite):
    site_header = _("EcomNet administration")
    site_title = _("EcomNet administration")
    index_title = _("Work")
    enable_nav_sidebar = False

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The console's own sign-in, with the second factor, is the only one."""
        return super().login(request, extra_context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The index by work; the page of one app stays that app's."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else _by_work(apps)


def _by_work(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    left = {model["model"]._meta.label: model for app in apps for model in app["models"]}
    groups = [(heading, [left.pop(label) for label in labels if label in left]) for heading, labels in WORK.items()]
    groups.append((SYSTEM, list(left.values())))
    return [
        {
            "name": heading,
            "app_label": f"work-{number}",
            "app_url": f"#work-{number}",
            "has_module_perms": True,
            "models": models,
        }
        for number, (heading, models) in enumerate(groups, start=1)
        if models
    ]

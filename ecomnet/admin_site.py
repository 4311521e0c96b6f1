"""The administration site of EcomNet."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from ecomnet.admin_index import SUBJECTS, subject_of


class EcomNetAdminSite(AdminSite):
    site_header = _("EcomNet administration")
    site_title = _("EcomNet administration")
    index_title = _("Tables")
    enable_nav_sidebar = False

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The console's own sign-in, with the second factor, is the only one."""
        return super().login(request, extra_context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The index by subject; the page of one app stays that app's."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else _by_subject(apps)


def _by_subject(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    models = [model for app in apps for model in app["models"]]
    groups = [
        {
            "name": heading,
            "app_label": f"subject-{number}",
            "app_url": f"#subject-{number}",
            "has_module_perms": True,
            "models": [model for model in models if subject_of(model["model"]) == number],
        }
        for number, heading in enumerate(SUBJECTS)
    ]
    return [group for group in groups if group["models"]]

"""The administration site of EcomNet."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _


class EcomNetAdminSite(AdminSite):
    site_header = _("EcomNet administration")
    site_title = _("EcomNet administration")
    index_title = _("Work")
    enable_nav_sidebar = False

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The console's own sign-in, with the second factor, is the only one."""
        return super().login(request, extra_context)

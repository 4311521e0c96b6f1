"""The administration site of EcomNet."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class EcomNetAdminSite(AdminSite):
    site_header = _("EcomNet administration")
    site_title = _("EcomNet administration")
    index_title = _("Work")
    enable_nav_sidebar = False

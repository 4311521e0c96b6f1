"""The administration site: Django's own, behind the second factor, in the system's colours."""

from django.contrib.admin.apps import AdminConfig


class EcomNetAdminConfig(AdminConfig):
    default_site = "ecomnet.admin_site.EcomNetAdminSite"

"""The administration site: Django's own, behind the second factor, in the system's colours."""

from django.contrib.admin import site
from django.contrib.admin.apps import AdminConfig

from ecomnet.admin_labels import label


class EcomNetAdminConfig(AdminConfig):
    default_site = "ecomnet.admin_site.EcomNetAdminSite"

    def ready(self) -> None:
        super().ready()
        for page in site._registry.values():
            for model in (page.model, *(inline.model for inline in page.inlines)):
                label(model)

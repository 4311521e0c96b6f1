"""Registers of the administration: to be read by whom a post allows, touched by no form."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from core.access import may


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that no form may touch, superusers included. `verb` is what a reader's post must carry.

    An action names the verb that it needs: `@admin.action(permissions=["act"])` with `acting_verb`.
    """

    verb: str
    acting_verb = ""
    show_full_result_count = False
    list_per_page = 50
    actions: Any = None

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return may(request.user, self.verb)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, self.verb)

    def has_act_permission(self, request: HttpRequest) -> bool:
        return bool(self.acting_verb) and may(request.user, self.acting_verb)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

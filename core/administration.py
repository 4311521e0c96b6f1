"""What every page of the administration has in common: read by verb, changed by services, deleted by nobody."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.utils import quote
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _

from core.access import may, may_everywhere
from core.admin_amounts import AmountsAdmin
from core.days import latest_day
from core.errors import Refused
from core.history import changes_of
from core.hooks import ROWS_BESIDE
from core.language.text import is_blank
from core.money import Money


def acting_user(request: HttpRequest) -> UUID:
    """Who acts in the administration, where nobody is anonymous."""
    return cast(UUID, request.user.pk)


def _words_of_states(model: type[models.Model]) -> dict[Any, Any]:
    """The words of every state of a model: those of its `status` or `state`."""
    fields = [field for field in model._meta.local_fields if field.name in {"status", "state"}]
    return {value: words for field in fields for value, words in field.flatchoices}


class ReasonedAction(ActionForm):
    """An action and why it is done."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class ReadAdmin(AmountsAdmin):
    """Rows to read, for the one who holds `read_verb`, superusers included; verbs are actions that call services.

    Posts reach here as far as everywhere: a row is shown, and acted on, where `open_to` opens it, or the row that
    `belongs_to` names; rows without a place are for posts of the network. Reference data are read by all who may.
    An action that asks for a reason goes through `each`; a plain one names `permissions=["act"]` and `acting_verb`.
    """

    read_verb = ""
    acting_verb = ""
    #: The relation, over several tables with `__`, to the row that says who reaches this one.
    belongs_to = ""
    is_reference = False
    action_form = ReasonedAction
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: Any) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return may(request.user, self.read_verb)

    def has_act_permission(self, request: Any) -> bool:
        return bool(self.acting_verb) and may(request.user, self.acting_verb)

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: Any) -> Any:
        rows = super().get_queryset(request)
        return rows if self.is_reference else self.reached(rows, request.user, self.read_verb)

    def reached(self, rows: Any, user: Any, verb: str) -> Any:
        """Those of these rows that a post of the reader which carries the verb reaches."""
        if may_everywhere(user, verb):
            return rows
        if self.belongs_to:
            owner: Any = self.model
            for relation in self.belongs_to.split("__"):
                owner = owner._meta.get_field(relation).related_model
            return rows.filter(**{f"{self.belongs_to}__in": owner._default_manager.all().open_to(user, verb)})
        if hasattr(rows, "open_to") and not self.is_reference:
            return rows.open_to(user, verb)
        return rows.none()

    def read_only(self, request: Any, obj: Any = None) -> list[Any]:
        beside = [self._beside(request, obj)] if obj is not None and any(show(obj) for show in ROWS_BESIDE) else []
        return [*super().read_only(request, obj), *beside, "history_of_changes"]

    def listed_fields(self, request: Any, obj: Any = None) -> Any:
        if not self.fields:
            return super().listed_fields(request, obj)
        return [*self.fields, *(name for name in self.read_only(request, obj) if callable(name)), "history_of_changes"]

    def _beside(self, request: Any, obj: Any) -> Any:
        """What belongs to this row, in the order of events: each a link where the reader may open it."""
        if not hasattr(request, "_rows_beside"):
            rows = [row for show in ROWS_BESIDE for row in show(obj)]
            lines = [self._link(request, row) for row in rows]
            shown = format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", [(line,) for line in lines if line]))

            def rows_beside(_obj: Any) -> Any:
                return shown

            request._rows_beside = admin.display(description=_("Belongs to it"))(rows_beside)
        return request._rows_beside

    def _link(self, request: Any, row: Any) -> Any:
        page = self.admin_site._registry.get(type(row))
        if page is None or not page.get_queryset(request).filter(pk=row.pk).exists():
            return ""
        meta = row._meta
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[quote(row.pk)])
        state = _words_of_states(type(row)).get(getattr(row, "status", getattr(row, "state", "")), "")
        amount = getattr(row, "money", None) or getattr(row, "amount", None)
        name = getattr(row, "reason", "") if str(row) == str(row.pk) else str(row)
        about = [name, amount.display() if isinstance(amount, Money) else "", str(state)]
        words = " · ".join(part for part in about if part) or str(row.pk)
        return format_html('{} <a href="{}">{}</a>', capfirst(meta.verbose_name), address, words)

    @admin.display(description=_("History"))
    def history_of_changes(self, obj: Any) -> Any:
        """Every arrow that the object took, its states in words."""
        words = _words_of_states(type(obj))
        rows = [
            (
                f"{localtime(change.at):%Y-%m-%d %H:%M}",
                words.get(change.old, change.old),
                words.get(change.new, change.new),
                change.reason,
            )
            for change in changes_of(obj)
        ]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {} → {} {}</li>", rows)) if rows else "–"

    def each(self, request: Any, rows: Any, verb: str, do: Any) -> None:
        """Do it to every row within reach of the verb; each answers by itself. `do(row, reason)` calls one service."""
        reason = request.POST.get("reason", "").strip()
        if not may(request.user, verb):
            messages.error(request, _("Your posts do not allow this here."))
        elif is_blank(reason):
            messages.error(request, _("Enter the reason beside the action."))
        else:
            for row in self.reached(rows, request.user, verb):
                self._one(request, row, reason, do)

    def _one(self, request: Any, row: Any, reason: str, do: Any) -> None:
        try:
            do(row, reason)
        except Refused as refusal:
            messages.error(request, f"{row}: {refusal} ({refusal.code})")
        else:
            messages.success(request, f"{row}: {_('done')}")


class ReferenceAdmin(ReadAdmin):
    """Reference data: read by `read_verb`, edited by `edit_verb`; every edit stands in the administration's history.

    They hold for the whole network, and so does the post of the one who edits them.
    """

    edit_verb = ""
    is_reference = True
    #: What is said once, when the row is made, and never changes.
    fixed_fields: tuple[str, ...] = ()

    def has_add_permission(self, request: Any) -> bool:
        return may_everywhere(request.user, self.edit_verb)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return may_everywhere(request.user, self.edit_verb)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or may(request.user, self.edit_verb)

    def read_only(self, request: Any, obj: Any = None) -> list[Any]:
        return [*AmountsAdmin.read_only(self, request, obj), *(self.fixed_fields if obj else ())]

    def listed_fields(self, request: Any, obj: Any = None) -> Any:
        return AmountsAdmin.listed_fields(self, request, obj)


class DatedAdmin(ReferenceAdmin):
    """Reference data that hold from one date to another: once they hold, only their end is still open."""

    def read_only(self, request: Any, obj: Any = None) -> list[Any]:
        fixed = super().read_only(request, obj)
        if obj is None or obj.from_date > latest_day(now()):
            return fixed
        names = (field.name for field in obj._meta.local_concrete_fields if field.editable and not field.primary_key)
        return [*fixed, *(name for name in names if name != "to_date")]

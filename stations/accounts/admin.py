"""The user table, and posts, devices and codes to look at; verbs go through services."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.access import may_everywhere
from core.administration import ReadAdmin, ReasonedAction
from stations.accounts import services
from stations.accounts.models import Device, LoginCode, Post, User
from stations.requests import signed_in

FOUND = 302

# Posts say who may do what, nothing else does; second factors and addresses of mail have no page of their own here.
for packaged in (Group, Authenticator, EmailAddress):
    admin.site.unregister(packaged)


@admin.register(User)
class UserTable(UserAdmin, ReadAdmin):
    """Who may sign in at all. The one table that superusers open; nobody is deleted, people become inactive."""

    action_form = ReasonedAction
    list_display = ("username", "last_name", "first_name", "phone", "language", "is_active", "last_login")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("username", "last_name", "phone")
    autocomplete_fields = ()
    readonly_fields = ("last_login", "date_joined", "session_epoch", "wrong_tries")
    filter_horizontal = ()
    actions = ("sign_out_everywhere", "remove_app")
    fields = None
    fieldsets = (
        (None, {"fields": ("username", "password", "must_change_password")}),
        (_("Person"), {"fields": ("last_name", "first_name", "phone", "language", "text_size")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Signing in"), {"fields": ("last_login", "date_joined", "session_epoch", "wrong_tries")}),
        (_("History"), {"fields": ("history_of_changes",)}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "last_name", "first_name", "phone", "must_change_password")}),
        (_("Password"), {"fields": ("usable_password", "password1", "password2")}),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def reached(self, rows: Any, user: User, verb: str) -> Any:
        """The whole table, or nothing of it: no post opens it."""
        return rows if user.is_superuser else rows.none()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A first password is known to the one who typed it here: it opens nothing but the choice of another one."""
        obj.must_change_password = obj.must_change_password or not change
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[Any]:
        """The framework's page for a new password says whose it is, as all its other pages do."""
        urls = super().get_urls()
        for pattern in urls:
            if pattern.name == "auth_user_password_change":
                cast(Any, pattern.callback).model_admin = self
        return urls

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """A password set by somebody else ends what was begun with the old one, tokens of mobile clients too."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == FOUND:
            user = User.objects.get(pk=id)
            services.end_sessions(
                user=user, actor=signed_in(request), at=now(), reason="password set by an administrator"
            )
            if user.pk == request.user.pk:
                update_session_auth_hash(request, user)
            else:
                services.have_password_changed(user=user)
        return response

    @admin.action(description=_("Sign out on every device"))
    def sign_out_everywhere(self, request: HttpRequest, rows: Any) -> None:
        self._each_user(request, rows, services.end_sessions)

    @admin.action(description=_("Remove the authenticator app of a lost phone"))
    def remove_app(self, request: HttpRequest, rows: Any) -> None:
        self._each_user(request, rows, services.reset_second_factor)

    def _each_user(self, request: HttpRequest, rows: Any, service: Any) -> None:
        def do(user: User, reason: str) -> None:
            service(user=user, actor=request.user, at=now(), reason=reason)

        self.each(request, rows, "signed_in", do)


@admin.register(Post)
class PostTable(ReadAdmin):
    """Who holds which post, and who gave it."""

    read_verb = "stations.read_post"
    list_display = ("role", "user", "reach", "station", "division", "from_at", "to_at")
    list_filter = ("role", "reach", "is_break_glass")
    list_select_related = ("user", "station", "division")
    search_fields = ("user__username", "station__code", "division__code")
    actions = ("end", "review")

    @admin.action(description=_("End the post now"))
    def end(self, request: HttpRequest, rows: Any) -> None:
        self.each(
            request,
            rows,
            "stations.end_post",
            lambda post, reason: services.end_post(post=post, actor=signed_in(request), at=now(), reason=reason),
        )

    @admin.action(description=_("Review the emergency post"))
    def review(self, request: HttpRequest, rows: Any) -> None:
        verb = "stations.review_break_glass"
        self.each(
            request,
            rows.open_to(request.user, verb),
            verb,
            lambda post, reason: services.review_post(post=post, actor=signed_in(request), at=now(), finding=reason),
        )


@admin.register(Device)
class DeviceTable(ReadAdmin):
    """Browsers and phones on which somebody has signed in."""

    read_verb = "stations.read_device"
    list_display = ("state", "label", "station", "registered_by", "registered_at", "last_seen_at")
    list_filter = ("state",)
    list_select_related = ("station", "registered_by")
    search_fields = ("station__code", "registered_by__username")
    exclude = ("secret_hash",)
    actions = ("quarantine", "release", "revoke")

    @admin.action(description=_("Suspend the device"))
    def quarantine(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, "stations.quarantine_device", services.quarantine_device)

    @admin.action(description=_("Resume the device"))
    def release(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, "stations.release_device", services.release_device)

    @admin.action(description=_("Deactivate the device"))
    def revoke(self, request: HttpRequest, rows: Any) -> None:
        self._move(request, rows, "stations.revoke_device", services.revoke_device)

    def _move(self, request: HttpRequest, rows: Any, verb: str, service: Any) -> None:
        def do(device: Device, reason: str) -> None:
            service(device=device, actor=request.user, at=now(), reason=reason)

        self.each(request, rows.open_to(request.user, verb), verb, do)


@admin.register(LoginCode)
class LoginCodeTable(ReadAdmin):
    """Which codes were issued, by whom, and whether they were used; never the code."""

    read_verb = "stations.read_login_code"
    list_display = ("user", "issued_by", "made_at", "expires_at", "used_at", "tries")
    list_select_related = ("user", "issued_by")
    search_fields = ("user__username",)
    exclude = ("code_hash",)

    def reached(self, rows: Any, user: User, verb: str) -> Any:
        """The codes of those whose posts are within reach."""
        if may_everywhere(user, verb):
            return rows
        return rows.filter(user__in=Post.objects.open_to(user, verb).values("user"))

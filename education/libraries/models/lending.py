"""Who borrowed what until when, by which rule, and who waits for what."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7
from education.libraries.models.collection import READ_LOAN, Copy, Library, Title
from stations.scope import StationScopedQuerySet


class LoanRule(BaseModel):
    """How much and how long people of a kind borrow in a country; dated."""

    class Borrower(models.TextChoices):
        CHILD = "child", pgettext_lazy("borrower", "child")
        ADULT = "adult", pgettext_lazy("borrower", "adult")

    country = models.CharField(_("country"), max_length=2)
    borrower = models.CharField(_("borrower"), max_length=8, choices=Borrower)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)
    max_loans = models.PositiveSmallIntegerField(_("books at once"))
    loan_days = models.PositiveSmallIntegerField(_("days"))
    max_renewals = models.PositiveSmallIntegerField(_("renewals"))
    max_holds = models.PositiveSmallIntegerField(_("reservations at once"))

    class Meta:
        verbose_name = _("lending rule")
        verbose_name_plural = _("lending rules")
        constraints = [
            models.UniqueConstraint(fields=["country", "borrower", "from_date"], name="lending_rule_begins_once"),
            models.CheckConstraint(condition=Q(max_loans__gt=0, loan_days__gt=0), name="lending_rule_lends_something"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.borrower} {self.from_date}"


class LoanQuerySet(StationScopedQuerySet):
    station_path = "library__station"
    read_verb = READ_LOAN

    def running(self) -> Self:
        """Those whose book is with the borrower."""
        return self.filter(status__in=Loan.RUNNING)


class Loan(BaseModel):
    """A copy with a borrower, until it is returned or given up as lost."""

    class Status(models.TextChoices):
        ISSUED = "issued", _("lent")
        OVERDUE = "overdue", pgettext_lazy("book", "overdue")
        LOST = "lost", pgettext_lazy("book", "lost")
        RETURNED = "returned", pgettext_lazy("book", "returned")

    RUNNING = (Status.ISSUED, Status.OVERDUE)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    copy = models.ForeignKey(Copy, models.PROTECT, related_name="loans", verbose_name=_("copy of a book"))
    borrower = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("borrower"))
    library = models.ForeignKey(Library, models.PROTECT, related_name="loans", verbose_name=_("lent by"))
    lent_at = models.DateTimeField(_("lent at"))
    due_date = models.DateField(_("due on"))
    renewals = models.PositiveSmallIntegerField(_("renewals"), default=0)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ISSUED)
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handled by")
    )

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("book loan")
        verbose_name_plural = _("book loans")
        constraints = [
            models.UniqueConstraint(
                fields=["copy"], condition=Q(status__in=["issued", "overdue"]), name="copy_has_one_open_loan"
            ),
            models.CheckConstraint(
                condition=Q(status="returned", returned_at__isnull=False) | ~Q(status="returned") & Q(returned_at=None),
                name="loan_is_returned_exactly_when_it_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["borrower", "status"], name="loan_of_borrower"),
            models.Index(fields=["library", "due_date"], name="book_loan_of_library"),
            models.Index(fields=["due_date"], condition=Q(status__in=["issued", "overdue"]), name="book_loan_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class HoldQuerySet(StationScopedQuerySet):
    station_path = "pickup_library__station"
    read_verb = READ_LOAN

    def live(self) -> Self:
        """Those that still wait for a book, or for the person to fetch it."""
        return self.filter(status__in=Hold.LIVE)


class Hold(BaseModel):
    """A reservation of a title: the next copy that is free goes to the pick-up library."""

    class Status(models.TextChoices):
        PLACED = "placed", _("waits for a copy")
        IN_TRANSIT = "in_transit", _("on the way")
        WAITING = "waiting", _("ready to be fetched")
        FULFILLED = "fulfilled", _("fetched")
        EXPIRED = "expired", pgettext_lazy("book", "not fetched in time")
        CANCELLED = "cancelled", pgettext_lazy("book", "cancelled")

    LIVE = (Status.PLACED, Status.IN_TRANSIT, Status.WAITING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.ForeignKey(Title, models.PROTECT, related_name="holds", verbose_name=_("book title"))
    copy = models.ForeignKey(
        Copy, models.PROTECT, null=True, blank=True, related_name="holds", verbose_name=_("copy of a book")
    )
    borrower = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("borrower"))
    pickup_library = models.ForeignKey(Library, models.PROTECT, related_name="holds", verbose_name=_("fetched at"))
    placed_at = models.DateTimeField(_("reserved at"))
    waiting_since = models.DateTimeField(_("ready since"), null=True, blank=True)
    expires_date = models.DateField(_("fetch by"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PLACED)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("book reservation")
        verbose_name_plural = _("book reservations")
        constraints = [
            models.UniqueConstraint(
                fields=["borrower", "title"],
                condition=Q(status__in=["placed", "in_transit", "waiting"]),
                name="borrower_reserves_a_title_once",
            ),
            models.UniqueConstraint(
                fields=["copy"], condition=Q(status__in=["in_transit", "waiting"]), name="copy_waits_for_one_person"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["in_transit", "waiting", "fulfilled"]) | Q(copy__isnull=False),
                name="found_reservation_names_its_copy",
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(expires_date__isnull=False, waiting_since__isnull=False),
                name="waiting_reservation_says_until_when",
            ),
        ]
        indexes = [
            models.Index(fields=["title", "placed_at"], condition=Q(status="placed"), name="hold_in_line"),
            models.Index(fields=["expires_date"], condition=Q(status="waiting"), name="hold_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

"""Libraries, titles and their copies; who borrowed what until when; who waits for what; what a stock-take found."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from stations.scope import StationScopedQuerySet

#: Who borrowed what is seen at the desk alone.
READ, READ_LOAN = "education.read_library", "education.read_book_loan"


class LibraryQuerySet(StationScopedQuerySet):
    read_verb = READ


class Library(BaseModel):
    """The books of a station. A book is due on a day on which the library is open."""

    station = models.OneToOneField(
        "stations.Station", models.PROTECT, related_name="library", verbose_name=_("station")
    )
    hours = LineField(_("opening hours"), max_length=120, blank=True)
    #: Days of the week, Monday 1 to Sunday 7.
    closed_weekdays = models.JSONField(_("closed on"), default=list, blank=True)
    is_open = models.BooleanField(_("open"), default=True)

    objects = LibraryQuerySet.as_manager()

    class Meta:
        verbose_name = _("library")
        verbose_name_plural = _("libraries")

    def __str__(self) -> str:
        return str(self.station)


class Title(BaseModel):
    """A book as it was printed, whichever copies there are of it."""

    isbn13 = models.CharField(_("ISBN"), max_length=13, blank=True, help_text=_("13 digits; older books have none."))
    title = LineField(_("title"), max_length=200)
    author = LineField(_("author"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=16, default="zh-hans")
    age_from = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)

    class Meta:
        verbose_name = _("book title")
        verbose_name_plural = _("book titles")
        constraints = [
            models.UniqueConstraint(fields=["isbn13"], condition=~Q(isbn13=""), name="isbn_names_one_title"),
            models.CheckConstraint(
                condition=Q(isbn13="") | Q(isbn13__regex=r"^97[89][0-9]{10}$"), name="isbn_has_thirteen_digits"
            ),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_to__gte=F("age_from")),
                name="title_ages_are_a_range",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CopyQuerySet(StationScopedQuerySet):
    """Where a copy is now decides who handles it; its home library sees it as well."""

    station_path = "at_library__station"
    also_through = ("home_library__station",)
    read_verb = READ

    def on_shelf(self) -> Self:
        """Those that anyone may take."""
        return self.filter(state=Copy.State.AVAILABLE)


class Copy(BaseModel):
    """One book with its own label."""

    class State(models.TextChoices):
        AVAILABLE = "available", pgettext_lazy("book", "available")
        ON_LOAN = "on_loan", _("on loan")
        WAITING = "waiting", _("waits for someone")
        IN_TRANSIT = "in_transit", _("on the way")
        MISSING = "missing", _("missing")
        DAMAGED = "damaged", _("damaged")
        LOST = "lost", pgettext_lazy("book", "lost")
        WITHDRAWN = "withdrawn", _("taken out of use")

    barcode = models.CharField(_("label"), max_length=24, unique=True)
    title = models.ForeignKey(Title, models.PROTECT, related_name="copies", verbose_name=_("book title"))
    home_library = models.ForeignKey(Library, models.PROTECT, related_name="own_copies", verbose_name=_("belongs to"))
    at_library = models.ForeignKey(Library, models.PROTECT, related_name="copies", verbose_name=_("is at"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.AVAILABLE)
    added_date = models.DateField(_("added on"))
    last_lent_date = models.DateField(_("last lent on"), null=True, blank=True)

    objects = CopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of a book")
        verbose_name_plural = _("copies of books")
        indexes = [
            models.Index(fields=["at_library", "state"], name="copy_of_library"),
            models.Index(fields=["title", "state"], name="copy_of_title"),
        ]

    def __str__(self) -> str:
        return self.barcode


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


class StockTakeQuerySet(StationScopedQuerySet):
    station_path = "library__station"
    read_verb = READ


class StockTake(BaseModel):
    """A count of the shelves by scanner; its end says what is missing and what stands there unexpectedly."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("stock-take", "running")
        CLOSED = "closed", pgettext_lazy("stock-take", "closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    library = models.ForeignKey(Library, models.PROTECT, related_name="stock_takes", verbose_name=_("library"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    started_at = models.DateTimeField(_("started at"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    expected = models.PositiveIntegerField(_("expected"), null=True, blank=True)
    found = models.PositiveIntegerField(_("found"), null=True, blank=True)
    missing = models.PositiveIntegerField(_("missing"), null=True, blank=True)
    unexpected = models.PositiveIntegerField(_("not expected here"), null=True, blank=True)

    objects = StockTakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock-take of books")
        verbose_name_plural = _("stock-takes of books")
        constraints = [
            models.UniqueConstraint(
                fields=["library"], condition=Q(status="open"), name="library_has_one_open_stock_take"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None)
                | Q(status="closed", closed_at__isnull=False, expected__isnull=False, missing__isnull=False),
                name="closed_stock_take_has_its_figures",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class StockTakeScan(BaseModel):
    """A label that was read in a stock-take; read twice, it counts once."""

    stock_take = models.ForeignKey(
        StockTake, models.PROTECT, related_name="scans", verbose_name=_("stock-take of books")
    )
    barcode = models.CharField(_("label"), max_length=24)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("scan of a stock-take")
        verbose_name_plural = _("scans of a stock-take")
        constraints = [
            models.UniqueConstraint(fields=["stock_take", "barcode"], name="label_counts_once_in_a_stock_take"),
        ]

    def __str__(self) -> str:
        return self.barcode

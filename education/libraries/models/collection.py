"""Libraries, titles and their copies."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
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

"""Crates in which books travel from one library to another, to stay there until they travel on."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.libraries.models.collection import READ, Copy, Library
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class BookCrateQuerySet(StationScopedQuerySet):
    station_path, also_through = "from_library__station", ("to_library__station",)
    read_verb = READ

    def paths_for(self, verb: str) -> tuple[str, ...]:
        """Both ends see a crate; only where it stands something is done with it."""
        return super().paths_for(verb) if verb == READ else ("at_library__station",)

    def to_count(self) -> Self:
        """Those that were sent and are not counted to their end."""
        return self.filter(status__in=[BookCrate.Status.IN_TRANSIT, BookCrate.Status.ARRIVED])


class BookCrate(BaseModel):
    """Books of a library for another. `at_library` is where it stands: its start until it is sent, its goal afterwards.

    `packed` is how many were sent, `missing` how many of them nobody had found when it was closed.
    """

    class Status(models.TextChoices):
        PACKING = "packing", pgettext_lazy("crate of books", "being packed")
        IN_TRANSIT = "in_transit", pgettext_lazy("crate of books", "on the way")
        ARRIVED = "arrived", pgettext_lazy("crate of books", "being counted")
        CLOSED = "closed", pgettext_lazy("crate of books", "counted")
        CANCELLED = "cancelled", pgettext_lazy("crate of books", "not sent")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    label = models.CharField(_("label"), max_length=24, unique=True)
    from_library = models.ForeignKey(Library, models.PROTECT, related_name="crates_out", verbose_name=_("from library"))
    to_library = models.ForeignKey(Library, models.PROTECT, related_name="crates_in", verbose_name=_("to library"))
    at_library = models.ForeignKey(Library, models.PROTECT, related_name="+", verbose_name=_("is at"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PACKING)
    packed = models.PositiveSmallIntegerField(_("books sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("counted by")
    )
    closed_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    missing = models.PositiveSmallIntegerField(_("missing"), default=0)
    protocol = LineField(_("protocol of the loss"), max_length=300, blank=True)

    objects = BookCrateQuerySet.as_manager()

    class Meta:
        verbose_name = _("crate of books")
        verbose_name_plural = _("crates of books")
        constraints = [
            models.CheckConstraint(condition=~Q(from_library=F("to_library")), name="book_crate_goes_somewhere_else"),
            models.CheckConstraint(
                condition=Q(status__in=["packing", "cancelled"], at_library=F("from_library"))
                | Q(status__in=["in_transit", "arrived", "closed"], at_library=F("to_library")),
                name="book_crate_stands_where_it_belongs",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["packing", "cancelled"], packed=None, sent_at=None, sent_by=None)
                | Q(
                    status__in=["in_transit", "arrived", "closed"],
                    packed__gt=0,
                    sent_at__isnull=False,
                    sent_by__isnull=False,
                ),
                name="sent_book_crate_has_books_and_a_sender",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["packing", "cancelled", "in_transit"], arrived_at=None)
                | Q(status__in=["arrived", "closed"], arrived_at__isnull=False),
                name="book_crate_is_counted_after_it_came",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") & Q(closed_by=None, closed_at=None, missing=0)
                | Q(status="closed", closed_by__isnull=False, closed_at__isnull=False, missing__lte=F("packed")),
                name="book_crate_is_closed_by_somebody",
            ),
            models.CheckConstraint(condition=Q(missing=0) | ~Q(protocol=""), name="books_go_missing_with_a_protocol"),
            models.UniqueConstraint(
                fields=["from_library", "to_library"],
                condition=Q(status="packing"),
                name="library_packs_one_crate_for_another",
            ),
            TwoPersons(checker="closed_by", makers=("sent_by",), name="book_crate_is_counted_by_another_person"),
        ]
        indexes = [
            models.Index(fields=["to_library", "-sent_at"], name="book_crate_of_goal"),
            models.Index(fields=["from_library", "-sent_at"], name="book_crate_of_start"),
        ]

    def __str__(self) -> str:
        return self.label


class BookCrateItem(BaseModel):
    """A copy in a crate, and what became of it there."""

    class State(models.TextChoices):
        PACKED = "packed", pgettext_lazy("book in a crate", "in the crate")
        UNPACKED = "unpacked", pgettext_lazy("book in a crate", "taken out")
        ARRIVED = "arrived", pgettext_lazy("book in a crate", "arrived")
        ELSEWHERE = "elsewhere", pgettext_lazy("book in a crate", "turned up elsewhere")
        MISSING = "missing", pgettext_lazy("book in a crate", "missing")
        FOUND = "found", pgettext_lazy("book in a crate", "found later")

    crate = models.ForeignKey(BookCrate, models.PROTECT, related_name="items", verbose_name=_("crate of books"))
    copy = models.ForeignKey(Copy, models.PROTECT, related_name="crate_items", verbose_name=_("copy of a book"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PACKED)
    packed_at = models.DateTimeField(_("packed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("book in a crate")
        verbose_name_plural = _("books in crates")
        constraints = [
            models.UniqueConstraint(fields=["copy"], condition=Q(state="packed"), name="copy_is_in_one_open_crate"),
            models.CheckConstraint(
                condition=Q(state="packed", ended_at=None) | ~Q(state="packed") & Q(ended_at__isnull=False),
                name="book_in_a_crate_ends_exactly_when_it_says_when",
            ),
        ]
        indexes = [models.Index(fields=["crate", "state"], name="book_of_crate")]

    def __str__(self) -> str:
        return str(self.pk)

"""Lending rules are reference data; libraries, titles and copies are read. Loans stand on their own page."""

from django.contrib import admin

from core.administration import DatedAdmin, ReadAdmin
from education.libraries.models import BookCrate, Copy, Library, LoanRule, StockTake

READ = "education.read_library"


@admin.register(LoanRule)
class LoanRuleAdmin(DatedAdmin):
    read_verb = READ
    edit_verb = "education.edit_library"
    list_display = ("country", "borrower", "from_date", "to_date", "max_loans", "loan_days", "max_renewals")
    ordering = ("country", "borrower", "-from_date")


@admin.register(Library)
class LibraryAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("station", "hours", "is_open")
    list_select_related = ("station",)
    ordering = ("station__code",)


@admin.register(Copy)
class CopyAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("barcode", "title", "at_library", "state", "last_lent_date")
    list_filter = ("state",)
    list_select_related = ("title", "at_library__station")
    search_fields = ("=barcode",)
    ordering = ("-pk",)


@admin.register(StockTake)
class StockTakeAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("library", "status", "started_at", "expected", "missing", "unexpected")
    list_select_related = ("library__station",)
    ordering = ("-id",)


@admin.register(BookCrate)
class BookCrateAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("label", "from_library", "to_library", "status", "packed", "missing", "sent_at")
    list_filter = ("status",)
    list_select_related = ("from_library__station", "to_library__station")
    search_fields = ("=label",)
    ordering = ("-id",)

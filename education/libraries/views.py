"""The pages of a library: the desk with one scan field, books, loans, reservations and stock-takes."""

import datetime as dt
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.days import day_in
from core.web.page_actions import ObjectPage, PageAction, form_page
from education.libraries import services
from education.libraries.barcodes import CRATE_LABEL
from education.libraries.display import status_of_copy, status_of_hold, status_of_loan
from education.libraries.forms import AddCopiesForm, BarcodeForm, ReasonForm, ReserveForm, ScanForm, StartCrateForm
from education.libraries.machine import HOLD, LOAN, STOCK_TAKE
from education.libraries.models import BookCrate, Copy, Hold, Library, Loan, StockTake
from education.libraries.queries import copies_by_library, goals_from, live_holds, running_loans, unread
from education.safeguarding.display import name_for
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.people.models import Person
from stations.people.queries import CARD, find_people, scope_of
from stations.requests import SignedInRequest

LEND, READ, READ_LOAN = "education.lend_copy", "education.read_library", "education.read_book_loan"
HOLD_VERB, STOCK_VERB = "education.place_hold", "education.take_stock"
SHOWN = 30
Found = TypeVar("Found")


def _libraries() -> QuerySet[Library]:
    return Library.objects.select_related("station__county")


@requires(LEND)
def desk(request: SignedInRequest) -> HttpResponse:
    """One field: a card opens its reader, a book is lent to that reader, taken back, or received."""
    library = _libraries().filter(station=counter_of(request.user, LEND)).first()
    if library is None:
        return render(request, "education/libraries/no_library.html", {})
    reader = _reader(request)
    return form_page(
        request,
        operation=LEND,
        form=ScanForm(request.POST or None),
        service=partial(_scan, request=request, library=library, reader=reader),
        then=str,
        template="education/libraries/desk.html",
        page=lambda: _desk_page(request, library, reader),
    )


def _desk_page(request: SignedInRequest, library: Library, reader: Person | None) -> dict[str, Any]:
    ready = Hold.objects.filter(pickup_library=library, status=Hold.Status.WAITING)
    return {
        "library": library,
        "reader": reader,
        "reader_id": str(reader.pk) if reader else "",
        "name": name_for(request.user, reader) if reader else "",
        "loans": list(running_loans(reader)) if reader else [],
        "holds": list(live_holds(reader)) if reader else [],
        "on_loan": Copy.objects.filter(at_library=library, state=Copy.State.ON_LOAN).count(),
        "overdue": Loan.objects.filter(library=library, status=Loan.Status.OVERDUE).count(),
        "ready": ready.count(),
    }


def _reader(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person", "")
    people = Person.objects.living().select_related("home_station__county")
    return load(people, request.user, "stations.read_person", pk=pk) if pk else None


def _at_desk(reader: Person | UUID | None) -> str:
    address = reverse("libraries:desk")
    pk = reader.pk if isinstance(reader, Person) else reader
    return f"{address}?{urlencode({'person': pk})}" if pk else address


def _scan(
    *, request: SignedInRequest, library: Library, reader: Person | None, code: str, by: User, at: dt.datetime
) -> str:
    """What a scan means here: whose card, or what happens with which book."""
    if CARD.fullmatch(code.strip().lower()):
        found = find_people(text=code, reach=scope_of(by, scope="county"), limit=1)
        return _at_desk(_known(found[0] if found else None, code).id)
    if CRATE_LABEL.fullmatch(code.strip().upper()):
        crates = BookCrate.objects.open_to(by, READ).filter(label=code.strip().upper())
        return reverse("libraries:crate", args=[_known(crates.first(), code).pk])
    copies = Copy.objects.select_related("title", "at_library__station", "home_library")
    copy = _known(copies.filter(barcode=code.strip().upper()).first(), code)
    about = {"title": copy.title.title}
    if copy.state == Copy.State.IN_TRANSIT:
        services.receive_copy(copy=copy, library=library, by=by, at=at)
        messages.success(request, gettext("“%(title)s” has arrived.") % about)
    elif reader is not None and copy.state in {Copy.State.AVAILABLE, Copy.State.WAITING}:
        services.lend_copy(copy=copy, borrower=reader, library=library, by=by, at=at)
        messages.success(request, gettext("“%(title)s” is lent.") % about)
    else:
        services.return_copy(copy=copy, library=library, by=by, at=at)
        messages.success(request, gettext("“%(title)s” is back.") % about)
    return _at_desk(reader)


def _known(found: Found | None, code: str) -> Found:
    if found is None:
        raise services.LabelUnknown(field="code", barcode=code[:24])
    return found


@requires(HOLD_VERB)
def reserve(request: SignedInRequest) -> HttpResponse:
    """Reserve a book for the reader of the address."""
    library = _libraries().filter(station=counter_of(request.user, HOLD_VERB)).first()
    reader = _reader(request)
    if library is None or reader is None:
        return render(request, "education/libraries/no_library.html", {})
    return form_page(
        request,
        operation=HOLD_VERB,
        form=ReserveForm(request.POST or None),
        service=partial(services.place_hold, borrower=reader, pickup_library=library),
        then=lambda _made: _at_desk(reader),
        template="education/libraries/reserve.html",
        page=lambda: {"name": name_for(request.user, reader), "back": _at_desk(reader)},
        done=_("The book is reserved."),
    )


def _library_context(request: SignedInRequest, found: Library) -> dict[str, Any]:
    day = day_in(found.station.zone, now())
    copies = Copy.objects.filter(at_library=found)
    idle = unread(copies, day).select_related("title").order_by("added_date", "pk")
    present = copies.exclude(state__in=[Copy.State.LOST, Copy.State.WITHDRAWN])
    return {
        "library": found,
        "books": present.count(),
        "on_loan": copies.filter(state=Copy.State.ON_LOAN).count(),
        "overdue": Loan.objects.filter(library=found, status=Loan.Status.OVERDUE).count(),
        "idle_count": idle.count(),
        "idle": list(idle[:SHOWN]),
        "crates": list(_crates_of(found)[:5]),
        "stock_takes": list(found.stock_takes.order_by("-started_at")[:5]),
        "may_lend": may(request.user, LEND),
    }


def _crates_of(found: Library) -> QuerySet[BookCrate]:
    both = BookCrate.objects.filter(Q(from_library=found) | Q(to_library=found))
    return both.select_related("from_library__station", "to_library__station").order_by("-pk")


def _start_stock_take(*, library: Library, by: User, at: dt.datetime) -> StockTake:
    return services.start_stock_take(library=library, by=by, at=at)


def _is_open(found: Library, _user: User) -> bool:
    return found.is_open


LIBRARY_PAGE = ObjectPage(
    name="libraries:library",
    template="education/libraries/library.html",
    grant=READ,
    noun="library",
    rows=_libraries,
    context=_library_context,
    actions={
        "add": PageAction(
            grant="education.add_copies",
            service=services.add_copies,
            form=AddCopiesForm,
            is_open=_is_open,
            then=lambda made: reverse("libraries:copy", args=[made[0].pk]),
            title=_("New books"),
            button=_("Add the books"),
            doing=_("Recording…"),
        ),
        "take-stock": PageAction(
            grant=STOCK_VERB,
            service=_start_stock_take,
            then=lambda made: reverse("libraries:stock-take", args=[made.pk]),
            title=_("Stock-take"),
            button=_("Start counting"),
            doing=_("Recording…"),
        ),
        "crate": PageAction(
            grant="education.move_books",
            service=services.start_crate,
            form=StartCrateForm,
            form_kwargs=lambda _request, found: {"libraries": goals_from(found)},
            operation="education.start_book_crate",
            is_open=lambda found, _user: goals_from(found).exists(),
            then=lambda made: reverse("libraries:crate", args=[made.pk]),
            title=_("Crate for another library"),
            button=_("Pack a crate"),
            doing=_("Recording…"),
        ),
    },
)


def _copies() -> QuerySet[Copy]:
    return Copy.objects.select_related("title", "home_library__station", "at_library__station")


def _copy_context(_request: SignedInRequest, found: Copy) -> dict[str, Any]:
    return {
        "copy": found,
        "kind": status_of_copy(found),
        "places": copies_by_library(found.title),
        "times_lent": found.loans.count(),
    }


def _may_withdraw(found: Copy, _user: User) -> bool:
    return found.state in {Copy.State.AVAILABLE, Copy.State.MISSING, Copy.State.DAMAGED, Copy.State.LOST}


COPY_PAGE = ObjectPage(
    name="libraries:copy",
    template="education/libraries/copy.html",
    grant=READ,
    noun="copy",
    rows=_copies,
    context=_copy_context,
    actions={
        "withdraw": PageAction(
            grant="education.withdraw_copy",
            service=services.withdraw_copy,
            form=ReasonForm,
            is_open=_may_withdraw,
            title=_("Take it out of use"),
            button=_("Take this book out of use"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


def _loans() -> QuerySet[Loan]:
    return Loan.objects.select_related("copy__title", "borrower__home_station__county", "library__station")


def _loan_context(request: SignedInRequest, found: Loan) -> dict[str, Any]:
    return {
        "loan": found,
        "kind": status_of_loan(found),
        "name": name_for(request.user, found.borrower),
        "history": history_of(found),
    }


LOAN_PAGE = ObjectPage(
    name="libraries:loan",
    template="education/libraries/loan.html",
    grant=READ_LOAN,
    noun="loan",
    rows=_loans,
    context=_loan_context,
    machine=LOAN,
    actions={
        "renew": PageAction(
            grant="education.renew_loan",
            service=services.renew_loan,
            arrow="renew_loan",
            title=_("Renew"),
            button=_("Renew from today"),
            doing=_("Recording…"),
        ),
    },
)


def _holds() -> QuerySet[Hold]:
    return Hold.objects.select_related("title", "copy", "borrower__home_station", "pickup_library__station")


def _hold_context(request: SignedInRequest, found: Hold) -> dict[str, Any]:
    return {
        "hold": found,
        "kind": status_of_hold(found),
        "name": name_for(request.user, found.borrower),
        "history": history_of(found),
    }


HOLD_PAGE = ObjectPage(
    name="libraries:hold",
    template="education/libraries/hold.html",
    grant=READ_LOAN,
    noun="hold",
    rows=_holds,
    context=_hold_context,
    machine=HOLD,
    actions={
        "cancel": PageAction(
            grant="education.cancel_hold",
            service=services.cancel_hold,
            arrow="cancel_hold",
            title=_("The reader does not need it"),
            button=_("Cancel the reservation"),
            doing=_("Recording…"),
        ),
    },
)


def _stock_takes() -> QuerySet[StockTake]:
    return StockTake.objects.select_related("library__station", "started_by")


def _stock_take_context(_request: SignedInRequest, found: StockTake) -> dict[str, Any]:
    read = found.scans.values("barcode")
    at_risk = Copy.objects.filter(at_library=found.library)
    gone = at_risk.filter(Q(state=Copy.State.MISSING), ~Q(barcode__in=read))
    return {
        "take": found,
        "kind": "wait" if found.status == StockTake.Status.OPEN else "ok",
        "read": found.scans.count(),
        "latest": list(found.scans.order_by("-pk").values_list("barcode", flat=True)[:5]),
        "gone": list(gone.select_related("title").order_by("title__title")[:SHOWN]) if found.closed_at else [],
    }


STOCK_TAKE_PAGE = ObjectPage(
    name="libraries:stock-take",
    template="education/libraries/stock_take.html",
    grant=READ,
    noun="stock_take",
    rows=_stock_takes,
    context=_stock_take_context,
    machine=STOCK_TAKE,
    actions={
        "scan": PageAction(
            grant=STOCK_VERB,
            service=services.scan_copy,
            form=BarcodeForm,
            arrow="scan_copy",
            title=_("Scan the shelves"),
            button=_("Count it"),
            doing=_("Recording…"),
        ),
        "close": PageAction(
            grant=STOCK_VERB,
            service=services.close_stock_take,
            arrow="close_stock_take",
            title=_("Finish"),
            button=_("Finish the stock-take"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)

"""Tariffs: what a service may cost a villager, set by finance, printed for the wall, shown to everybody."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from core.access import PUBLIC, may_everywhere, requires
from core.database.db import present
from core.days import day_in
from core.defaults import default_country
from core.history import changes_of
from core.language import formatting
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of, to
from core.web.qr import qr_picture
from core.web.timeline import entries_of
from finance.countries import chosen_country, currency_of
from finance.fees import display, services
from finance.fees.forms import EndForm, TariffForm
from finance.fees.lists import TARIFF_KINDS
from finance.fees.models import Tariff
from finance.fees.queries import Price, names_of_actors, prices_at
from ledger.services import book_of
from stations.current_station import counter_of
from stations.models import Station, User
from stations.network.queries import public_station
from stations.requests import SignedInRequest

READ, EDIT = "finance.read_tariff", "finance.edit_tariff"


@dataclass(frozen=True, slots=True)
class OnTheWall:
    """One line of the sheet, in both languages of the country."""

    name: str
    other_name: str
    fee: str
    other_fee: str
    change: str
    other_change: str


@requires(EDIT)
def new_tariff(request: SignedInRequest) -> HttpResponse:
    """Let a price hold from a later day on."""
    if not may_everywhere(request.user, EDIT):
        raise PermissionDenied
    country = chosen_country(request)
    about: dict[str, Any] = {"currency": currency_of(country), "country": country}
    form = TariffForm(request.POST or None, **about)

    def set_price(*, cap: Money | None, **typed: Any) -> Tariff:
        kept: dict[str, Any] = {
            name: typed[name] for name in ("service", "division", "kind", "from_date", "reason", "by", "at")
        }
        return services.set_tariff(value=present(form.price), cap_minor=cap.minor if cap else None, **kept, **about)

    return form_page(
        request,
        operation=EDIT,
        form=form,
        service=set_price,
        then=page_of("fees:tariff"),
        template="finance/fees/new_tariff.html",
    )


@require_GET
@requires(READ)
def wall(request: SignedInRequest) -> HttpResponse:
    """The sheet for the wall of one's own station: A4, both languages, with a code that opens the page of today."""
    station = counter_of(request.user, READ, code=request.GET.get("station", ""))
    page = {**_prices_page(station), "size": "a4", "back": reverse("network:station")}
    return render(request, "finance/fees/wall.html", page)


@require_GET
@requires(PUBLIC)
def public_tariff(request: SignedInRequest, code: str) -> HttpResponse:
    """What the code on the sheet opens: what the services of a station cost today."""
    station = _public(code)
    with timezone.override(station.zone):
        return render(request, "finance/fees/public_tariff.html", _prices_page(station))


@require_GET
@requires(PUBLIC)
@cache_control(max_age=3600)
def tariff_picture(request: SignedInRequest, code: str) -> HttpResponse:
    """The QR of that page, as an image of our own."""
    return qr_picture(_address(_public(code)))


def _prices_page(station: Station) -> dict[str, Any]:
    today = day_in(station.zone, now())
    prices = prices_at(station, on=today)
    return {
        "station": station,
        "sheet": _sheet(today),
        "lines": [_on_the_wall(price) for price in prices],
        "address": _address(station),
    }


def _sheet(today: dt.date) -> dict[str, Any]:
    """Title and notes of the sheet, in both languages."""
    with translation.override("zh-hans"):
        title, notes = _("Our prices"), _notes(today)
    with translation.override("en"):
        other_title, other_notes = _("Our prices"), _notes(today)
    return {"title": title, "other_title": other_title, "notes": list(zip(notes, other_notes, strict=True))}


def _notes(today: dt.date) -> list[str]:
    return [
        _("The fee is added to the amount of the bill, recharge or goods. There are no other charges."),
        _("The slip shows every fee. Joining is free."),
        _("Prices of %(day)s.") % {"day": formatting.full_day(today)},
    ]


def _on_the_wall(price: Price) -> OnTheWall:
    with translation.override("zh-hans"):
        fee, change = display.asks(price.now), _change(price)
    with translation.override("en"):
        other_fee, other_change = display.asks(price.now), _change(price)
    return OnTheWall(price.service.name_zh, price.service.name, fee, other_fee, change, other_change)


def _change(price: Price) -> str:
    if price.next_date is None:
        return ""
    about = {"day": formatting.full_day(price.next_date), "fee": display.asks(price.next)}
    return _("from %(day)s: %(fee)s") % about


def _address(station: Station) -> str:
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('prices:tariff', args=[station.code])}"


def _public(code: str) -> Station:
    station = public_station(code)
    if station is None:
        raise Http404
    return station


def _today(country: str) -> dt.date:
    return day_in(book_of(country).zone, now())


def _country_of(price: Tariff) -> str:
    """Where it is charged; a price for everywhere begins and ends by the clock that forms go by."""
    return price.division.country if price.division else default_country()


def _tariffs() -> QuerySet[Tariff]:
    return Tariff.objects.select_related("division")


def _end(*, tariff: Tariff, **typed: Any) -> Tariff:
    return services.end_tariff(tariff=tariff, country=_country_of(tariff), **typed)


def _withdraw(*, tariff: Tariff, by: User, at: dt.datetime) -> None:
    services.withdraw_tariff(tariff=tariff, country=_country_of(tariff), by=by, at=at)


def _is(state: Tariff.State) -> Callable[[Tariff, User], bool]:
    def stands(found: Tariff, user: User) -> bool:
        return may_everywhere(user, EDIT) and found.state_on(_today(_country_of(found))) == state

    return stands


def _context(_request: SignedInRequest, found: Tariff) -> dict[str, Any]:
    state, changes = found.state_on(_today(_country_of(found))), list(changes_of(found))
    return {
        "tariff": found,
        "name": display.name_of_service(found.service, display.service_names()),
        "asks": display.asks(found),
        "place": display.place(found),
        "holds": display.holds(found),
        "kind": TARIFF_KINDS[state],
        "state": state.label,
        "entries": entries_of(changes, Tariff.Act, names=names_of_actors(changes)),
    }


TARIFF = ObjectPage(
    name="fees:tariff",
    template="finance/fees/tariff.html",
    grant=READ,
    noun="tariff",
    rows=_tariffs,
    context=_context,
    actions={
        "end": PageAction(grant=EDIT, service=_end, form=EndForm, is_open=_is(Tariff.State.IN_FORCE)),
        "withdraw": PageAction(
            grant=EDIT, service=_withdraw, is_open=_is(Tariff.State.COMING), then=to("fees:tariffs")
        ),
    },
)

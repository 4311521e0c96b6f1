"""Pages of group orders: opened, joined at the counter, printed for the wall, and one of them with its pledges."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.access import load, may, requires
from core.days import instant_of
from core.errors import Refused
from core.forms import Outcome
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of, send_form
from core.web.qr import qr_picture
from finance.payments.models import Receipt
from orders.catalog.models import Variant
from orders.catalog.queries import price_words
from orders.groups import services
from orders.groups.display import kind_of, pledge_rows, shown_tiers, words_for
from orders.groups.forms import LeaveForm, OpenForm, PledgeForm, QuantityForm, WhyForm
from orders.groups.machine import GROUP
from orders.groups.models import GroupOrder, GroupPledge
from orders.groups.queries import group_orders, open_at, pledges, variants_for_groups
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.models import Person, Station
from stations.people.masking import mask_name
from stations.requests import SignedInRequest

READ, OPEN, JOIN = "orders.read_group_order", "orders.open_group_order", "orders.add_pledge"
#: The whole list stands on the sheet.
SHOWN = 50


@requires(OPEN)
def new(request: SignedInRequest) -> HttpResponse:
    """Open a group order at this counter."""
    station = counter_of(request.user, OPEN)
    variants = list(variants_for_groups(station, at=now()))
    return form_page(
        request,
        operation=OPEN,
        form=OpenForm(request.POST or None, variants=variants, initial={"cutoff_clock": dt.time(18)}),
        service=partial(_open, station=station, variants={each.sku: each for each in variants}),
        then=page_of("groups:group"),
        template="orders/groups/new.html",
        page=lambda: {"station": station, "variants": variants},
        done=_("The group order is open. Print the sheet for the wall."),
    )


def _open(
    *,
    station: Station,
    variants: dict[str, Variant],
    variant: str,
    cutoff_day: dt.date,
    cutoff_clock: dt.time,
    pickup_date: dt.date,
    max_quantity: int | None,
    by: User,
    at: dt.datetime,
    key: str,
) -> GroupOrder:
    return services.open_group_order(
        station=station,
        variant=variants[variant],
        cutoff_at=instant_of(station.zone, cutoff_day, cutoff_clock),
        pickup_date=pickup_date,
        max_quantity=max_quantity,
        by=by,
        at=at,
        key=key,
    )


@requires(JOIN)
def join(request: SignedInRequest) -> HttpResponse:
    """Choose a group order for a resident, type how much, and take the money."""
    station = counter_of(request.user, JOIN)
    group, villager = _group(request), _villager(request)
    page: dict[str, Any] = {"station": station, "group": group, "villager": villager}
    if group is None or villager is None:
        return render(request, "orders/groups/join.html", {**page, "groups": _choices(station, villager)})
    asked = request.GET if "quantity" in request.GET else None
    quantity = QuantityForm(asked, variant=group.variant, initial={"person": villager.pk, "group": group.pk})
    page |= {"quantity": quantity, **shown_tiers(group)}
    amount = _amount(group, quantity)
    if amount is None:
        return render(request, "orders/groups/join.html", page)
    form = PledgeForm(request.POST or None, villager=villager, amount=amount)

    def again(outcome: Outcome[PledgeForm]) -> HttpResponse:
        shown = {**page, "form": outcome.form, "amount": amount}
        return render(request, "orders/groups/join.html", shown, status=outcome.status)

    return send_form(
        request,
        operation=JOIN,
        form=form,
        service=partial(
            services.add_pledge, group=group, villager=villager, quantity=quantity.cleaned_data["quantity"]
        ),
        then=lambda made: reverse("groups:group", args=[made.group_id]),
        again=again,
    )


def _group(request: SignedInRequest) -> GroupOrder | None:
    pk = request.GET.get("group")
    return load(group_orders(), request.user, JOIN, pk=pk) if pk else None


def _villager(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    return load(Person.objects.living(), request.user, "stations.read_person", pk=pk) if pk else None


def _choices(station: Station, villager: Person | None) -> list[dict[str, Any]]:
    """What is open here; a resident who takes part already is shown as such."""
    groups = list(open_at(station, at=now()))
    joined = set()
    if villager is not None:
        theirs = Person.objects.of_people(villager.pk)
        own = GroupPledge.objects.filter(group__in=groups, villager__in=theirs, status=GroupPledge.Status.HELD)
        joined = set(own.values_list("group", flat=True))
    return [
        {
            "group": each,
            "pledged": words_for(each, each.pledged_quantity),
            "href": "" if each.pk in joined else _address(each, villager),
            "is_joined": each.pk in joined,
        }
        for each in groups
    ]


def _address(group: GroupOrder, villager: Person | None) -> str:
    person = f"&person={villager.pk}" if villager else ""
    return f"{reverse('groups:join')}?group={group.pk}{person}"


def _amount(group: GroupOrder, form: QuantityForm) -> Money | None:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return services.price_of(group, form.cleaned_data["quantity"])
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def _context(request: SignedInRequest, group: GroupOrder) -> dict[str, Any]:
    rows = list(_pledges(group)[: SHOWN + 1])
    links = _links(request.user)
    takes_pledges = group.status == GroupOrder.Status.OPEN and group.cutoff_at > now()
    return {
        "group": group,
        "kind": kind_of(group),
        **shown_tiers(group),
        "at_most": words_for(group, group.max_quantity) if group.max_quantity else "",
        "held_price": price_words(group.variant, group.held_price),
        "reached_price": price_words(group.variant, group.reached_price) if group.reached_price else "",
        "pledges": [each | {"href": links(each["pledge"])} for each in pledge_rows(group, rows[:SHOWN])],
        "more": len(rows) > SHOWN,
        "history": history_of(group),
        "join_here": _address(group, None) if takes_pledges and may(request.user, JOIN) else "",
    }


def _links(user: User) -> Callable[[GroupPledge], str]:
    """Where a pledge leads who may read it: to its order, before that to its payment with the slip."""
    sees_orders, sees_payments = may(user, "orders.read_purchase"), may(user, "finance.read_payment")

    def link(pledge: GroupPledge) -> str:
        if pledge.order_id and sees_orders:
            return reverse("purchases:purchase", args=[pledge.order_id])
        return reverse("payments:payment", args=[pledge.payment_id]) if sees_payments else ""

    return link


def _pledges(group: GroupOrder) -> QuerySet[GroupPledge]:
    return pledges().filter(group=group).order_by("-pk")


def _staying(_request: SignedInRequest, group: GroupOrder) -> dict[str, Any]:
    """Those who can still leave; the number on the slip says who is who where masked names are the same."""
    slips = Receipt.objects.filter(payment=OuterRef("payment")).order_by("-pk").values("number")[:1]
    rows = _pledges(group).filter(status=GroupPledge.Status.HELD).annotate(slip=Coalesce(Subquery(slips), Value("")))
    return {"pledges": [(str(each.pk), _named(group, each, each.slip)) for each in rows]}


def _named(group: GroupOrder, pledge: GroupPledge, slip: str) -> str:
    return _("%(name)s, %(quantity)s, slip %(slip)s") % {
        "name": mask_name(pledge.villager.full_name),
        "quantity": words_for(group, pledge.quantity),
        "slip": slip[-6:],
    }


def _leave(*, group: GroupOrder, pledge: str, by: User, at: dt.datetime) -> GroupPledge:
    chosen = get_object_or_404(_pledges(group), pk=pledge)
    return services.withdraw_pledge(pledge=chosen, by=by, at=at)


def _can_be_left(group: GroupOrder, _user: User) -> bool:
    return group.pledge_count > 0 and group.cutoff_at > now()


def _is_full(group: GroupOrder, _user: User) -> bool:
    return group.is_full


GROUP_PAGE = ObjectPage(
    name="groups:group",
    template="orders/groups/group.html",
    grant=READ,
    noun="group",
    rows=group_orders,
    context=_context,
    machine=GROUP,
    actions={
        "close": PageAction(
            grant="orders.close_group_order",
            service=services.close_group_order,
            arrow="close_group_order",
            is_open=_is_full,
            title=_("Everything is pledged"),
            button=_("Close and order now"),
            doing=_("Recording…"),
        ),
        "withdraw": PageAction(
            grant="orders.withdraw_pledge",
            service=_leave,
            form=LeaveForm,
            form_kwargs=_staying,
            arrow="withdraw_pledge",
            is_open=_can_be_left,
            title=_("A resident leaves the group order"),
            button=_("Withdraw and pay back"),
            doing=_("Recording…"),
            kind="",
        ),
        "cancel": PageAction(
            grant="orders.cancel_group_order",
            service=services.cancel_group_order,
            form=WhyForm,
            arrow="cancel_group_order",
            title=_("Stop the group order"),
            button=_("Stop it and refund all"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)


@requires(READ, one_object=True)
def sheet(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What hangs in the village: article, prices, cut-off, a code that opens the page, and who takes part."""
    group = load(group_orders(), request.user, READ, pk=pk)
    staying = _pledges(group).exclude(status=GroupPledge.Status.WITHDRAWN).order_by("pk")
    return render(
        request,
        "orders/groups/sheet.html",
        {"group": group, **shown_tiers(group), "pledges": pledge_rows(group, list(staying))},
    )


@require_GET
@requires(READ, one_object=True)
def sheet_qr(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The address of the group order's page as a square code, an image of our own."""
    group = load(group_orders(), request.user, READ, pk=pk)
    address = f"{settings.ECOMNET_PUBLIC_URL}{reverse('groups:group', args=[group.pk])}"
    return qr_picture(address)

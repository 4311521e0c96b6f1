"""Pages of promotions: one is prepared, one is decided on, and what it has cost by bearer and by day."""

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import get_current_timezone_name, now
from django.utils.translation import gettext_lazy as _

from core.access import may, may_everywhere, requires
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from finance.countries import chosen_country, country_links, currency_of
from orders.promotions import services
from orders.promotions.display import (
    REASON_WORDS,
    article_rows,
    bearers_table,
    kind_of,
    spent_chart,
    use_rows,
    value_words,
)
from orders.promotions.forms import EvidenceForm, PrepareForm, WhyForm
from orders.promotions.machine import PROMOTION
from orders.promotions.models import Promotion, PromotionBearer, PromotionUse, ShopCouponUse
from orders.promotions.queries import agreed_by_all, counties_open, farmer_of, promotions, recorders_of, shop_uses, uses
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.network.models import Station
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, PREPARE = "orders.read_promotion", "orders.prepare_promotion"
USES = 20


@requires(PREPARE)
def new(request: SignedInRequest) -> HttpResponse:
    """Say what is taken off, within which budget, and who bears it; another person approves it."""
    everywhere, counties = may_everywhere(request.user, PREPARE), counties_open(request.user, PREPARE)
    first = None if everywhere else counties.first()
    country = first.country if first else chosen_country(request)
    form = PrepareForm(
        request.POST or None,
        counties=counties.filter(country=country, pk__in=Station.objects.values("county")),
        everywhere=everywhere,
        currency=currency_of(country),
    )
    return form_page(
        request,
        operation=PREPARE,
        form=form,
        service=partial(_prepare, form=form),
        then=page_of("promotions:promotion"),
        template="orders/promotions/new.html",
        page=lambda: {"countries": country_links(country) if everywhere else []},
        done=_("The promotion is prepared. Another person approves it."),
    )


def _prepare(*, form: PrepareForm, by: User, at: dt.datetime, **typed: Any) -> Promotion:
    terms = services.Terms(
        code=typed["code"],
        kind=typed["kind"],
        value=form.value,
        budget=typed["budget"],
        shares=form.shares,
        from_date=typed["from_date"],
        to_date=typed["last_day"] + dt.timedelta(days=1),
        needs_coupon=typed["needs_coupon"],
        audience=typed["audience"],
        category=typed["category"],
        supplier=typed["supplier"],
        shop=typed["shop"],
        articles=typed["articles"],
        min_goods=typed["min_goods"],
        priority=typed["priority"] or 0,
        per_villager_limit=typed["per_villager_limit"],
    )
    try:
        return services.prepare_promotion(
            terms=terms,
            name=typed["name"],
            name_zh=typed["name_zh"],
            county=form.county,
            by=by,
            at=at,
            key=form.cleaned_data["key"],
        )
    except services.PromotionImpossible as refusal:
        refusal.field = form.field_of(refusal.field)
        raise


def _last_uses(promotion: Promotion) -> list[PromotionUse] | list[ShopCouponUse]:
    if promotion.shop_id:
        return list(shop_uses().filter(promotion=promotion).order_by("-used_at", "-pk")[:USES])
    return list(uses().filter(promotion=promotion).order_by("-used_at", "-pk")[:USES])


def _context(request: SignedInRequest, promotion: Promotion) -> dict[str, Any]:
    return {
        "promotion": promotion,
        "kind": kind_of(promotion),
        "value": value_words(promotion),
        "articles": article_rows(promotion),
        "bearers": bearers_table(promotion),
        "spent": spent_chart(promotion, zone=get_current_timezone_name(), at=now()),
        "uses": use_rows(_last_uses(promotion)),
        "sees_orders": may(request.user, "orders.read_shop" if promotion.shop_id else "orders.read_purchase"),
        "history": history_of(promotion, reasons=REASON_WORDS),
    }


def _can_approve(promotion: Promotion, user: User) -> bool:
    """Once all who bear it have agreed, by none of those who prepared it or recorded that."""
    is_agreed = agreed_by_all(Promotion.objects.filter(pk=promotion.pk)).exists()
    return is_agreed and not is_same_person(user, *recorders_of(promotion), farmer_of(promotion))


def _can_reject(promotion: Promotion, user: User) -> bool:
    return not is_same_person(user, promotion.prepared_by_id, promotion.agreed_by_id, farmer_of(promotion))


def _waits_for_county(promotion: Promotion, _user: User) -> bool:
    return promotion.bearers.filter(party=PromotionBearer.Party.COUNTY, agreement=None).exists()


def _waits_for_supplier(promotion: Promotion, _user: User) -> bool:
    return promotion.bearers.filter(party=PromotionBearer.Party.SUPPLIER, agreement=None).exists()


PROMOTION_PAGE = ObjectPage(
    name="promotions:promotion",
    template="orders/promotions/promotion.html",
    grant=READ,
    noun="promotion",
    rows=promotions,
    context=_context,
    machine=PROMOTION,
    actions={
        "agree": PageAction(
            grant="orders.agree_to_promotion",
            service=services.agree_to_promotion,
            arrow="agree_to_promotion",
            is_open=_waits_for_county,
            title=_("Agree to the county's share"),
            button=_("The county agrees"),
            doing=_("Recording…"),
        ),
        "supplier": PageAction(
            grant="orders.record_supplier_agreement",
            service=services.record_supplier_agreement,
            form=EvidenceForm,
            arrow="record_supplier_agreement",
            is_open=_waits_for_supplier,
            title=_("The supplier has agreed"),
            button=_("Record the agreement"),
            doing=_("Recording…"),
        ),
        "approve": PageAction(
            grant="orders.approve_promotion",
            service=services.approve_promotion,
            arrow="approve_promotion",
            is_open=_can_approve,
            title=_("Approve the promotion"),
            button=_("Approve"),
            doing=_("Recording…"),
        ),
        "reject": PageAction(
            grant="orders.reject_promotion",
            service=services.reject_promotion,
            form=WhyForm,
            arrow="reject_promotion",
            is_open=_can_reject,
            title=_("Reject the promotion"),
            button=_("Reject"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "end": PageAction(
            grant="orders.end_promotion",
            service=services.end_promotion,
            form=WhyForm,
            arrow="end_promotion",
            title=_("End the promotion early"),
            button=_("End it now"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)

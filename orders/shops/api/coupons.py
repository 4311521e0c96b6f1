"""Coupons of a shop over the API: the farmer is asked, and agrees by a code or a witnessed signature."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from orders.produce.api.fields import CodeOrWitness
from orders.promotions.models import Promotion
from orders.promotions.queries import coupon_called, coupons_to_agree
from orders.promotions.services import NoSuchCoupon, agree_coupon, send_coupon_code
from orders.shops.api.fields import ShopCouponOut
from orders.shops.queries import shops
from stations.accounts.models import User
from stations.people.queries import holder_of


class CouponIn(serializers.Serializer):
    """The code of a coupon of the shop that waits for the farmer."""

    coupon = Line(max_length=40)


class AgreeCouponIn(CodeOrWitness):
    """The same, with the code from the farmer's phone, or who saw the signature."""

    coupon = Line(max_length=40)


class _CouponVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = ShopCouponOut

    def coupon(self, user: User, pk: UUID, code: str, *, at: dt.datetime) -> Promotion:
        """The coupon of a shop within reach of who acts. Raises `NoSuchCoupon`."""
        shop = load(shops(), user, self.requires, pk=pk)
        found = coupons_to_agree(shop, at=at).filter(code=coupon_called(code)).first()
        if found is None:
            raise NoSuchCoupon(field="coupon")
        return found


class SendCouponCode(_CouponVerb):
    """Send the farmer a code for a coupon, with the most that the farmer bears of it."""

    requires = "orders.send_coupon_code"
    In = CouponIn
    refusals = (NoSuchCoupon, *refused_by(send_coupon_code))
    in_example: ClassVar[dict[str, Any]] = {"coupon": "HONEY10"}
    out_example = ShopCouponOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Promotion:
        return send_coupon_code(promotion=self.coupon(user, pk, data["coupon"], at=at), by=user, at=at)


class AgreeCoupon(_CouponVerb):
    """Record that the farmer bears the share that a coupon says."""

    requires = "orders.agree_coupon"
    In = AgreeCouponIn
    refusals = (NoSuchCoupon, *refused_by(agree_coupon))
    in_example: ClassVar[dict[str, Any]] = {"coupon": "HONEY10", "code": "481516"}
    out_example = ShopCouponOut.example | {"agreed_at": "2026-11-27T02:55:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Promotion:
        promotion = self.coupon(user, pk, data["coupon"], at=at)
        if "code" in data:
            return agree_coupon(promotion=promotion, code=data["code"], by=user, at=at)
        return agree_coupon(promotion=promotion, witness=holder_of(user, data["witness_card"]), by=user, at=at)

"""A shop is prepared by the station, and the farmer agrees to it by a code or by a signature."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import LIFE, code_hash, new_code, use_try
from core.database.db import atomic_but_tries
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, SamePerson, TooMany, WrongState, refuses
from core.history import record_change
from core.language.reasons import NumberInText, no_identity_numbers
from core.notices.services import notify
from finance.payments.services import PhoneBelongsToStaff
from orders.produce.services import FarmerHasNoPhone, SlipWitnessMissing
from orders.produce.services.steps import key_of
from orders.shops.machine import SHOP
from orders.shops.models import Shop
from orders.shops.queries import policy_at
from orders.shops.services.steps import held_shop, move
from stations.accounts.models import User
from stations.accounts.queries import staff_phones
from stations.network.models import Station
from stations.people.models import Person
from stations.two_persons import require_two_persons

CODES_AT_MOST = 5


class NoShopPolicy(Refused):
    """Farmers know beforehand what is deducted."""

    code = "no_shop_policy"
    message = _("No rules for shops are set for this county. Ask the administrator.")


class FarmerHasShop(Refused):
    """A farmer has one shop at a time."""

    code = "farmer_has_shop"
    message = _("This farmer already has a shop.")


class ShopIsEmpty(Refused):
    """The county looks at a shop with something in it."""

    code = "shop_is_empty"
    message = _("Add an article first: the county looks at what is sold.")


@refuses(NoShopPolicy, FarmerHasShop, SamePerson, NumberInText)
@no_identity_numbers("name", "name_zh", "story", "story_zh")
@transaction.atomic
def open_shop(
    *,
    station: Station,
    owner: Person,
    name: str,
    name_zh: str,
    by: User,
    at: dt.datetime,
    key: str,
    story: str = "",
    story_zh: str = "",
) -> Shop:
    """Prepare a shop for a farmer, with the shares of today's rule; nobody sees it yet.

    The same key again answers as before. Refused: `no_shop_policy`, `farmer_has_shop`, `same_person`.
    """
    own_key = key_of(by, key)
    known = Shop.objects.filter(key=own_key).first()
    if known is not None:
        return known
    policy = policy_at(station, at=at)
    if policy is None:
        raise NoShopPolicy
    require_two_persons(by, owner.pk)
    Person.objects.select_for_update(no_key=True).get(pk=owner.pk)
    mine = Person.objects.of_people(owner.pk)
    if Shop.objects.filter(owner__in=mine).exclude(status=Shop.Status.TERMINATED).exists():
        raise FarmerHasShop
    shop = Shop.objects.create(
        key=own_key,
        owner=owner,
        station=station,
        name=name,
        name_zh=name_zh,
        story=story,
        story_zh=story_zh,
        currency=station.currency,
        platform_bp=policy.platform_bp,
        pack_help_bp=policy.pack_help_bp,
        opened_by=by,
        opened_at=at,
    )
    record_change(shop, old="", new=shop.status, at=at, actor=by.pk)
    return shop


@refuses(WrongState, FarmerHasNoPhone, PhoneBelongsToStaff, TooMany)
@transaction.atomic
def ask_shop_owner(*, shop: Shop, by: User, at: dt.datetime) -> Shop:
    """Send what the farmer agrees to, and a code, to the farmer's phone; a new code ends the one before."""
    shop = held_shop(shop)
    SHOP.check("ask_shop_owner", shop.status)
    phone = str(shop.owner.phone or "")
    if not phone:
        raise FarmerHasNoPhone
    if phone in staff_phones(shop.station, at=at):
        raise PhoneBelongsToStaff
    if shop.code_count >= CODES_AT_MOST:
        raise TooMany
    code = new_code()
    shop.code_count += 1
    shop.code_phone, shop.code_sent_at, shop.tries = phone, at, 0
    shop.code_hash = code_hash(_said(shop, code))
    shop.save()
    notify(
        template="shop_code",
        params={
            "code": code,
            "shop": shop.name_zh if shop.owner.language.startswith("zh") else shop.name,
            "pack_help": f"{shop.pack_help_bp / 100:g}",
            "platform": f"{shop.platform_bp / 100:g}",
        },
        language=shop.owner.language,
        phone=phone,
        dedupe_key=f"shop_code:{shop.pk}:{shop.code_count}",
        at=at,
        use_by=at + LIFE,
    )
    return shop


@refuses(WrongState, ShopIsEmpty, CodeExpired, CodeLocked, CodeWrong)
@atomic_but_tries
def submit_shop(*, shop: Shop, code: str, by: User, at: dt.datetime) -> Shop:
    """Send a shop to the county, on the code that the farmer read out; a wrong one uses up a try."""
    shop = _ready_to_submit(shop)
    if not shop.code_hash or shop.code_sent_at is None or at >= shop.code_sent_at + LIFE:
        raise CodeExpired
    use_try(shop, _said(shop, code), field="code")
    shop.code_hash = ""
    return _submit(shop, by=by, at=at)


@refuses(WrongState, ShopIsEmpty, SlipWitnessMissing, SamePerson)
@transaction.atomic
def submit_signed_shop(*, shop: Shop, witness: Person | None, by: User, at: dt.datetime) -> Shop:
    """Send a shop to the county, on a signature of the farmer that `witness` saw."""
    shop = _ready_to_submit(shop)
    if witness is None:
        raise SlipWitnessMissing(field="witness_card")
    require_two_persons(witness, by.pk, shop.owner_id)
    shop.witness, shop.code_hash = witness, ""
    return _submit(shop, by=by, at=at)


@refuses(WrongState, ShopIsEmpty)
def _ready_to_submit(shop: Shop) -> Shop:
    shop = held_shop(shop)
    SHOP.check("submit_shop", shop.status)
    if not shop.articles.filter(is_offered=True).exists():
        raise ShopIsEmpty
    return shop


def _submit(shop: Shop, *, by: User, at: dt.datetime) -> Shop:
    shop.agreed_at, shop.submitted_by = at, by
    shop.decided_by, shop.decision_note = None, ""
    return move(shop, Shop.Status.READY_FOR_REVIEW, at=at, by=by)


def _said(shop: Shop, code: str) -> str:
    """Of this only a keyed hash is stored; the shares and the number of the code belong to it."""
    return f"shop-code:{shop.pk}:{shop.platform_bp}:{shop.pack_help_bp}:{shop.code_count}:{code.strip()}"

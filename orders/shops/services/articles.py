"""What a shop sells, and how many of it."""

import datetime as dt
from typing import Any

from django.db import transaction

from core.database.db import lock
from core.errors import WrongState, refuses
from core.files.models import StoredFile
from core.history import record_change
from core.language.reasons import NumberInText, no_identity_numbers
from orders.produce.services.steps import key_of
from orders.shops.machine import SHOP
from orders.shops.models import Shop, ShopArticle
from orders.shops.services.steps import held_shop
from stations.accounts.models import User

#: What anybody in the city reads.
TEXTS = ("name", "name_zh", "text", "text_zh")


@refuses(WrongState, NumberInText)
@no_identity_numbers(*TEXTS)
@transaction.atomic
def add_article(
    *,
    shop: Shop,
    name: str,
    name_zh: str,
    price_minor: int,
    weight_g: int,
    stock: int,
    by: User,
    at: dt.datetime,
    key: str,
    text: str = "",
    text_zh: str = "",
    photo: StoredFile | None = None,
) -> ShopArticle:
    """Add an article with its price in minor units of the shop's currency; the same key again answers as before."""
    shop = held_shop(shop)
    own_key = key_of(by, key)
    known = ShopArticle.objects.filter(key=own_key).first()
    if known is not None:
        return known
    SHOP.check("edit_article", shop.status)
    article = ShopArticle.objects.create(
        key=own_key,
        shop=shop,
        name=name,
        name_zh=name_zh,
        text=text,
        text_zh=text_zh,
        price_minor=price_minor,
        currency=shop.currency,
        weight_g=weight_g,
        stock=stock,
        photo=photo,
    )
    record_change(article, old="", new=_trace(article), at=at, actor=by.pk)
    return article


@refuses(WrongState, NumberInText)
@no_identity_numbers(*TEXTS)
@transaction.atomic
def change_article(
    *,
    article: ShopArticle,
    by: User,
    at: dt.datetime,
    photo: StoredFile | None = None,
    stock_seen: int | None = None,
    **values: Any,
) -> ShopArticle:
    """Change texts, price, weight, stock or offer (`name`, `price_minor`, ...); orders keep what they were made with.

    `stock` is what can be sold from now on, beside what is already ordered; with `stock_seen`, what its writer saw, all
    that was ordered or came back since then counts. A photo stays where none is given.
    """
    shop = held_shop(article.shop)
    SHOP.check("edit_article", shop.status)
    article = lock(article)
    before = _trace(article)
    if stock_seen is not None:
        values["stock"] = max(article.stock + values["stock"] - stock_seen, 0)
    for name, value in values.items():
        setattr(article, name, value)
    article.photo = photo or article.photo
    article.save()
    record_change(article, old=before, new=_trace(article), at=at, actor=by.pk)
    return article


def _trace(article: ShopArticle) -> str:
    return f"{article.price_minor} {article.currency} × {article.stock}{'' if article.is_offered else ' -'}"

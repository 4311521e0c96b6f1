"""What a farmer's shop sells."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, LineField, WordsField, uuid7
from core.language.formatting import in_chinese
from core.money import Money
from core.signed_refs import new_ref
from stations.scope import StationScopedQuerySet


class ShopArticleQuerySet(StationScopedQuerySet):
    station_path = "shop__station"
    read_verb = "orders.read_shop"


class ShopArticle(BaseModel):
    """One box, bag or piece that is sold as it is; price in minor units for one, `stock` is how many can be sold.

    A checkout takes its pieces out of the stock at once, and one that is not paid puts them back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one article."))
    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="articles", verbose_name=_("farmer's shop"))
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("name in Chinese"), max_length=60)
    text = WordsField(_("description"), max_length=400, blank=True)
    text_zh = WordsField(_("description in Chinese"), max_length=400, blank=True)
    price_minor = models.BigIntegerField(_("price of one"))
    currency = CurrencyField(_("currency"))
    weight_g = models.PositiveIntegerField(_("weight of one, in grams"))
    stock = models.IntegerField(_("can be sold"), default=0)
    is_offered = models.BooleanField(_("is offered"), default=True)
    photo = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )

    objects = ShopArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article of a shop")
        verbose_name_plural = _("articles of shops")
        constraints = [
            models.CheckConstraint(condition=Q(stock__gte=0), name="shop_stock_never_below_zero"),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, weight_g__gt=0), name="shop_article_has_a_price_and_a_weight"
            ),
        ]
        indexes = [models.Index(fields=["shop", "id"], name="article_of_shop")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name in the language of the reader."""
        return self.name_zh if in_chinese() else self.name

    @property
    def words(self) -> str:
        """Its description in the language of the reader, or in the other where that is missing."""
        return (self.text_zh or self.text) if in_chinese() else (self.text or self.text_zh)

    @property
    def price(self) -> Money:
        """What one costs."""
        return Money(self.price_minor, self.currency)

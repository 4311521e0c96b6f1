"""A farmer's shop."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import CurrencyField, LineField, WordsField, uuid7
from core.language.formatting import in_chinese
from core.signed_refs import new_ref
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class ShopQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_shop"


class Shop(BaseModel):
    """What a farmer sells to the city with the help of a station; shares in basis points of the goods.

    `ref` is its public address. The farmer has agreed to the shares and to be named, by a code or by a signature.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("shop", "being prepared")
        READY_FOR_REVIEW = "ready_for_review", pgettext_lazy("shop", "waits for the county")
        APPROVED = "approved", pgettext_lazy("shop", "open")
        ON_BREAK = "on_break", pgettext_lazy("shop", "on a break")
        REJECTED = "rejected", pgettext_lazy("shop", "rejected")
        SUSPENDED = "suspended", pgettext_lazy("shop", "stopped by the county")
        TERMINATED = "terminated", pgettext_lazy("shop", "closed for good")

    #: Anybody may look at it.
    PUBLIC = (Status.APPROVED, Status.ON_BREAK)
    #: The farmer has agreed.
    AGREED = (Status.READY_FOR_REVIEW, Status.APPROVED, Status.ON_BREAK, Status.SUSPENDED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ref = models.CharField(max_length=8, unique=True, default=new_ref, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one shop."))
    owner = models.ForeignKey("stations.Person", models.PROTECT, related_name="shops", verbose_name=_("farmer"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="shops", verbose_name=_("station"))
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("name in Chinese"), max_length=60)
    story = WordsField(_("what the farmer says"), max_length=600, blank=True)
    story_zh = WordsField(_("what the farmer says, in Chinese"), max_length=600, blank=True)
    currency = CurrencyField(_("currency"))
    platform_bp = models.PositiveSmallIntegerField(_("for the platform, in 1/10,000"))
    pack_help_bp = models.PositiveSmallIntegerField(_("for packing at the station, in 1/10,000"))
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.DRAFT)
    code_hash = models.CharField(
        _("code"), max_length=64, blank=True, help_text="HMAC-SHA256 under the key of the blind index."
    )
    code_phone = PhoneNumberField(_("phone"), blank=True)
    code_count = models.PositiveSmallIntegerField(_("codes sent"), default=0)
    code_sent_at = models.DateTimeField(_("code sent at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    witness = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("witness")
    )
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent in by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision_note = LineField(_("reason for the decision"), max_length=200, blank=True)

    objects = ShopQuerySet.as_manager()

    class Meta:
        verbose_name = _("farmer's shop")
        verbose_name_plural = _("farmers' shops")
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=~Q(status="terminated"), name="farmer_has_one_shop_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(platform_bp__lt=10_000 - F("pack_help_bp")), name="shop_leaves_the_farmer_something"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ready_for_review", "approved", "on_break", "suspended"])
                | Q(agreed_at__isnull=False, submitted_by__isnull=False),
                name="shop_is_open_with_the_farmers_word",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "on_break", "suspended"]) | Q(decided_by__isnull=False),
                name="open_shop_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["rejected", "suspended"]) | ~Q(decision_note=""),
                name="stopped_shop_says_why",
            ),
            models.CheckConstraint(condition=Q(tries__lte=5), name="shop_code_has_five_tries"),
            TwoPersons(checker="opened_by", makers=("owner",), name="nobody_opens_their_own_shop"),
            TwoPersons(
                checker="decided_by",
                makers=("owner", "opened_by", "submitted_by"),
                name="nobody_decides_on_a_shop_of_their_own",
            ),
            TwoPersons(
                checker="witness", makers=("owner", "submitted_by"), name="nobody_witnesses_a_shop_of_their_own"
            ),
        ]
        indexes = [models.Index(fields=["station", "status", "-id"], name="shop_of_station")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Its name in the language of the reader."""
        return self.name_zh if in_chinese() else self.name

    @property
    def words(self) -> str:
        """What the farmer says, in the language of the reader, or in the other where that is missing."""
        return (self.story_zh or self.story) if in_chinese() else (self.story or self.story_zh)

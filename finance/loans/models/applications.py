"""A wish for a loan, from the counter to the decision; each step is taken by another person."""

from typing import Any, Self, cast

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, WordsField, uuid7
from core.money import Money
from finance.credit.models import Reason
from stations.accounts.models import User
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class ApplicationQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_loan_application"
    also_through = ("second_station",)

    def waiting(self) -> Self:
        """Those that a credit officer still has to decide, the oldest first."""
        return self.filter(status__in=LoanApplication.WAITING).order_by("submitted_at", "pk")


def _who(name: Any, *, optional: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=optional,
        blank=optional,
        related_name="+",
        verbose_name=name,
    )


class LoanApplication(BaseModel):
    """One application of one person for one product. Amounts are in the currency of the product.

    `recommender` helps at the counter and never decides; `appraiser`, `approver` and, for large amounts, `approver2`
    are of the lender. `reasons` stand exactly where less than asked, or nothing, was approved. The terms of the fee for
    recommending it are those on the day when it was sent, whoever runs the station afterwards; who earns it decides
    nothing, also where a helper has recommended.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted_and_pending_approval", _("with the lender")
        APPRAISED = "appraised", _("proposal made")
        APPROVED = "approved", pgettext_lazy("loan", "approved")
        REJECTED = "rejected", pgettext_lazy("loan", "declined")
        WITHDRAWN = "withdrawn_by_client", _("withdrawn")
        EXPIRED = "expired", _("offer expired")
        TAKEN_UP = "taken_up", pgettext_lazy("loan", "paid out")

    class Purpose(models.TextChoices):
        CROPS = "crops", _("crops: seed, fertiliser, wages")
        ANIMALS = "animals", _("animals and feed")
        SHOP = "shop", _("goods for a shop")
        TOOLS = "tools", _("tools and machines")
        BUILDING = "building", _("buildings")
        OTHER = "other", _("something else")

    WAITING = (Status.SUBMITTED, Status.APPRAISED)
    UNDER_WAY = (Status.DRAFT, Status.SUBMITTED, Status.APPRAISED, Status.APPROVED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    person = models.ForeignKey(
        "stations.Person", models.PROTECT, related_name="loan_applications", verbose_name=_("borrower")
    )
    product = models.ForeignKey("finance.LoanProduct", models.PROTECT, related_name="+", verbose_name=_("product"))
    version = models.ForeignKey("finance.LoanProductVersion", models.PROTECT, related_name="+", verbose_name=_("terms"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    group = models.ForeignKey(
        "finance.BorrowerGroup",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("group of borrowers"),
    )
    purpose = models.CharField(_("for what"), max_length=10, choices=Purpose)
    purpose_words = LineField(_("in words"), max_length=120, blank=True)
    requested_minor = models.BigIntegerField(_("amount asked for"))
    installments = models.PositiveSmallIntegerField(_("instalments asked for"))
    approved_minor = models.BigIntegerField(_("amount approved"), null=True, blank=True)
    approved_installments = models.PositiveSmallIntegerField(_("instalments approved"), null=True, blank=True)
    currency = CurrencyField(_("currency"))
    consent = models.ForeignKey(
        "stations.Consent", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("consent")
    )
    recommender = _who(_("recommended by"), optional=False)
    appraiser = _who(_("appraised by"))
    approver = _who(_("approved by"))
    approver2 = _who(_("also approved by"))
    rejected_by = _who(_("declined by"))
    fee_partner = _who(_("partner who earns the fee"))
    fee_plan_code = models.CharField(_("commission plan of the fee"), max_length=40, blank=True)
    fee_helper_share_bp = models.PositiveSmallIntegerField(
        _("the helper's share of the fee (0.01 %)"), null=True, blank=True
    )
    needs_second_assessment = models.BooleanField(_("a second visit is needed"), default=False)
    second_station = models.ForeignKey(
        "stations.Station",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("station of the second visit"),
    )
    status = models.CharField(_("status"), max_length=32, choices=Status, default=Status.DRAFT)
    reasons = ArrayField(
        models.CharField(max_length=24, choices=Reason), default=list, blank=True, verbose_name=_("reasons")
    )
    times_reconsidered = models.PositiveSmallIntegerField(_("times looked at again"), default=0)
    started_at = models.DateTimeField(_("started at"))
    submitted_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    offer_valid_until_date = models.DateField(_("offer stands until"), null=True, blank=True)
    key = models.CharField(max_length=140, unique=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan application")
        verbose_name_plural = _("loan applications")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "product"],
                condition=Q(status__in=["draft", "submitted_and_pending_approval", "appraised", "approved"]),
                name="person_has_one_application_of_a_product_under_way",
            ),
            TwoPersons(
                checker="appraiser",
                makers=("recommender", "fee_partner"),
                name="loan_is_appraised_by_another_person",
            ),
            TwoPersons(
                checker="approver",
                makers=("recommender", "fee_partner", "appraiser"),
                name="loan_is_approved_by_another_person",
            ),
            TwoPersons(
                checker="approver2",
                makers=("recommender", "fee_partner", "appraiser", "approver"),
                name="loan_is_approved_by_a_second_other_person",
            ),
            TwoPersons(checker="rejected_by", makers=("recommender",), name="loan_is_declined_by_another_person"),
            models.CheckConstraint(
                condition=Q(requested_minor__gt=0, installments__gt=0), name="loan_application_asks_for_something"
            ),
            models.CheckConstraint(
                condition=Q(fee_partner__isnull=False) | Q(fee_plan_code="", fee_helper_share_bp=None),
                name="terms_of_a_recommendation_fee_name_its_partner",
            ),
            models.CheckConstraint(
                condition=Q(approved_minor=None) | Q(approved_minor__gt=0, approved_minor__lte=F("requested_minor")),
                name="no_more_is_approved_than_was_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", submitted_at=None)
                | Q(status="withdrawn_by_client")
                | (~Q(status="draft") & Q(submitted_at__isnull=False, consent__isnull=False)),
                name="loan_application_is_sent_with_a_consent",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["appraised", "approved", "expired", "taken_up"]) | Q(appraiser__isnull=False),
                name="loan_is_appraised_before_it_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["approved", "expired", "taken_up"],
                    approver__isnull=False,
                    approved_minor__isnull=False,
                    approved_installments__isnull=False,
                    offer_valid_until_date__isnull=False,
                )
                | (~Q(status__in=["approved", "expired", "taken_up"]) & Q(offer_valid_until_date=None)),
                name="approved_loan_has_its_offer",
            ),
            models.CheckConstraint(
                condition=(Q(status="rejected", rejected_by__isnull=False) & Q(reasons__len__range=(1, 4)))
                | (
                    Q(status__in=["approved", "expired", "taken_up"], approved_minor__lt=F("requested_minor"))
                    & Q(reasons__len__range=(1, 4))
                )
                | Q(status__in=["approved", "expired", "taken_up"], approved_minor=F("requested_minor"), reasons__len=0)
                | (~Q(status__in=["rejected", "approved", "expired", "taken_up"]) & Q(reasons__len=0)),
                name="loan_has_reasons_exactly_when_less_was_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "-id"], name="loan_application_of_station"),
            models.Index(
                fields=["submitted_at"],
                condition=Q(status__in=["submitted_and_pending_approval", "appraised"]),
                name="loan_application_waiting",
            ),
            models.Index(
                fields=["offer_valid_until_date"], condition=Q(status="approved"), name="loan_offer_by_its_end"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def requested(self) -> Money:
        """What was asked for."""
        return Money(self.requested_minor, self.currency)

    @property
    def approved(self) -> Money | None:
        """What was approved."""
        return None if self.approved_minor is None else Money(self.approved_minor, self.currency)

    @property
    def speaks(self) -> User:
        """Who has recommended it: the partner, where a helper has begun it for them."""
        return cast(User, self.recommender if self.fee_helper_share_bp is None else self.fee_partner)

    @property
    def reason_words(self) -> list[str]:
        """The reasons in plain words."""
        return [str(Reason(code).label) for code in self.reasons]


class AppraisalQuerySet(StationScopedQuerySet):
    station_path = "application__station"
    read_verb = "finance.read_loan_application"


class Appraisal(BaseModel):
    """What a credit officer proposes; append-only, the newest of an application counts."""

    application = models.ForeignKey(
        LoanApplication, models.PROTECT, related_name="appraisals", verbose_name=_("loan application")
    )
    proposed_minor = models.BigIntegerField(_("proposed amount"))
    proposed_installments = models.PositiveSmallIntegerField(_("proposed instalments"))
    currency = CurrencyField(_("currency"))
    reasons = ArrayField(
        models.CharField(max_length=24, choices=Reason), default=list, blank=True, verbose_name=_("reasons")
    )
    opinion = WordsField(_("opinion"), max_length=500)
    appraiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("appraised by")
    )
    at = models.DateTimeField(_("at"))

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        constraints = [
            models.CheckConstraint(condition=Q(proposed_minor__gt=0), name="appraisal_proposes_an_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.at:%Y-%m-%d}"

    @property
    def proposed(self) -> Money:
        """What is proposed."""
        return Money(self.proposed_minor, self.currency)

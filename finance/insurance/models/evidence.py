"""What proves a claim, what checks found, and what people decided step by step."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, WordsField, uuid7
from core.money import Money
from finance.insurance.models.claims import Claim, ClaimReason, OfClaimQuerySet, who_did
from finance.insurance.models.products import EvidenceKind


class ClaimEvidence(BaseModel):
    """A photo of a paper or of damage. One photo and one bill prove one live claim."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="evidence", verbose_name=_("claim"))
    kind = models.CharField(_("paper"), max_length=24, choices=EvidenceKind)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    dhash64 = models.BigIntegerField(null=True, blank=True)
    dhash_parts = ArrayField(models.IntegerField(), default=list, blank=True)
    bill_number = models.CharField(_("number of the bill"), max_length=40, blank=True)
    issuer = LineField(_("issued by"), max_length=80, blank=True)
    issued_date = models.DateField(_("issued on"), null=True, blank=True)
    total_minor = models.BigIntegerField(_("total of the bill"), null=True, blank=True)
    public_cover_minor = models.BigIntegerField(_("paid by public insurance"), null=True, blank=True)
    self_paid_minor = models.BigIntegerField(_("paid by the family"), null=True, blank=True)
    currency = CurrencyField(_("currency"))
    is_live = models.BooleanField(_("proves a live claim"), default=True)
    added_by = who_did(_("added by"), optional=False)
    added_at = models.DateTimeField(_("added at"))

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of a claim")
        verbose_name_plural = _("papers of claims")
        constraints = [
            models.UniqueConstraint(fields=["sha256"], condition=Q(is_live=True), name="photo_proves_one_claim"),
            models.UniqueConstraint(
                fields=["issuer", "bill_number"],
                condition=Q(is_live=True) & ~Q(bill_number=""),
                name="bill_proves_one_claim",
            ),
        ]
        indexes = [GinIndex(fields=["dhash_parts"], name="paper_by_look")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ClaimCheck(BaseModel):
    """What an automatic check found; append-only, the latest run counts."""

    class Result(models.TextChoices):
        PASS = "pass", _("in order")
        REFER = "refer", _("to be looked at")
        FAIL = "fail", _("against the terms")

    class Code(models.TextChoices):
        POLICY_NOT_ACTIVE = "policy_not_active", _("the policy was in force")
        EVENT_OUTSIDE = "event_outside_period", _("it happened while insured")
        WAITING_PERIOD = "waiting_period", _("it happened after the waiting time")
        FILED_LATE = "filed_late", _("it was filed in time")
        PERSON_MISMATCH = "person_mismatch", _("the person was alive")
        AGE_OUTSIDE = "age_outside", _("the age is within the terms")
        BILL_ARITHMETIC = "bill_arithmetic", _("the parts of the bill make its total")
        AMOUNT_OVER_BILL = "amount_over_bill", _("no more is claimed than the bill says")
        PICTURE_SIMILAR = "picture_similar", _("no photo looks like that of another claim")
        ACCOUNT_SHARED = "account_shared", _("the account is not that of many households")
        PAYEE_IS_STAFF = "payee_is_staff", _("no person of a station is paid")
        EARLY_CLAIM = "early_claim", _("it did not happen right after the cover began")
        SEVERAL_POLICIES = "several_policies", _("the person has one policy at that time")
        STATION_OUTLIER = "station_outlier", _("the station files as many claims as others")
        RANDOM_VISIT = "random_visit", _("drawn by lot for a visit")

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="checks", verbose_name=_("claim"))
    code = models.CharField(_("check"), max_length=24, choices=Code)
    run = models.PositiveSmallIntegerField(_("run"))
    result = models.CharField(_("result"), max_length=5, choices=Result)
    evidence = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("rows it is about"))
    at = models.DateTimeField(_("at"))

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a claim")
        verbose_name_plural = _("checks of claims")
        constraints = [models.UniqueConstraint(fields=["claim", "code", "run"], name="claim_is_checked_once_a_run")]

    def __str__(self) -> str:
        return f"{self.code} {self.result}"


class ClaimDecision(BaseModel):
    """One step of people: what was proposed, found or decided, in words. Append-only."""

    class Step(models.TextChoices):
        ASKED = "asked", _("papers asked for")
        ANSWERED = "answered", _("papers brought")
        VISITED = "visited", _("visited")
        PROPOSED = "proposed", _("payment proposed")
        PROPOSED_REJECTION = "proposed_rejection", _("declining proposed")
        APPROVED = "approved", pgettext_lazy("claim", "approved")
        REJECTED = "rejected", pgettext_lazy("claim", "declined")
        RETURNED = "returned", _("returned to the assessor")
        REVERSED = "reversed", _("approval reversed")

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="decisions", verbose_name=_("claim"))
    step = models.CharField(_("step"), max_length=20, choices=Step)
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    currency = CurrencyField(_("currency"))
    reasons = ArrayField(
        models.CharField(max_length=24, choices=ClaimReason), default=list, blank=True, verbose_name=_("reasons")
    )
    words = WordsField(_("in words"), max_length=500, blank=True)
    photos = models.ManyToManyField("core.StoredFile", related_name="+", blank=True, verbose_name=_("photos"))
    by = who_did(_("by"), optional=False)
    at = models.DateTimeField(_("at"))

    objects = OfClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a claim")
        verbose_name_plural = _("steps of claims")

    def __str__(self) -> str:
        return f"{self.step} {self.claim_id}"

    @property
    def amount(self) -> Money | None:
        """The amount that the step was about."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def reason_words(self) -> list[str]:
        """The reasons in plain words."""
        return [str(ClaimReason(code).label) for code in self.reasons]

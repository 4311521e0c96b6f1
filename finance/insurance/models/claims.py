"""What a family asks for after something happened: the claim, its papers, checks, decisions, and its payment."""

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from finance.insurance.models.policies import Policy
from finance.insurance.models.products import Benefit, Grade, Peril
from stations.people.models import Consent, EachRecordOfPerson
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons

READ = "finance.read_claim"


class ClaimReason(models.TextChoices):
    """Why less, or nothing, is paid: one to four of them, read to the family."""

    POLICY_NOT_ACTIVE = "policy_not_active", _("The person was not insured at that time.")
    EVENT_OUTSIDE = "event_outside_period", _("It happened before the cover began or after it ended.")
    WAITING_PERIOD = "waiting_period", _("It happened in the first days, in which this is not covered yet.")
    FILED_LATE = "filed_late", _("The claim came too late.")
    PERSON_MISMATCH = "person_mismatch", _("The papers are of another person.")
    NOT_COVERED = "peril_not_covered", _("What happened is not covered.")
    AGE_OUTSIDE = "age_outside", _("The age is outside the terms.")
    PAPERS_MISSING = "papers_missing", _("A paper is missing. Bring it, and file the claim again.")
    PAPERS_UNCLEAR = "papers_unclear", _("The photos cannot be read. Take them again in daylight.")
    COST_COVERED = "cost_covered", _("Others have paid the cost already.")
    BELOW_DEDUCTIBLE = "below_deductible", _("What remains is below the amount that each family bears.")
    NOT_CONFIRMED = "not_confirmed", _("The visit did not confirm it.")
    PAID_BEFORE = "paid_before", _("This was paid before.")
    CEILING_REACHED = "ceiling_reached", _("The most for this year is reached; what was left of it is paid.")
    CEILING_EXHAUSTED = "ceiling_exhausted", _("The most for this year is used up.")


def _agreed() -> Exists:
    """Whether the insured lets insurance data be looked at, whichever record of theirs has said so."""
    records = EachRecordOfPerson(OuterRef("person"))
    return Exists(Consent.objects.filter(purpose="insurance_data", withdrawn_at=None, person__in=records))


class ClaimQuerySet(StationScopedQuerySet):
    read_verb = READ

    def open(self) -> Self:
        """Those that are not decided yet."""
        return self.filter(status__in=Claim.UNDECIDED)

    def not_resting(self) -> Self:
        """Those that do not wait for the insured to agree again."""
        return self.filter(Q(documents_asked_at=None) | _agreed())

    def with_rest(self) -> Self:
        """Each knows whether it rests (`is_resting`)."""
        undecided = Q(status__in=Claim.UNDECIDED, documents_asked_at__isnull=False)
        return self.annotate(is_resting=ExpressionWrapper(undecided & ~_agreed(), output_field=models.BooleanField()))


def who_did(name: Any, *, optional: bool = True) -> models.ForeignKey:
    """A login that had a part in something."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=optional, blank=optional, related_name="+", verbose_name=name
    )


class Claim(BaseModel):
    """One claim of one event. Amounts are minor units of `currency`.

    `claimed_minor` is the documented cost, or the formula's amount; `accepted_minor` what the assessor accepts of it.
    Filer, assessor, decider and the sender of the payment are four persons.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ENTERED = "entered", _("filed")
        CHECKED = "checked", _("with the assessor")
        PROCESSED = "processed", _("proposal made")
        VALUATED = "valuated", pgettext_lazy("claim", "approved")
        PAYMENT_PENDING = "payment_pending", _("payment on its way")
        PAID = "paid", pgettext_lazy("claim", "paid")
        CLOSED = "closed", pgettext_lazy("claim", "closed")
        REJECTED = "rejected", pgettext_lazy("claim", "declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Outcome(models.TextChoices):
        QUEUED = "queued", _("not decided")
        PARTIAL = "partial", _("paid in part")
        COMPLETE = "complete", _("paid in full")
        ERROR = "error", _("declined")

    class Review(models.TextChoices):
        IDLE = "idle", _("not checked yet")
        NOT_SELECTED = "not_selected", _("no visit needed")
        SELECTED = "selected", _("visit needed")
        DELIVERED = "delivered", _("visited")

    UNDECIDED = (Status.ENTERED, Status.CHECKED, Status.PROCESSED)
    APPROVED = (Status.VALUATED, Status.PAYMENT_PENDING, Status.PAID, Status.CLOSED)
    OVER = (Status.CLOSED, Status.REJECTED, Status.WITHDRAWN)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="claims", verbose_name=_("policy"))
    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="claims", verbose_name=_("insured"))
    benefit = models.ForeignKey(Benefit, models.PROTECT, related_name="+", verbose_name=_("benefit"))
    peril = models.CharField(_("peril"), max_length=16, choices=Peril)
    event_date = models.DateField(_("happened on"))
    event_ref = models.CharField(_("event"), max_length=40)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    payee = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("paid to"))
    grade = models.CharField(_("grade"), max_length=10, choices=Grade, blank=True)
    claimed_minor = models.BigIntegerField(_("amount claimed"))
    public_cover_minor = models.BigIntegerField(_("paid by public insurance"), default=0)
    other_cover_minor = models.BigIntegerField(_("paid by others"), default=0)
    accepted_minor = models.BigIntegerField(_("amount accepted"), null=True, blank=True)
    assessed_minor = models.BigIntegerField(_("amount proposed"), null=True, blank=True)
    approved_minor = models.BigIntegerField(_("amount approved"), null=True, blank=True)
    paid_minor = models.BigIntegerField(_("amount paid"), default=0)
    currency = CurrencyField(_("currency"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.QUEUED)
    review = models.CharField(_("review"), max_length=12, choices=Review, default=Review.IDLE)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.DRAFT)
    filer = who_did(_("filed by"), optional=False)
    assessor = who_did(_("assessed by"))
    decider = who_did(_("decided by"))
    sender = who_did(_("payment sent by"))
    reason_codes = ArrayField(
        models.CharField(max_length=24, choices=ClaimReason), default=list, blank=True, verbose_name=_("reasons")
    )
    overrides = models.JSONField(_("checks overruled"), default=list, blank=True)
    restores = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="restored_as", verbose_name=_("follows")
    )
    started_at = models.DateTimeField(_("started at"))
    entered_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    decide_by_date = models.DateField(_("to be decided by"), null=True, blank=True)
    documents_asked_at = models.DateTimeField(_("papers asked for at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    key = models.CharField(max_length=140, unique=True, editable=False)
    # What its page and its list read together with it (`views.claims`, `with_rest`).
    records_of_insured: list[UUID]
    was_sent: bool
    is_resting: bool

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "peril", "event_ref"],
                condition=~Q(status__in=["rejected", "withdrawn"]),
                name="event_is_claimed_once",
            ),
            models.CheckConstraint(
                condition=Q(claimed_minor__gt=0, public_cover_minor__gte=0, other_cover_minor__gte=0),
                name="claim_is_of_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(approved_minor=None, paid_minor=0)
                | Q(
                    approved_minor__gt=0,
                    approved_minor__lte=F("claimed_minor"),
                    paid_minor__gte=0,
                    paid_minor__lte=F("approved_minor"),
                ),
                name="no_more_is_paid_than_approved_than_claimed",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["valuated", "payment_pending", "paid", "closed"],
                    approved_minor__isnull=False,
                    decider__isnull=False,
                    assessor__isnull=False,
                )
                | (~Q(status__in=["valuated", "payment_pending", "paid", "closed"]) & Q(approved_minor=None)),
                name="approved_claim_has_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(status="rejected", reason_codes__len__range=(1, 4), decider__isnull=False)
                | (~Q(status="rejected") & (Q(reason_codes__len=0) | Q(approved_minor__isnull=False))),
                name="declined_claim_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(review="selected") | Q(status__in=["entered", "checked", "withdrawn"]),
                name="claim_is_visited_before_it_is_assessed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"])
                | Q(entered_at__isnull=False, decide_by_date__isnull=False),
                name="filed_claim_has_its_clock",
            ),
            TwoPersons(checker="assessor", makers=("filer",), name="claim_is_assessed_by_another_person"),
            TwoPersons(checker="decider", makers=("filer", "assessor"), name="claim_is_decided_by_another_person"),
            TwoPersons(
                checker="sender", makers=("filer", "assessor", "decider"), name="claim_is_paid_by_another_person"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "decide_by_date"], name="claim_by_deadline"),
            models.Index(fields=["station", "-id"], name="claim_of_station"),
            models.Index(fields=["paid_at"], condition=Q(status="paid"), name="claim_to_close"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def claimed(self) -> Money:
        """What was claimed."""
        return Money(self.claimed_minor, self.currency)

    @property
    def public_cover(self) -> Money:
        """What public insurance paid."""
        return Money(self.public_cover_minor, self.currency)

    @property
    def other_cover(self) -> Money:
        """What others paid."""
        return Money(self.other_cover_minor, self.currency)

    @property
    def assessed(self) -> Money | None:
        """What is proposed."""
        return None if self.assessed_minor is None else Money(self.assessed_minor, self.currency)

    @property
    def approved(self) -> Money | None:
        """What was approved."""
        return None if self.approved_minor is None else Money(self.approved_minor, self.currency)

    @property
    def reason_words(self) -> list[str]:
        """The reasons in plain words."""
        return [str(ClaimReason(code).label) for code in self.reason_codes]

    @property
    def is_undecided(self) -> bool:
        """Whether its clock runs."""
        return self.status in self.UNDECIDED


class OfClaimQuerySet(StationScopedQuerySet):
    station_path = "claim__station"
    read_verb = READ

"""What a farmer has brought: weighed, graded, and agreed to by the farmer."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class IntakeQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_intake"


class Intake(BaseModel):
    """One delivery of one farmer; weights in grams. `round` says whose grades stand: 2 are the second grader's."""

    class Status(models.TextChoices):
        WEIGHED = "weighed", _("weighed")
        GRADED = "graded", _("graded")
        DISPUTED = "disputed", _("disputed")
        REGRADED = "regraded", _("graded a second time")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("taken home")
        CORRECTED = "corrected", _("weighed wrongly")

    #: The farmer has not agreed yet.
    OPEN = (Status.WEIGHED, Status.GRADED, Status.DISPUTED, Status.REGRADED)

    class Word(models.TextChoices):
        CODE = "code", _("code by SMS")
        SIGNED = "signed", _("signature on the slip, with a witness")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slip_number = models.CharField(_("slip"), max_length=32, unique=True)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one weighing."))
    notice = models.ForeignKey(
        "orders.HarvestNotice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="intakes",
        verbose_name=_("harvest notice"),
    )
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="correction",
        verbose_name=_("corrects the intake"),
        help_text=_("The same fruit, weighed wrongly."),
    )
    farmer = models.ForeignKey("stations.Person", models.PROTECT, related_name="intakes", verbose_name=_("farmer"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="intakes", verbose_name=_("station"))
    crop = models.ForeignKey("orders.Crop", models.PROTECT, related_name="intakes", verbose_name=_("crop"))
    sheet = models.ForeignKey("orders.GradeSheet", models.PROTECT, related_name="+", verbose_name=_("grade sheet"))
    gross_g = models.BigIntegerField(_("gross, in grams"))
    tare_g = models.BigIntegerField(_("crates, in grams"))
    net_g = models.BigIntegerField(_("net, in grams"))
    rejected_g = models.BigIntegerField(_("not taken, in grams"), default=0)
    round = models.PositiveSmallIntegerField(_("grading"), default=0)
    currency = CurrencyField(_("currency"))
    expected_minor = models.BigIntegerField(_("expected city price"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WEIGHED)
    weighed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("weighed by")
    )
    weighed_at = models.DateTimeField(_("weighed at"))
    grader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grader")
    )
    second_grader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second grader"),
    )
    dispute_reason = LineField(_("what the farmer says"), max_length=200, blank=True)
    code_hash = models.CharField(max_length=64, blank=True, help_text="HMAC-SHA256 under the key of the blind index.")
    code_phone = PhoneNumberField(_("phone"), blank=True)
    code_count = models.PositiveSmallIntegerField(_("codes sent"), default=0)
    code_sent_at = models.DateTimeField(_("code sent at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    witness = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("witness")
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    photo = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )
    advance_minor = models.BigIntegerField(_("advance"), default=0, db_default=0)
    advance_number = models.CharField(_("slip of the advance"), max_length=32, blank=True, default="", db_default="")
    advance_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paid by")
    )
    advance_word = models.CharField(
        _("word of the farmer"), max_length=8, choices=Word, blank=True, default="", db_default=""
    )
    advance_witness = models.ForeignKey(
        "stations.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("witness of the advance"),
    )
    advance_at = models.DateTimeField(_("advance paid at"), null=True, blank=True)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake of produce")
        verbose_name_plural = _("intakes of produce")
        constraints = [
            models.CheckConstraint(
                condition=Q(net_g=F("gross_g") - F("tare_g"), net_g__gt=0, tare_g__gte=0),
                name="net_is_gross_minus_tare",
            ),
            models.CheckConstraint(
                condition=Q(rejected_g__gte=0, rejected_g__lte=F("net_g")), name="rejected_grams_never_exceed_net"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["graded", "disputed", "regraded", "accepted"])
                | Q(grader__isnull=False, round__gte=1),
                name="graded_intake_names_its_grader",
            ),
            models.CheckConstraint(
                condition=Q(second_grader=None, round__lte=1) | Q(second_grader__isnull=False, round=2),
                name="second_grading_names_its_grader",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["disputed", "regraded"]) | ~Q(dispute_reason=""),
                name="disputed_intake_says_what_the_farmer_says",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted")
                | (
                    Q(accepted_at__isnull=False, accepted_by__isnull=False)
                    & (Q(witness__isnull=False) | ~Q(code_hash=""))
                ),
                name="accepted_intake_has_the_farmers_word",
            ),
            models.CheckConstraint(condition=Q(tries__lte=5), name="intake_code_has_five_tries"),
            models.CheckConstraint(
                condition=Q(advance_minor=0)
                | Q(advance_minor__gt=0, expected_minor__isnull=False, expected_minor__gte=F("advance_minor") * 2),
                name="advance_never_exceeds_half_of_expected_value",
            ),
            models.CheckConstraint(
                condition=Q(advance_minor=0, advance_number="", advance_by=None, advance_at=None)
                | Q(
                    advance_minor__gt=0,
                    status__in=["accepted", "corrected"],
                    advance_by__isnull=False,
                    advance_at__isnull=False,
                )
                & ~Q(advance_number=""),
                name="advance_has_its_slip",
            ),
            models.CheckConstraint(
                condition=Q(advance_minor=0, advance_word="", advance_witness=None)
                | Q(advance_minor__gt=0, advance_word="code", advance_witness=None)
                | Q(advance_minor__gt=0, advance_word="signed", advance_witness__isnull=False),
                name="advance_has_the_farmers_word",
            ),
            TwoPersons(
                checker="advance_witness",
                makers=("farmer", "advance_by"),
                name="nobody_witnesses_an_advance_of_their_own",
            ),
            TwoPersons(checker="advance_by", makers=("farmer",), name="nobody_pays_themselves_an_advance"),
            TwoPersons(checker="weighed_by", makers=("farmer",), name="nobody_weighs_their_own_harvest"),
            TwoPersons(checker="grader", makers=("farmer",), name="nobody_grades_their_own_harvest"),
            TwoPersons(checker="second_grader", makers=("grader", "farmer"), name="second_grader_is_another_person"),
            TwoPersons(
                checker="witness", makers=("farmer", "accepted_by"), name="nobody_witnesses_an_intake_of_their_own"
            ),
        ]
        indexes = [
            models.Index(fields=["station", "status", "-id"], name="intake_of_station"),
            models.Index(fields=["farmer", "-id"], name="intake_of_farmer"),
        ]

    def __str__(self) -> str:
        return self.slip_number

    @property
    def taken_g(self) -> int:
        """What is sold for the farmer."""
        return self.net_g - self.rejected_g

    @property
    def advance(self) -> Money:
        """What the farmer got of it before it was sold."""
        return Money(self.advance_minor, self.currency)

    @property
    def expected(self) -> Money | None:
        """What city buyers would pay by the latest prices; none where a grade was never sold here."""
        return None if self.expected_minor is None else Money(self.expected_minor, self.currency)


class IntakeGradeQuerySet(StationScopedQuerySet):
    station_path = "intake__station"
    read_verb = "orders.read_intake"


class IntakeGrade(BaseModel):
    """So many grams of one grade in one grading; `grams_in_lots` follows from the sources of lots, by a trigger."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="grades", verbose_name=_("intake of produce"))
    round = models.PositiveSmallIntegerField(_("grading"))
    grade = models.ForeignKey("orders.Grade", models.PROTECT, related_name="+", verbose_name=_("grade"))
    grams = models.BigIntegerField(_("grams"))
    grams_in_lots = models.BigIntegerField(_("in lots, in grams"), default=0)

    objects = IntakeGradeQuerySet.as_manager()

    class Meta:
        verbose_name = _("grade of an intake")
        verbose_name_plural = _("grades of intakes")
        constraints = [
            models.UniqueConstraint(fields=["intake", "round", "grade"], name="intake_has_a_grade_once"),
            models.CheckConstraint(condition=Q(grams__gt=0, round__in=[1, 2]), name="intake_grade_is_above_nothing"),
            models.CheckConstraint(
                condition=Q(grams_in_lots__gte=0, grams_in_lots__lte=F("grams")),
                name="source_grams_never_exceed_what_was_taken_in",
            ),
        ]
        indexes = [
            models.Index(
                fields=["grade"], condition=Q(grams__gt=F("grams_in_lots")), name="intake_grade_waits_for_a_lot"
            )
        ]

    def __str__(self) -> str:
        return f"{self.grade_id} {self.grams}"

    @property
    def free_g(self) -> int:
        """What is in no lot yet."""
        return self.grams - self.grams_in_lots

"""The tables of finance."""

import core.fields
import core.web.ranges
import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import phonenumber_field.modelfields
import stations.places.models
import stations.two_persons
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0003_rules"),
        ("ledger", "0003_rules"),
        ("stations", "0003_two_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name="BillCategory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_zh", models.CharField(max_length=60, verbose_name="name in Chinese")),
                ("icon", models.CharField(blank=True, max_length=20, verbose_name="icon")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "bill category",
                "verbose_name_plural": "bill categories",
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "our_ref",
                    models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="Person, purpose and request key, unique forever: one press, one payment.",
                        max_length=160,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("bill", "bill"),
                            ("recharge", "phone recharge"),
                            ("goods", "goods"),
                            ("travel", "travel"),
                            ("tour", "tour"),
                            ("loan", "loan"),
                            ("insurance", "insurance"),
                            ("health", "health"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="purpose",
                    ),
                ),
                ("subject_ref", models.CharField(blank=True, max_length=64)),
                (
                    "payer_phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="payer's phone"
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("cash", "cash"), ("online", "online")], max_length=8, verbose_name="method"
                    ),
                ),
                (
                    "funding",
                    models.CharField(
                        choices=[
                            ("float", "float"),
                            ("till", "till"),
                            ("online", "online"),
                            ("owed", "refunds"),
                        ],
                        max_length=8,
                        verbose_name="funding",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("agent_fee_minor", models.BigIntegerField(default=0, verbose_name="agent fee")),
                ("total_minor", models.BigIntegerField(verbose_name="total")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "owed_minor",
                    models.BigIntegerField(
                        default=0,
                        help_text="The rest of the total is cash.",
                        verbose_name="of which from a refund",
                    ),
                ),
                ("cash_given_minor", models.BigIntegerField(blank=True, null=True, verbose_name="cash received")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("held", "reserved"),
                            ("submitted", "sent"),
                            ("pending", "in progress at the company"),
                            ("unknown", "no answer yet"),
                            ("manual_review", "under review"),
                            ("succeeded", "paid"),
                            ("failed", "not paid"),
                            ("partially_refunded", "partly refunded"),
                            ("refunded", "refunded"),
                            ("reversal_asked", "recall requested"),
                            ("reversed", "reversed"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("taken_at", models.DateTimeField(verbose_name="received at")),
                (
                    "made_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="For late cash from a device: the time the device claims.",
                        null=True,
                        verbose_name="by the device's clock",
                    ),
                ),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("deadline_at", models.DateTimeField(blank=True, null=True, verbose_name="decided by")),
                ("cutoff_at", models.DateTimeField(blank=True, null=True, verbose_name="cut-off")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("failure_code", models.CharField(blank=True, max_length=40, verbose_name="failure")),
                ("refunded_minor", models.BigIntegerField(default=0)),
                (
                    "hold_transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_payment",
                        to="ledger.transferkey",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="stations.person",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="stations.station"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments_taken",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "indexes": [
                    models.Index(fields=["station", "-our_ref"], name="payment_of_station"),
                    models.Index(fields=["payer", "-our_ref"], name="payment_of_payer"),
                    models.Index(
                        condition=models.Q(
                            ("status__in", ["held", "submitted", "pending", "unknown", "manual_review"])
                        ),
                        fields=["station", "submitted_at"],
                        name="payment_undecided",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("key",), name="one_press_is_one_payment"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="payment_amount_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agent_fee_minor__gte", 0)), name="payment_fee_is_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("amount_minor"), "+", models.F("agent_fee_minor")
                                ),
                            )
                        ),
                        name="payment_total_is_amount_plus_fee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owed_minor", 0),
                            models.Q(
                                ("funding", "owed"), ("owed_minor__gt", 0), ("owed_minor__lte", models.F("total_minor"))
                            ),
                            _connector="OR",
                        ),
                        name="payment_from_owed_money_is_at_most_the_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cash_given_minor", None),
                            (
                                "cash_given_minor__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("total_minor"), "-", models.F("owed_minor")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="payment_cash_given_covers_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("refunded_minor__gte", 0), ("refunded_minor__lte", models.F("total_minor"))
                        ),
                        name="payment_refunds_never_exceed_total",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at", None),
                                ("status__in", ["held", "submitted", "pending", "unknown", "manual_review"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("status__in", ["held", "submitted", "pending", "unknown", "manual_review"]),
                                    _negated=True,
                                ),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="payment_has_finish_exactly_when_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "failed"), models.Q(("failure_code", ""), _negated=True)),
                            models.Q(models.Q(("status", "failed"), _negated=True), ("failure_code", "")),
                            _connector="OR",
                        ),
                        name="payment_has_failure_code_exactly_when_failed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ["submitted", "pending", "unknown", "manual_review"]), _negated=True
                            ),
                            ("submitted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="payment_was_sent_before_it_is_unknown",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("funding__in", ["float", "till", "owed"]), ("method", "cash")),
                            models.Q(("funding", "online"), ("method", "online")),
                            _connector="OR",
                        ),
                        name="payment_funding_fits_method",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReconTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("kind", models.CharField(max_length=18)),
                ("opened_hour", models.DateTimeField()),
                ("change", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "count of open items",
                "verbose_name_plural": "counts of open items",
            },
        ),
        migrations.CreateModel(
            name="BankDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("date", models.DateField(verbose_name="date")),
                ("is_working", models.BooleanField(verbose_name="banks open")),
                ("name", core.fields.LineField(max_length=60, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=60, verbose_name="name in Chinese")),
            ],
            options={
                "verbose_name": "bank day",
                "verbose_name_plural": "bank days",
                "constraints": [models.UniqueConstraint(fields=("country", "date"), name="bank_day_stands_once")],
            },
        ),
        migrations.CreateModel(
            name="BankStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("bank_account", models.CharField(max_length=40, verbose_name="bank account")),
                (
                    "format",
                    models.CharField(
                        choices=[("csv", "CSV"), ("camt053", "camt.053"), ("mt940", "MT940")],
                        max_length=8,
                        verbose_name="format",
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("control_total_minor", models.BigIntegerField(verbose_name="control total")),
                ("line_count", models.PositiveIntegerField(verbose_name="lines")),
                ("new_count", models.PositiveIntegerField(verbose_name="new lines")),
                ("imported_at", models.DateTimeField(verbose_name="imported at")),
                (
                    "imported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bank statement",
                "verbose_name_plural": "bank statements",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("country", "bank_account", "sha256"), name="bank_statement_is_imported_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("new_count__lte", models.F("line_count"))),
                        name="bank_statement_has_at_most_its_lines_new",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BankStatementLine",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("bank_account", models.CharField(max_length=40, verbose_name="bank account")),
                ("value_date", models.DateField(verbose_name="value date")),
                ("line_ref", models.CharField(max_length=64, verbose_name="line reference")),
                (
                    "direction",
                    models.CharField(choices=[("in", "in"), ("out", "out")], max_length=3, verbose_name="direction"),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("explained_minor", models.BigIntegerField(default=0, verbose_name="explained")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("counterparty", models.CharField(blank=True, max_length=120, verbose_name="counterparty")),
                (
                    "counterparty_tail",
                    models.CharField(blank=True, max_length=8, verbose_name="counterparty's account, last digits"),
                ),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="text")),
                ("imported_at", models.DateTimeField(verbose_name="imported at")),
                (
                    "imported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="finance.bankstatement",
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transferkey",
                    ),
                ),
            ],
            options={
                "verbose_name": "bank line",
                "verbose_name_plural": "bank lines",
                "indexes": [
                    models.Index(fields=["country", "bank_account", "-value_date"], name="bank_line_by_date"),
                    models.Index(
                        condition=models.Q(("explained_minor__lt", models.F("amount_minor"))),
                        fields=["imported_at", "id"],
                        name="bank_line_unexplained",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("country", "bank_account", "line_ref"), name="bank_line_stands_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="bank_line_amount_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("explained_minor__gte", 0), ("explained_minor__lte", models.F("amount_minor"))
                        ),
                        name="bank_line_explains_at_most_its_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BankExplanation",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("float", "float top-up"),
                            ("payout", "payout already reported by the bank"),
                            ("sent_back", "a payout that came back, or to be sent back"),
                            ("biller", "settled with a biller"),
                            ("operator", "settled with an operator"),
                            ("gateway", "paid by a gateway or buyer"),
                            ("receivable", "fees owed to us before"),
                            ("remittance", "cash deposited at the bank"),
                            ("fee", "fee of the bank"),
                            ("interest", "interest"),
                            ("tax", "tax paid"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("text", core.fields.LineField(blank=True, max_length=200, verbose_name="in words")),
                ("made_at", models.DateTimeField(verbose_name="explained at")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transferkey"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="explanations",
                        to="finance.bankstatementline",
                    ),
                ),
            ],
            options={
                "verbose_name": "explanation of a bank line",
                "verbose_name_plural": "explanations of bank lines",
                "indexes": [models.Index(fields=["line", "id"], name="bank_explanation_of_line")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="bank_explanation_amount_is_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Biller",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="name in Chinese")),
                ("country", models.CharField(default="CN", max_length=2, verbose_name="country")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                (
                    "fetch",
                    models.CharField(
                        choices=[
                            ("mandatory", "always ask first"),
                            ("optional", "can be queried first"),
                            ("not_supported", "cannot be queried"),
                        ],
                        default="mandatory",
                        max_length=14,
                        verbose_name="bill look-up",
                    ),
                ),
                (
                    "amount_rule",
                    models.CharField(
                        choices=[
                            ("exact", "exactly the bill amount"),
                            ("exact_or_above", "the bill amount or more"),
                            ("up_to", "up to the bill amount"),
                            ("any", "any amount"),
                        ],
                        default="exact",
                        max_length=16,
                        verbose_name="amount",
                    ),
                ),
                ("min_amount_minor", models.BigIntegerField(default=1, verbose_name="minimum amount")),
                ("max_amount_minor", models.BigIntegerField(verbose_name="maximum amount")),
                ("claim_days", models.PositiveSmallIntegerField(default=3, verbose_name="days to claim")),
                ("reversal_days", models.PositiveSmallIntegerField(default=5, verbose_name="days to ask back")),
                (
                    "settlement",
                    models.CharField(
                        choices=[("gross_t1", "gross, next bank day"), ("net_t1", "net of our fee, next bank day")],
                        default="gross_t1",
                        max_length=10,
                        verbose_name="settlement",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="billers", to="finance.billcategory"
                    ),
                ),
                ("divisions", models.ManyToManyField(blank=True, related_name="+", to="stations.division")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.provider"
                    ),
                ),
            ],
            options={
                "verbose_name": "biller",
                "verbose_name_plural": "billers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_amount_minor__gte", models.F("min_amount_minor")), ("min_amount_minor__gt", 0)
                        ),
                        name="biller_amounts_are_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                        name="biller_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("parameters", models.JSONField(verbose_name="parameters")),
                ("parameters_hash", models.CharField(max_length=64)),
                ("nickname", core.fields.LineField(blank=True, max_length=40, verbose_name="nickname")),
                ("remind", models.BooleanField(default=False, verbose_name="remind")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bill_accounts",
                        to="stations.household",
                    ),
                ),
                (
                    "biller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="accounts", to="finance.biller"
                    ),
                ),
            ],
            options={
                "verbose_name": "bill account",
                "verbose_name_plural": "bill accounts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("biller", "parameters_hash", "household"), name="bill_account_stands_once_per_household"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BillerParameter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.SlugField(max_length=40, verbose_name="name")),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                ("label_zh", models.CharField(max_length=60, verbose_name="label in Chinese")),
                ("hint", models.CharField(blank=True, max_length=120, verbose_name="hint")),
                ("hint_zh", models.CharField(blank=True, max_length=120, verbose_name="hint in Chinese")),
                (
                    "kind",
                    models.CharField(
                        choices=[("digits", "digits"), ("text", "text"), ("phone", "phone number"), ("date", "date")],
                        default="digits",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("min_length", models.PositiveSmallIntegerField(default=1, verbose_name="minimum length")),
                ("max_length", models.PositiveSmallIntegerField(default=40, verbose_name="maximum length")),
                ("pattern", models.CharField(blank=True, max_length=120, verbose_name="pattern")),
                (
                    "check_digits",
                    models.CharField(
                        choices=[("none", "none"), ("luhn", "Luhn"), ("mod97", "ISO 7064 MOD 97-10")],
                        default="none",
                        max_length=8,
                        verbose_name="check digits",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                ("is_required", models.BooleanField(default=True, verbose_name="required")),
                (
                    "biller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parameters", to="finance.biller"
                    ),
                ),
            ],
            options={
                "verbose_name": "biller parameter",
                "verbose_name_plural": "biller parameters",
                "constraints": [
                    models.UniqueConstraint(fields=("biller", "name"), name="biller_parameter_stands_once"),
                    models.CheckConstraint(
                        condition=models.Q(("max_length__gte", models.F("min_length"))),
                        name="biller_parameter_lengths_are_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillFetch",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "our_ref",
                    models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("asked_at", models.DateTimeField(verbose_name="requested at")),
                ("parameters", models.JSONField(verbose_name="parameters")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "asked"),
                            ("found", "found"),
                            ("no_dues", "nothing is due"),
                            ("not_found", "no such customer"),
                            ("failed", "could not be queried"),
                            ("expired", "too old"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("failure_code", models.CharField(blank=True, max_length=40, verbose_name="failure")),
                ("bill_ref", models.CharField(blank=True, max_length=64, verbose_name="bill")),
                ("customer_name", models.CharField(blank=True, max_length=120, verbose_name="customer")),
                ("period", models.CharField(blank=True, max_length=20, verbose_name="period")),
                ("due_date", models.DateField(blank=True, null=True, verbose_name="due")),
                ("amount_minor", models.BigIntegerField(blank=True, null=True, verbose_name="amount")),
                ("minimum_minor", models.BigIntegerField(blank=True, null=True, verbose_name="minimum amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires at")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "biller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="fetches", to="finance.biller"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bill_fetches",
                        to="stations.household",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bill_fetches",
                        to="stations.person",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bill_fetches", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "bill fetched",
                "verbose_name_plural": "bills fetched",
                "indexes": [
                    models.Index(fields=["household", "-asked_at"], name="bill_fetch_of_household"),
                    models.Index(fields=["station", "-asked_at"], name="bill_fetch_of_station"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount_minor__gt", 0),
                                ("expires_at__isnull", False),
                                ("status__in", ["found", "expired"]),
                                models.Q(("bill_ref", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("status__in", ["found", "expired"]), _negated=True),
                                ("amount_minor", None),
                                ("bill_ref", ""),
                            ),
                            _connector="OR",
                        ),
                        name="bill_fetch_has_a_bill_exactly_when_found",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BillPayment",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="bill",
                        serialize=False,
                        to="finance.payment",
                    ),
                ),
                ("parameters", models.JSONField(verbose_name="parameters")),
                ("bill_ref", models.CharField(blank=True, max_length=64, verbose_name="bill")),
                ("due_date", models.DateField(blank=True, null=True, verbose_name="due")),
                ("biller_receipt_no", models.CharField(blank=True, max_length=64, verbose_name="biller's receipt")),
                (
                    "is_live",
                    models.BooleanField(
                        default=True,
                        help_text="False once the payment failed or was reversed: the bill can be paid again.",
                    ),
                ),
                ("allows_parts", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "bill payment",
                "verbose_name_plural": "bill payments",
            },
        ),
        migrations.CreateModel(
            name="Recharge",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="recharge",
                        serialize=False,
                        to="finance.payment",
                    ),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(max_length=128, region=None, verbose_name="phone"),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("wholesale_minor", models.BigIntegerField(verbose_name="wholesale amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "is_ported",
                    models.BooleanField(
                        default=False,
                        help_text="The number starts like another operator's.",
                        verbose_name="ported to this operator",
                    ),
                ),
                (
                    "is_open",
                    models.BooleanField(
                        default=True, help_text="Until the payment is decided, the same recharge waits."
                    ),
                ),
            ],
            options={
                "verbose_name": "recharge",
                "verbose_name_plural": "recharges",
            },
        ),
        migrations.CreateModel(
            name="ReversalCode",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reversal_code",
                        serialize=False,
                        to="finance.payment",
                    ),
                ),
                ("code_hash", models.CharField(max_length=128)),
                ("expires_at", models.DateTimeField(verbose_name="code expires at")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("codes_sent", models.PositiveSmallIntegerField(default=1)),
                ("codes_sent_on", models.DateField()),
            ],
            options={
                "verbose_name": "recall code",
                "verbose_name_plural": "recall codes",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="reversal_code_has_five_tries"),
                    models.CheckConstraint(
                        condition=models.Q(("codes_sent__lte", 3)), name="reversal_sends_three_codes_a_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CashCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("counted_at", models.DateTimeField(verbose_name="counted at")),
                ("till_version", models.PositiveBigIntegerField()),
                ("total_minor", models.BigIntegerField(verbose_name="total")),
                ("is_opening", models.BooleanField(default=False, verbose_name="opening count")),
                (
                    "counted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "cash count",
                "verbose_name_plural": "cash counts",
            },
        ),
        migrations.CreateModel(
            name="CashCountLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("value_minor", models.BigIntegerField(verbose_name="value")),
                ("pieces", models.PositiveIntegerField(verbose_name="pieces")),
                (
                    "count",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="finance.cashcount"
                    ),
                ),
            ],
            options={
                "verbose_name": "counted pieces",
                "verbose_name_plural": "counted pieces",
                "constraints": [
                    models.UniqueConstraint(fields=("count", "value_minor"), name="cash_count_line_stands_once"),
                    models.CheckConstraint(
                        condition=models.Q(("value_minor__gt", 0)), name="cash_count_line_is_of_a_value"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CashDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("counting", "being counted"),
                            ("balanced", "matches the books"),
                            ("variance_pending", "does not match the books"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("opening_minor", models.BigIntegerField(verbose_name="opening")),
                ("expected_minor", models.BigIntegerField(blank=True, null=True, verbose_name="expected")),
                ("counted_minor", models.BigIntegerField(blank=True, null=True, verbose_name="counted")),
                ("over_short_minor", models.BigIntegerField(blank=True, null=True, verbose_name="over or short")),
                ("till_version", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "settled_version",
                    models.PositiveBigIntegerField(
                        blank=True, help_text="The till's version once the difference was posted.", null=True
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "difference_transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transferkey",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cash_days", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "cash day",
                "verbose_name_plural": "cash days",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("station", "currency", "business_date"), name="cash_day_stands_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "closed"), _negated=True),
                        fields=("station", "currency"),
                        name="till_has_one_open_cash_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("over_short_minor", None),
                            (
                                "over_short_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("counted_minor"), "-", models.F("expected_minor")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="cash_day_difference_is_counted_minus_expected",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("counted_minor__isnull", False),
                                ("status", "closed"),
                            ),
                            models.Q(
                                models.Q(("status", "closed"), _negated=True), ("closed_at", None), ("closed_by", None)
                            ),
                            _connector="OR",
                        ),
                        name="cash_day_is_counted_and_signed_exactly_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("counted_minor", None),
                                ("expected_minor", None),
                                ("over_short_minor", None),
                                ("status__in", ["open", "counting"]),
                                ("till_version", None),
                            ),
                            models.Q(("over_short_minor", 0), ("status", "balanced"), ("till_version__isnull", False)),
                            models.Q(
                                ("status", "variance_pending"),
                                ("till_version__isnull", False),
                                models.Q(("over_short_minor", 0), _negated=True),
                            ),
                            models.Q(("settled_version__isnull", False), ("status", "closed")),
                            _connector="OR",
                        ),
                        name="cash_day_status_agrees_with_its_count",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("difference_transfer__isnull", False),
                                ("status", "closed"),
                                models.Q(("over_short_minor", 0), _negated=True),
                            ),
                            models.Q(("difference_transfer", None), ("over_short_minor", 0), ("status", "closed")),
                            models.Q(
                                models.Q(("status", "closed"), _negated=True),
                                ("difference_transfer", None),
                                ("settled_version", None),
                            ),
                            _connector="OR",
                        ),
                        name="closed_cash_day_has_a_transfer_exactly_when_it_differs",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="cashcount",
            name="cash_day",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="counts", to="finance.cashday"
            ),
        ),
        migrations.CreateModel(
            name="CashDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("oldest_date", models.DateField(verbose_name="oldest cash from")),
                ("due_date", models.DateField(verbose_name="due since")),
                ("held_minor", models.BigIntegerField(verbose_name="in the till")),
                ("cleared_date", models.DateField(blank=True, null=True, verbose_name="brought on")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cash_dues", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "cash that is due",
                "verbose_name_plural": "cash that is due",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_date", None)),
                        fields=("station", "currency"),
                        name="till_has_one_cash_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CashDueNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("helper", "Helper"),
                            ("partner", "Partner"),
                            ("county_clerk", "County clerk"),
                            ("county_manager", "County manager"),
                            ("finance_officer", "Finance officer"),
                            ("auditor", "Auditor"),
                            ("platform_admin", "Platform administrator"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("told_date", models.DateField(verbose_name="informed on")),
                (
                    "due",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="finance.cashdue"
                    ),
                ),
            ],
            options={
                "verbose_name": "cash-due notice",
                "verbose_name_plural": "cash-due notices",
                "constraints": [
                    models.UniqueConstraint(fields=("due", "role"), name="cash_due_is_told_once_to_a_role")
                ],
            },
        ),
        migrations.CreateModel(
            name="CashThreshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("threshold_minor", models.BigIntegerField(verbose_name="threshold")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "threshold of cash reports",
                "verbose_name_plural": "thresholds of cash reports",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("threshold_minor__gt", 0)), name="cash_threshold_is_positive"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("country"), "="),
                            (models.F("currency"), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="country_has_one_cash_threshold_at_any_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CashWatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("business_date", models.DateField(verbose_name="business date")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("cash_minor", models.BigIntegerField(default=0, verbose_name="cash")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "cash of a person in a day",
                "verbose_name_plural": "cash of people by day",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "business_date", "currency"), name="cash_of_a_person_stands_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cash_minor__gte", 0)), name="cash_of_a_person_is_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CashReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("threshold_minor", models.BigIntegerField(verbose_name="threshold")),
                ("opened_at", models.DateTimeField(verbose_name="due since")),
                (
                    "filing_number",
                    core.fields.LineField(blank=True, max_length=60, verbose_name="number of the filing"),
                ),
                ("filed_at", models.DateTimeField(blank=True, null=True, verbose_name="filed at")),
                (
                    "filed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "watch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="report", to="finance.cashwatch"
                    ),
                ),
            ],
            options={
                "verbose_name": "cash report",
                "verbose_name_plural": "cash reports",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("filed_at", None), ("filed_by", None), ("filing_number", "")),
                            models.Q(
                                ("filed_at__isnull", False),
                                ("filed_by__isnull", False),
                                models.Q(("filing_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cash_report_is_filed_under_a_number",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("approved", "approved"), ("retired", "retired")],
                        default="draft",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "commission plan",
                "verbose_name_plural": "commission plans",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="commission_plan_version_stands_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_by", None), ("status", "draft")),
                            models.Q(models.Q(("status", "draft"), _negated=True), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="commission_plan_is_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                        name="commission_plan_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("service", models.CharField(max_length=60, verbose_name="service")),
                (
                    "party",
                    models.CharField(
                        blank=True,
                        help_text="Its code; empty for the whole service.",
                        max_length=20,
                        verbose_name="biller or operator",
                    ),
                ),
                ("station_level", models.CharField(blank=True, max_length=16, verbose_name="station level")),
                ("amount_from_minor", models.BigIntegerField(default=0, verbose_name="from amount (included)")),
                (
                    "amount_to_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="to amount (not included)"),
                ),
                (
                    "total_kind",
                    models.CharField(
                        choices=[
                            ("percent", "percent of the base"),
                            ("flat", "flat"),
                            ("margin", "retail less wholesale"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("total_value", models.BigIntegerField(verbose_name="basis points or minor units")),
                ("floor_minor", models.BigIntegerField(blank=True, null=True, verbose_name="at least")),
                ("cap_minor", models.BigIntegerField(blank=True, null=True, verbose_name="at most")),
                ("window_days", models.PositiveSmallIntegerField(default=0, verbose_name="days until it is yours")),
                (
                    "once_per_target_minutes",
                    models.PositiveSmallIntegerField(default=0, verbose_name="minutes in which parts count as one"),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="finance.commissionplan"
                    ),
                ),
            ],
            options={
                "verbose_name": "commission rule",
                "verbose_name_plural": "commission rules",
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "position"), name="commission_rule_has_its_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("total_kind", "percent"), _negated=True),
                            models.Q(("total_value__gte", 0), ("total_value__lte", 10000)),
                            _connector="OR",
                        ),
                        name="commission_rule_percent_is_at_most_the_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total_value__gte", 0)), name="commission_rule_is_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_to_minor", None),
                            ("amount_to_minor__gt", models.F("amount_from_minor")),
                            _connector="OR",
                        ),
                        name="commission_rule_band_is_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("floor_minor", None),
                            ("cap_minor", None),
                            ("cap_minor__gte", models.F("floor_minor")),
                            _connector="OR",
                        ),
                        name="commission_rule_floor_is_below_cap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionLine",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("event_type", models.CharField(max_length=40)),
                ("event_id", models.CharField(max_length=64)),
                (
                    "beneficiary",
                    models.CharField(
                        choices=[
                            ("partner", "partner"),
                            ("helper", "helper"),
                            ("county", "county"),
                            ("hub", "township hub"),
                            ("carrier", "carrier"),
                            ("platform", "platform"),
                        ],
                        max_length=8,
                        verbose_name="beneficiary",
                    ),
                ),
                (
                    "payee",
                    models.UUIDField(blank=True, help_text="The user who earned it; empty for a county.", null=True),
                ),
                ("service", models.CharField(max_length=60, verbose_name="service")),
                ("base_minor", models.BigIntegerField(verbose_name="base")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("taken_at", models.DateTimeField(verbose_name="received at")),
                ("accrued_at", models.DateTimeField(verbose_name="earned at")),
                ("eligible_at", models.DateTimeField(verbose_name="yours from")),
                ("part", models.CharField(blank=True, default="", max_length=40)),
                ("target", models.CharField(blank=True, default="", max_length=120)),
                ("explanation", models.JSONField(verbose_name="explanation")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="finance.commissionline",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        help_text="The account that paid for it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commission_lines",
                        to="stations.station",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="finance.commissionrule",
                    ),
                ),
            ],
            options={
                "verbose_name": "commission line",
                "verbose_name_plural": "commission lines",
                "indexes": [
                    models.Index(
                        fields=["account", "eligible_at"],
                        include=("amount_minor", "reverses"),
                        name="commission_line_matures",
                    ),
                    models.Index(fields=["event_id", "event_type"], name="commission_line_by_event"),
                    models.Index(fields=["payee", "-id"], name="commission_line_of_payee"),
                    models.Index(fields=["station", "target", "taken_at"], name="commission_line_of_target"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("part", ""), ("reverses", None)),
                        fields=("event_type", "event_id", "beneficiary", "service"),
                        name="event_accrues_once_per_beneficiary_and_service",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reverses", models.F("id")), _negated=True),
                        name="commission_line_does_not_reverse_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommissionShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "beneficiary",
                    models.CharField(
                        choices=[
                            ("partner", "partner"),
                            ("helper", "helper"),
                            ("county", "county"),
                            ("hub", "township hub"),
                            ("carrier", "carrier"),
                            ("platform", "platform"),
                        ],
                        max_length=8,
                        verbose_name="beneficiary",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("percent_of_total", "percent of the total"),
                            ("percent_of_base", "percent of the base"),
                            ("flat", "flat"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("value", models.BigIntegerField(verbose_name="basis points or minor units")),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="finance.commissionrule"
                    ),
                ),
            ],
            options={
                "verbose_name": "commission share",
                "verbose_name_plural": "commission shares",
                "ordering": ("position",),
                "constraints": [
                    models.UniqueConstraint(fields=("rule", "position"), name="commission_share_has_its_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "flat"), ("value__gte", 0)),
                            models.Q(("value__gte", 0), ("value__lte", 10000)),
                            _connector="OR",
                        ),
                        name="commission_share_percent_is_at_most_the_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("beneficiary", "helper"), _negated=True),
                        name="helper_is_paid_from_the_partner_share_by_contract",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompensationRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("bill", "bill"),
                            ("recharge", "phone recharge"),
                            ("goods", "goods"),
                            ("travel", "travel"),
                            ("tour", "tour"),
                            ("loan", "loan"),
                            ("insurance", "insurance"),
                            ("health", "health"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="purpose",
                    ),
                ),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                ("due_days", models.PositiveSmallIntegerField(default=1, verbose_name="days that may pass")),
                ("per_day_minor", models.BigIntegerField(verbose_name="for every day after them")),
                ("cap_minor", models.BigIntegerField(verbose_name="at most")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "compensation rule",
                "verbose_name_plural": "compensation rules",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("country"), "="),
                            (models.F("purpose"), "="),
                            (models.F("currency"), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="purpose_has_one_compensation_rule_at_any_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("per_day_minor__gt", 0)), name="compensation_of_a_day_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cap_minor__gte", models.F("per_day_minor"))),
                        name="compensation_cap_holds_at_least_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                        name="compensation_rule_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                (
                    "amount_minor",
                    models.BigIntegerField(
                        default=0,
                        help_text="What the entry deducted from the account; 0 for a payment.",
                        verbose_name="disputed amount",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("money_taken_not_served", "paid, but nothing received"),
                            ("wrong_amount", "wrong amount"),
                            ("overcharged", "charged more than on the slip"),
                            ("duplicate", "paid twice"),
                            ("receipt", "slip missing or wrong"),
                            ("other", "something else"),
                        ],
                        max_length=24,
                        verbose_name="kind",
                    ),
                ),
                ("text", core.fields.LineField(blank=True, max_length=500, verbose_name="in words")),
                (
                    "channel",
                    models.CharField(
                        choices=[("counter", "at the counter"), ("sms", "by message")],
                        default="counter",
                        max_length=8,
                        verbose_name="source",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("logged", "recorded"),
                            ("assigned", "in progress"),
                            ("pending_with_provider", "the company is being asked"),
                            ("escalated", "overdue"),
                            ("resolved", "answered"),
                            ("closed", "closed"),
                        ],
                        default="logged",
                        max_length=24,
                        verbose_name="status",
                    ),
                ),
                ("logged_at", models.DateTimeField(verbose_name="recorded at")),
                ("assign_due_at", models.DateTimeField(verbose_name="to be assigned by")),
                ("provider_due_at", models.DateTimeField(blank=True, null=True, verbose_name="the company answers by")),
                ("due_at", models.DateTimeField(verbose_name="answer due by")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "upheld"), ("not_upheld", "nothing was wrong")],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("answer", core.fields.LineField(blank=True, max_length=500, verbose_name="answer")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("times_reopened", models.PositiveSmallIntegerField(default=0, verbose_name="times reopened")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "logged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="finance.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="complaints", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "complaint",
                "verbose_name_plural": "complaints",
                "indexes": [
                    models.Index(fields=["station", "-id"], name="complaint_of_station"),
                    models.Index(
                        condition=models.Q(
                            ("status__in", ["logged", "assigned", "pending_with_provider", "escalated"])
                        ),
                        fields=["due_at"],
                        name="complaint_open_by_clock",
                    ),
                    models.Index(
                        condition=models.Q(("status", "resolved")),
                        fields=["resolved_at"],
                        name="complaint_to_be_closed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_minor", 0), ("entry", None), ("payment__isnull", False)),
                            models.Q(("amount_minor__gt", 0), ("entry__isnull", False), ("payment", None)),
                            _connector="OR",
                        ),
                        name="complaint_is_about_a_payment_or_an_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome__in", ["upheld", "not_upheld"]),
                                ("resolved_at__isnull", False),
                                ("resolved_by__isnull", False),
                                ("status__in", ["resolved", "closed"]),
                            ),
                            models.Q(
                                models.Q(("status__in", ["resolved", "closed"]), _negated=True),
                                ("outcome", ""),
                                ("resolved_at", None),
                                ("resolved_by", None),
                            ),
                            _connector="OR",
                        ),
                        name="complaint_has_outcome_exactly_when_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["assigned", "pending_with_provider"]), _negated=True),
                            ("assignee__isnull", False),
                            _connector="OR",
                        ),
                        name="complaint_being_worked_on_has_its_worker",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("provider_due_at__isnull", False), ("status", "pending_with_provider")),
                            models.Q(("status", "pending_with_provider"), _negated=True),
                            _connector="OR",
                        ),
                        name="complaint_has_the_company_clock_while_it_is_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "sms"), ("logged_by", None)),
                            models.Q(("channel", "counter"), ("logged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="complaint_at_the_counter_names_who_wrote_it_down",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status__in", ["logged", "assigned", "pending_with_provider", "escalated"])
                        ),
                        fields=("payment", "kind"),
                        name="payment_has_one_open_complaint_of_a_kind",
                    ),
                    models.UniqueConstraint(fields=("entry",), name="entry_is_disputed_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayClose",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("business_date", models.DateField(verbose_name="business date")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("closing", "being settled"),
                            ("held", "on hold"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("from_at", models.DateTimeField(blank=True, null=True, verbose_name="from")),
                ("to_at", models.DateTimeField(verbose_name="to")),
                ("listed", models.JSONField(blank=True, default=dict, verbose_name="listed")),
                ("stopped_by", models.JSONField(blank=True, default=list, verbose_name="blocked by")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("reason", core.fields.LineField(blank=True, max_length=300, verbose_name="reason")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="requested at")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "day close",
                "verbose_name_plural": "day closes",
                "indexes": [
                    models.Index(fields=["business_date", "status"], name="day_close_by_date"),
                    models.Index(
                        condition=models.Q(("status", "closed"), _negated=True),
                        fields=["county"],
                        name="day_close_unfinished",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("county", "business_date"), name="county_closes_a_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("status", "closed")),
                            models.Q(
                                models.Q(("status", "closed"), _negated=True), ("closed_at", None), ("closed_by", None)
                            ),
                            _connector="OR",
                        ),
                        name="day_close_has_its_instant_exactly_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_at", None), ("asked_by", None), ("closed_by", None), ("reason", "")),
                            models.Q(
                                ("asked_at__isnull", False),
                                ("asked_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="day_is_closed_by_people_only_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_at", None), ("to_at__gt", models.F("from_at")), _connector="OR"),
                        name="day_close_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Denomination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("value_minor", models.BigIntegerField(verbose_name="value")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "denomination",
                "verbose_name_plural": "denominations",
                "constraints": [
                    models.UniqueConstraint(fields=("currency", "value_minor"), name="denomination_stands_once"),
                    models.CheckConstraint(condition=models.Q(("value_minor__gt", 0)), name="denomination_is_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FloatDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("date", models.DateField(verbose_name="date")),
                ("is_open", models.BooleanField(verbose_name="the station was open")),
                ("used_minor", models.BigIntegerField(default=0, verbose_name="used")),
                ("refusals", models.PositiveIntegerField(default=0, verbose_name="refused: float too low")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="float_days", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "day of a float",
                "verbose_name_plural": "days of floats",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("station", "date"), include=("is_open", "used_minor"), name="float_day_stands_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used_minor__gte", 0)), name="float_day_use_is_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FloatForecast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("date", models.DateField(verbose_name="date")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("need_minor", models.BigIntegerField(verbose_name="need")),
                ("available_minor", models.BigIntegerField(verbose_name="can be used")),
                ("until_date", models.DateField(verbose_name="next bank day")),
                (
                    "days_of_cover",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=12, null=True, verbose_name="days of cover"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("ok", "enough"), ("low", "low"), ("critical", "very low")],
                        max_length=8,
                        verbose_name="level",
                    ),
                ),
                ("suggested_minor", models.BigIntegerField(verbose_name="suggested top-up")),
                ("basis", models.JSONField(verbose_name="how it was calculated")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="float_forecasts",
                        to="stations.station",
                    ),
                ),
            ],
            options={
                "verbose_name": "float forecast",
                "verbose_name_plural": "float forecasts",
                "constraints": [
                    models.UniqueConstraint(fields=("station", "date"), name="float_forecast_stands_once"),
                    models.CheckConstraint(
                        condition=models.Q(("need_minor__gte", 0), ("suggested_minor__gte", 0)),
                        name="float_forecast_is_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_date__gt", models.F("date"))), name="float_forecast_looks_ahead"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days_of_cover", None), ("need_minor__gt", 0), _connector="OR"),
                        name="float_covers_days_only_of_a_need",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FloatTopUp",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "via",
                    models.CharField(
                        choices=[("bank", "bank transfer"), ("cash", "cash at the county centre")],
                        max_length=8,
                        verbose_name="method",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("reference", models.CharField(max_length=8, unique=True, verbose_name="reference")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("funds_seen", "money has arrived"),
                            ("credited", "added to the float"),
                            ("rejected", "rejected"),
                        ],
                        default="requested",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="requested at")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "bank_line",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topup",
                        to="finance.bankstatementline",
                    ),
                ),
                (
                    "credited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "matched_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topups_requested",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="topups", to="stations.station"
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transferkey",
                    ),
                ),
            ],
            options={
                "verbose_name": "float top-up",
                "verbose_name_plural": "float top-ups",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["requested", "funds_seen"])),
                        fields=["station", "-requested_at"],
                        name="topup_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="topup_amount_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "credited"), ("transfer__isnull", False)),
                            models.Q(models.Q(("status", "credited"), _negated=True), ("transfer", None)),
                            _connector="OR",
                        ),
                        name="topup_has_transfer_exactly_when_credited",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "funds_seen"), _negated=True),
                            ("bank_line__isnull", False),
                            _connector="OR",
                        ),
                        name="topup_seen_has_a_bank_line",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FloatTransfer",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("sent", "sent"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("recalled", "recalled"),
                            ("expired", "expired"),
                        ],
                        default="sent",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("expires_at", models.DateTimeField(verbose_name="waits until")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="floats_sent", to="stations.station"
                    ),
                ),
                (
                    "hold_transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transferkey"
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "to_station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="floats_received",
                        to="stations.station",
                    ),
                ),
            ],
            options={
                "verbose_name": "float transfer",
                "verbose_name_plural": "float transfers",
                "indexes": [
                    models.Index(fields=["from_station", "-id"], name="float_transfer_sent"),
                    models.Index(fields=["to_station", "-id"], name="float_transfer_received"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="float_transfer_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_station", models.F("to_station")), _negated=True),
                        name="float_transfer_is_between_two_stations",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("answered_by", None), ("status", "sent")),
                            models.Q(models.Q(("status", "sent"), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="float_transfer_has_ended_unless_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "accepted"), _negated=True),
                            ("answered_by", models.F("receiver")),
                            _connector="OR",
                        ),
                        name="float_transfer_is_accepted_by_its_receiver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("sent_at"))),
                        name="float_transfer_waits_for_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KnownError",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("title", core.fields.LineField(max_length=120, verbose_name="title")),
                ("title_zh", core.fields.LineField(max_length=120, verbose_name="title in Chinese")),
                ("text", core.fields.WordsField(verbose_name="what it does, and what to do")),
                ("text_zh", core.fields.WordsField(verbose_name="the same in Chinese")),
                ("from_at", models.DateTimeField(verbose_name="since")),
                ("to_at", models.DateTimeField(blank=True, null=True, verbose_name="fixed at")),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "known error",
                "verbose_name_plural": "known errors",
                "indexes": [models.Index(fields=["-from_at"], name="known_error_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_at", None), ("to_at__gt", models.F("from_at")), _connector="OR"),
                        name="known_error_is_mended_after_it_began",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LossCase",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("robbery", "robbery or theft"),
                            ("fire", "fire or water"),
                            ("lost_remittance", "cash lost in transit"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("insured_minor", models.BigIntegerField(default=0, verbose_name="paid by the insurer")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "police_number",
                    core.fields.LineField(blank=True, max_length=40, verbose_name="number of the police report"),
                ),
                ("insurer", core.fields.LineField(blank=True, max_length=80, verbose_name="insurer")),
                ("text", core.fields.WordsField(verbose_name="what happened")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "open"), ("closed", "closed")],
                        default="open",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("reported_at", models.DateTimeField(verbose_name="reported at")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="requested at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("files", models.ManyToManyField(blank=True, related_name="+", to="core.storedfile")),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="loss_cases", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "loss",
                "verbose_name_plural": "losses",
            },
        ),
        migrations.CreateModel(
            name="MergedPayer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("kept", models.UUIDField(verbose_name="surviving record")),
                ("merged", models.UUIDField(verbose_name="merged record")),
                ("payments", models.JSONField(verbose_name="payments")),
                ("refunds", models.JSONField(verbose_name="refund")),
                ("moved_at", models.DateTimeField(verbose_name="moved at")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="moved back at")),
            ],
            options={
                "verbose_name": "merged payer",
                "verbose_name_plural": "merged payers",
                "indexes": [models.Index(fields=["merged"], name="merged_payer_by_record")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("merged")), _negated=True),
                        name="payer_is_merged_into_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Operator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="name in Chinese")),
                ("country", models.CharField(default="CN", max_length=2, verbose_name="country")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                (
                    "prefixes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            max_length=8, validators=[django.core.validators.RegexValidator("^[0-9]+$")]
                        ),
                        help_text="Without the country's code; the longest that fits decides.",
                        size=None,
                        verbose_name="first digits of its numbers",
                    ),
                ),
                (
                    "phone_pattern",
                    models.CharField(
                        default="1[3-9][0-9]{9}",
                        help_text="Of the national digits.",
                        max_length=120,
                        verbose_name="pattern of its numbers",
                    ),
                ),
                (
                    "wholesale_bp",
                    models.PositiveSmallIntegerField(
                        default=10000,
                        help_text="What we owe for an amount without a plan.",
                        verbose_name="wholesale, basis points",
                    ),
                ),
                (
                    "reversal_days",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="0: only on the same day.", verbose_name="days to ask back"
                    ),
                ),
                ("min_amount_minor", models.BigIntegerField(verbose_name="minimum amount")),
                ("max_amount_minor", models.BigIntegerField(verbose_name="maximum amount")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.provider"
                    ),
                ),
            ],
            options={
                "verbose_name": "operator",
                "verbose_name_plural": "operators",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wholesale_bp__gt", 0), ("wholesale_bp__lte", 10000)),
                        name="operator_wholesale_is_within_retail",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_amount_minor__gte", models.F("min_amount_minor")), ("min_amount_minor__gt", 0)
                        ),
                        name="operator_amounts_are_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                        name="operator_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OverShort",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "found",
                    models.CharField(
                        choices=[
                            ("opening", "when the day was opened"),
                            ("hand_over", "when the till was handed over"),
                            ("closing", "when the day was closed"),
                            ("remittance", "when delivered cash was counted"),
                            ("late", "when a device sent late cash"),
                        ],
                        max_length=12,
                        verbose_name="found",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                (
                    "late_minor",
                    models.BigIntegerField(
                        default=0,
                        help_text="Cash of a device that had not reached us when it was counted.",
                        verbose_name="of which recovered",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("found_at", models.DateTimeField(verbose_name="found at")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "not explained yet"),
                            ("explained", "explained"),
                            ("charge_proposed", "charge proposed"),
                            ("charged", "charged"),
                            ("disputed", "disputed"),
                            ("absorbed", "absorbed by the company"),
                            ("returned", "returned to its owner"),
                            ("cleared", "explained by cash that arrived later"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("explanation", core.fields.WordsField(blank=True, verbose_name="explanation")),
                ("explained_at", models.DateTimeField(blank=True, null=True, verbose_name="explained at")),
                ("proposed_at", models.DateTimeField(blank=True, null=True, verbose_name="charge proposed at")),
                ("notice_at", models.DateTimeField(blank=True, null=True, verbose_name="informed at")),
                ("charged_at", models.DateTimeField(blank=True, null=True, verbose_name="charged at")),
                ("dispute_text", core.fields.WordsField(blank=True, verbose_name="dispute")),
                ("disputed_at", models.DateTimeField(blank=True, null=True, verbose_name="disputed at")),
                (
                    "asked_for",
                    models.CharField(
                        blank=True,
                        choices=[("absorb", "let the company absorb it"), ("return", "return it to its owner")],
                        max_length=8,
                        verbose_name="requested",
                    ),
                ),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="requested at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("decision", core.fields.WordsField(blank=True, verbose_name="decision")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cash_day",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="over_shorts",
                        to="finance.cashday",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("files", models.ManyToManyField(blank=True, related_name="+", to="core.storedfile")),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="over_shorts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner_payment",
                    models.ForeignKey(
                        blank=True,
                        help_text="The payment whose payer the money belongs to.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="finance.payment",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="over_shorts", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "cash difference",
                "verbose_name_plural": "cash differences",
            },
        ),
        migrations.CreateModel(
            name="OverShortMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("found", "found"),
                            ("late", "recovered"),
                            ("charged", "charged"),
                            ("charge_reversed", "charge reversed"),
                            ("absorbed", "absorbed by the company"),
                            ("returned", "refunded"),
                            ("insured", "paid by the insurer"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("posted_at", models.DateTimeField(verbose_name="posted at")),
                (
                    "account",
                    models.ForeignKey(
                        help_text="The other account.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "loss_case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="finance.losscase",
                    ),
                ),
                (
                    "over_short",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="finance.overshort",
                    ),
                ),
                (
                    "over_short_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transferkey"
                    ),
                ),
            ],
            options={
                "verbose_name": "posting of a difference",
                "verbose_name_plural": "postings of differences",
                "indexes": [
                    models.Index(
                        condition=models.Q(("kind__in", ["charged", "charge_reversed"])),
                        fields=["account", "posted_at"],
                        name="over_short_charge_of_account",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("loss_case", None), ("over_short__isnull", False)),
                            models.Q(("loss_case__isnull", False), ("over_short", None)),
                            _connector="OR",
                        ),
                        name="over_short_move_is_of_a_difference_or_a_loss",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True), name="over_short_move_is_of_an_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayableLine",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("event_type", models.CharField(max_length=40)),
                ("event_id", models.CharField(max_length=64)),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("accrued_at", models.DateTimeField(verbose_name="earned at")),
                ("eligible_at", models.DateTimeField(verbose_name="due from")),
                ("unfunded", models.BooleanField(default=False, verbose_name="unfunded")),
                ("explanation", models.JSONField(verbose_name="explanation")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="finance.payableline",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        help_text="The account that paid for it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                    ),
                ),
            ],
            options={
                "verbose_name": "payable line",
                "verbose_name_plural": "payable lines",
                "indexes": [
                    models.Index(
                        fields=["account", "eligible_at"],
                        include=("amount_minor", "reverses"),
                        name="payable_line_matures",
                    ),
                    models.Index(fields=["event_id", "event_type"], name="payable_line_by_event"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reverses", None)),
                        fields=("event_type", "event_id", "account"),
                        name="event_is_payable_once_per_account",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LineHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                ("held_at", models.DateTimeField(verbose_name="held at")),
                ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="released at")),
                (
                    "commission_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="finance.commissionline",
                    ),
                ),
                (
                    "payable_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="finance.payableline",
                    ),
                ),
            ],
            options={
                "verbose_name": "hold on a line",
                "verbose_name_plural": "holds on lines",
                "indexes": [models.Index(fields=["released_at"], name="line_hold_by_release")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("commission_line", None), ("payable_line__isnull", False)),
                            models.Q(("commission_line__isnull", False), ("payable_line", None)),
                            _connector="OR",
                        ),
                        name="line_hold_names_one_line",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("released_at", None)),
                        fields=("commission_line",),
                        name="commission_line_has_one_open_hold",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("released_at", None)),
                        fields=("payable_line",),
                        name="payable_line_has_one_open_hold",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_at", None), ("released_at__gte", models.F("held_at")), _connector="OR"
                        ),
                        name="line_hold_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayeeAccount",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="ledger.account",
                    ),
                ),
                ("payee", models.CharField(max_length=64, verbose_name="payee")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("partner", "partner"),
                            ("helper", "helper"),
                            ("county", "county"),
                            ("hub", "township hub"),
                            ("tutor", "tutor"),
                            ("guide", "guide"),
                            ("supplier", "supplier"),
                            ("farmer", "farmer"),
                            ("carrier", "carrier"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "account of a payee",
                "verbose_name_plural": "accounts of payees",
                "indexes": [
                    models.Index(fields=["county", "account"], name="payee_account_of_county"),
                    models.Index(fields=["payee"], name="payee_account_of_payee"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayeeDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("matured_minor", models.BigIntegerField(verbose_name="matured")),
                ("reversed_minor", models.BigIntegerField(verbose_name="reversed")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "payee's day",
                "verbose_name_plural": "payees' days",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "business_date"),
                        include=("matured_minor", "reversed_minor"),
                        name="account_matures_once_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("succeeded", "paid"),
                            ("failed", "not paid"),
                            ("reversed", "returned by the company"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("reason", core.fields.LineField(max_length=300, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("decided", "decided")],
                        default="proposed",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="finance.payment"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "manual decision",
                "verbose_name_plural": "manual decisions",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False), ("decided_by__isnull", False), ("status", "decided")
                            ),
                            models.Q(("decided_at", None), ("decided_by", None), ("status", "proposed")),
                            _connector="OR",
                        ),
                        name="payment_decision_has_its_decider_exactly_when_decided",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "proposed")),
                        fields=("payment",),
                        name="payment_has_one_proposal_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "decided")),
                        fields=("payment", "outcome"),
                        name="payment_is_decided_so_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutAccount",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("payee", models.CharField(max_length=64, verbose_name="payee")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bank", "bank account"),
                            ("cash_at_station", "cash at a station"),
                            ("float", "into the float"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("bank_code", models.CharField(blank=True, max_length=14, verbose_name="bank")),
                ("holder_name", core.fields.LineField(blank=True, max_length=80, verbose_name="name of the holder")),
                ("account_cipher", models.BinaryField(blank=True, null=True)),
                ("account_key_no", models.PositiveSmallIntegerField(blank=True, editable=False, null=True)),
                ("account_tail", models.CharField(blank=True, max_length=4, verbose_name="end of the number")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "in its waiting period"),
                            ("active", "in use"),
                            ("restricted", "stopped"),
                            ("rejected", "rejected"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("usable_from", models.DateTimeField(verbose_name="usable from")),
                ("set_at", models.DateTimeField(verbose_name="set at")),
                ("replaced_at", models.DateTimeField(blank=True, null=True, verbose_name="replaced at")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "payout account",
                "verbose_name_plural": "payout accounts",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")), fields=["usable_from"], name="payout_account_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)),
                        fields=("payee",),
                        name="payee_has_one_standing_payout_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("account_cipher__isnull", False),
                                ("account_key_no__isnull", False),
                                ("kind", "bank"),
                                ("station", None),
                                models.Q(("bank_code", ""), _negated=True),
                                models.Q(("holder_name", ""), _negated=True),
                                models.Q(("account_tail", ""), _negated=True),
                            ),
                            models.Q(
                                ("account_cipher", None),
                                ("account_key_no", None),
                                ("account_tail", ""),
                                ("bank_code", ""),
                                ("kind__in", ["cash_at_station", "float"]),
                                ("station__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="payout_account_holds_what_its_kind_needs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "bank"), ("user__isnull", False), _connector="OR"),
                        name="payout_in_cash_or_float_is_to_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("usable_from__gt", models.F("set_at"))),
                        name="payout_account_waits_before_it_is_usable",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["restricted", "rejected"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="payout_account_says_why_it_is_stopped",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutBatch",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("bank_account", models.CharField(max_length=40, verbose_name="our bank account")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("calculated", "calculated"),
                            ("approved", "approved"),
                            ("exported", "file written"),
                            ("submitted", "with the bank"),
                            ("settled", "paid"),
                            ("partially_settled", "partly paid"),
                            ("cancelled", "cancelled"),
                        ],
                        default="open",
                        max_length=18,
                        verbose_name="status",
                    ),
                ),
                ("line_count", models.PositiveIntegerField(default=0, verbose_name="payouts")),
                ("total_minor", models.BigIntegerField(default=0, verbose_name="total")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("calculated_at", models.DateTimeField(blank=True, null=True, verbose_name="calculated at")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                ("exported_at", models.DateTimeField(blank=True, null=True, verbose_name="file written at")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="received by the bank at")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                (
                    "file_ref",
                    models.UUIDField(
                        default=core.fields.uuid7, editable=False, unique=True, verbose_name="reference of the file"
                    ),
                ),
                ("file_cipher", models.BinaryField(blank=True, null=True)),
                ("file_key_no", models.PositiveSmallIntegerField(blank=True, editable=False, null=True)),
                ("file_sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the file")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calculated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole network.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                        verbose_name="region",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.provider",
                        verbose_name="bank",
                    ),
                ),
            ],
            options={
                "verbose_name": "payout batch",
                "verbose_name_plural": "payout batches",
                "indexes": [models.Index(fields=["status", "-id"], name="payout_batch_by_status")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["open", "calculated", "cancelled"]),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="payout_batch_is_approved_before_money_moves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("exported_at", None), ("file_cipher", None), ("file_key_no", None), ("file_sha256", "")
                            ),
                            models.Q(
                                ("exported_at__isnull", False),
                                ("file_cipher__isnull", False),
                                ("file_key_no__isnull", False),
                                models.Q(("file_sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payout_batch_has_its_file_exactly_when_exported",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["exported", "submitted"]), _negated=True),
                            ("exported_at__isnull", False),
                            _connector="OR",
                        ),
                        name="payout_batch_is_written_before_it_leaves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", False),
                                ("status__in", ["settled", "partially_settled", "cancelled"]),
                            ),
                            models.Q(
                                models.Q(("status__in", ["settled", "partially_settled", "cancelled"]), _negated=True),
                                ("finished_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="payout_batch_has_finish_exactly_when_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total_minor__gte", 0)), name="payout_batch_total_is_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutLine",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "our_ref",
                    models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("line_no", models.PositiveIntegerField(blank=True, null=True, verbose_name="line of the file")),
                ("payee", models.CharField(max_length=64, verbose_name="payee")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "waiting for approval"),
                            ("approved", "approved"),
                            ("processing", "with the bank"),
                            ("paid", "paid"),
                            ("failed", "not paid"),
                            ("returned", "came back"),
                            ("reissued", "paid again"),
                            ("left_out", "excluded"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("return_code", models.CharField(blank=True, max_length=40, verbose_name="the bank's reason")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid at")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="finance.payoutbatch",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
                (
                    "hold_transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transferkey",
                    ),
                ),
                (
                    "payout_account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="finance.payoutaccount",
                    ),
                ),
                (
                    "reissues",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reissued_as",
                        to="finance.payoutline",
                    ),
                ),
            ],
            options={
                "verbose_name": "payout",
                "verbose_name_plural": "payouts",
            },
        ),
        migrations.CreateModel(
            name="BankReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "was_told",
                    models.BooleanField(
                        default=False,
                        help_text="The bank has already reported this payout as failed.",
                        verbose_name="informed before",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="matched at")),
                (
                    "explanation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended_as",
                        to="finance.bankexplanation",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_out",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sends",
                        to="finance.bankexplanation",
                        verbose_name="sent out with",
                    ),
                ),
                (
                    "payout",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_return",
                        to="finance.payoutline",
                    ),
                ),
            ],
            options={
                "verbose_name": "returned money",
                "verbose_name_plural": "returned money",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("payout__isnull", False), ("sent_out", None)),
                            models.Q(("payout", None), ("sent_out__isnull", False), ("was_told", False)),
                            _connector="OR",
                        ),
                        name="bank_return_is_a_payout_or_went_out_again",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_out", models.F("explanation")), _negated=True),
                        name="bank_return_does_not_send_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[("talktime", "talktime"), ("data", "data"), ("bundle", "bundle")],
                        default="talktime",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="name in Chinese")),
                ("face_amount_minor", models.BigIntegerField(verbose_name="face amount")),
                ("wholesale_amount_minor", models.BigIntegerField(verbose_name="wholesale amount")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="finance.operator"
                    ),
                ),
            ],
            options={
                "verbose_name": "plan of an operator",
                "verbose_name_plural": "plans of operators",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("face_amount_minor__gte", models.F("wholesale_amount_minor")),
                            ("wholesale_amount_minor__gt", 0),
                        ),
                        name="plan_wholesale_is_within_face",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                        name="plan_ends_after_it_begins",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("operator"), "="),
                            (models.F("code"), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="plan_has_one_price_at_any_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("file_date", models.DateField(verbose_name="file date")),
                ("sequence", models.PositiveSmallIntegerField(verbose_name="sequence")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("line_count", models.PositiveIntegerField(verbose_name="lines")),
                ("total_minor", models.BigIntegerField(verbose_name="total")),
                ("fee_minor", models.BigIntegerField(verbose_name="fees")),
                (
                    "to_decide_count",
                    models.PositiveIntegerField(default=0, verbose_name="lines to decide individually"),
                ),
                ("added_count", models.PositiveIntegerField(default=0, verbose_name="lines added")),
                ("gone_count", models.PositiveIntegerField(default=0, verbose_name="lines removed")),
                ("changed_count", models.PositiveIntegerField(default=0, verbose_name="lines changed")),
                ("imported_at", models.DateTimeField(verbose_name="imported at")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.provider"
                    ),
                ),
                (
                    "raw",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty once the raw file has been deleted.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.dailyfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "provider file",
                "verbose_name_plural": "provider files",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "file_date", "sequence"), name="provider_file_stands_once_in_sequence"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("line_no", models.PositiveIntegerField(verbose_name="line")),
                ("provider_ref", models.CharField(max_length=64, verbose_name="provider's reference")),
                ("our_ref", models.CharField(max_length=64, verbose_name="our reference")),
                ("kind", models.CharField(max_length=12, verbose_name="kind")),
                ("status", models.CharField(max_length=12, verbose_name="status")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("fee_minor", models.BigIntegerField(verbose_name="fee")),
                ("completed_at", models.DateTimeField(verbose_name="completed at")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="finance.providerfile"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="provider_lines",
                        to="finance.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a provider file",
                "verbose_name_plural": "lines of provider files",
                "indexes": [models.Index(fields=["our_ref"], name="provider_line_by_reference")],
                "constraints": [
                    models.UniqueConstraint(fields=("file", "line_no"), name="provider_line_stands_once"),
                    models.UniqueConstraint(
                        fields=("file", "our_ref", "status"), name="provider_line_says_a_status_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderSum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("kind", models.CharField(max_length=12, verbose_name="kind")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("fee_minor", models.BigIntegerField(default=0, verbose_name="fee retained")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("reference", models.CharField(max_length=40, verbose_name="reference")),
                ("due_date", models.DateField(verbose_name="settled by")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                ("ledger_minor", models.BigIntegerField(blank=True, null=True, verbose_name="in our ledger")),
                (
                    "bank_line",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settled_sum",
                        to="finance.bankstatementline",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sums", to="finance.providerfile"
                    ),
                ),
            ],
            options={
                "verbose_name": "sum of a provider file",
                "verbose_name_plural": "sums of provider files",
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at", None)), fields=["due_date"], name="provider_sum_unsettled"
                    ),
                    models.Index(fields=["reference"], name="provider_sum_by_reference"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("file", "kind"), name="provider_sum_stands_once_per_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("bank_line", None), ("settled_at__isnull", False), _connector="OR"),
                        name="provider_sum_knows_when_it_was_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderSumShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "party",
                    models.CharField(
                        choices=[("biller", "biller"), ("operator", "operator")], max_length=8, verbose_name="account"
                    ),
                ),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("kept_minor", models.BigIntegerField(verbose_name="not passed on")),
                (
                    "sum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="finance.providersum"
                    ),
                ),
            ],
            options={
                "verbose_name": "share of a sum",
                "verbose_name_plural": "shares of sums",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sum", "party", "code"), name="provider_sum_has_one_share_of_each_party"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[("in_progress", "in progress"), ("final", "final"), ("refund", "refund")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("lines", models.JSONField(verbose_name="lines")),
                (
                    "names",
                    models.JSONField(
                        default=dict,
                        help_text="As issued: station, payer (masked), village (id).",
                        verbose_name="names",
                    ),
                ),
                ("verify_code", models.CharField(max_length=32, unique=True)),
                ("issued_at", models.DateTimeField(verbose_name="issued at")),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="finance.payment"
                    ),
                ),
            ],
            options={
                "verbose_name": "receipt",
                "verbose_name_plural": "receipts",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "in_progress")),
                        fields=("payment",),
                        name="payment_has_one_slip_in_progress",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "final")), fields=("payment",), name="payment_has_one_final_receipt"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptPrint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("copy_no", models.PositiveSmallIntegerField()),
                ("printed_at", models.DateTimeField()),
                (
                    "printed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prints", to="finance.receipt"
                    ),
                ),
            ],
            options={
                "verbose_name": "printing",
                "verbose_name_plural": "printings",
                "constraints": [
                    models.UniqueConstraint(fields=("receipt", "copy_no"), name="receipt_copy_stands_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReconItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("missing_internal", "only they have it"),
                            ("missing_provider", "only we have it"),
                            ("amount", "amount differs"),
                            ("status", "status differs"),
                            ("duplicate", "duplicate"),
                            ("fee", "fee differs"),
                            ("file", "file missing"),
                            ("late", "in an adjacent day"),
                            ("currency", "currency differs"),
                            ("rule", "no commission rule fits"),
                        ],
                        max_length=18,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unmatched", "unmatched"),
                            ("matched", "explained automatically"),
                            ("exception", "needs attention"),
                            ("assigned", "in progress"),
                            ("resolved", "resolved"),
                            ("written_off", "written off"),
                        ],
                        default="unmatched",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "sides",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("ours", "our books"),
                                ("provider", "the company"),
                                ("bank", "the bank"),
                                ("ledger", "the ledger"),
                            ],
                            max_length=8,
                        ),
                        blank=True,
                        default=list,
                        size=3,
                        verbose_name="sides",
                    ),
                ),
                ("our_ref", models.CharField(blank=True, max_length=64)),
                ("dedupe_key", models.CharField(max_length=160, unique=True)),
                ("subject_date", models.DateField(blank=True, null=True, verbose_name="of the day")),
                ("amount_diff_minor", models.BigIntegerField(default=0, verbose_name="difference")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("detail", models.JSONField(default=dict, verbose_name="detail")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("reason_code", models.CharField(blank=True, max_length=24, verbose_name="reason")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="in words")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recon_items",
                        to="finance.payment",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.provider",
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transferkey",
                    ),
                ),
                (
                    "write_off_asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reconciliation item",
                "verbose_name_plural": "reconciliation items",
                "indexes": [
                    models.Index(fields=["status", "opened_at"], name="recon_item_by_age"),
                    models.Index(
                        condition=models.Q(("status__in", ["unmatched", "exception", "assigned"])),
                        fields=["opened_at", "id"],
                        name="recon_item_open",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["unmatched", "exception", "assigned"])),
                        fields=["kind", "opened_at", "id"],
                        name="recon_item_open_of_kind",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ["unmatched", "exception", "assigned"])),
                        fields=["our_ref"],
                        name="recon_item_open_of_reference",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False), ("status__in", ("matched", "resolved", "written_off"))
                            ),
                            models.Q(
                                models.Q(("status__in", ("matched", "resolved", "written_off")), _negated=True),
                                ("closed_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="recon_item_has_an_end_exactly_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "assigned"), _negated=True), ("owner__isnull", False), _connector="OR"
                        ),
                        name="recon_item_has_an_owner_when_assigned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["resolved", "written_off"]), _negated=True),
                            models.Q(("reason_code", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="recon_item_has_a_reason_when_people_closed_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "written_off"), _negated=True),
                            models.Q(
                                ("closed_by__isnull", False),
                                ("transfer__isnull", False),
                                ("write_off_asked_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="recon_item_written_off_has_its_transfer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(
                        blank=True, default="", help_text="Unique forever: one cause, one refund.", max_length=160
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("failed_payment", "the payment failed"),
                            ("reversed", "returned by the company"),
                            ("duplicate_payment", "paid twice"),
                            ("late_payment", "paid too late"),
                            ("cancelled", "cancelled"),
                            ("return", "returned"),
                            ("compensation", "compensation"),
                            ("goodwill", "goodwill"),
                            ("payout", "payout in cash"),
                            ("variance", "surplus in the till"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("customer_funds", "cash"), ("online", "online")], max_length=16, verbose_name="source"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("granted", "granted"),
                            ("ready_for_cash", "ready to refund"),
                            ("locked", "locked: too many wrong codes"),
                            ("paid_out", "refunded in cash"),
                            ("spent", "used for another payment"),
                            ("went_back", "went back to the account"),
                            ("pending", "being refunded to the payer's account"),
                            ("succeeded", "back on the payer's account"),
                            ("failed", "did not arrive"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "notes",
                    models.CharField(
                        blank=True,
                        choices=[("drawer", "from the drawer"), ("own", "the partner's own cash")],
                        max_length=8,
                        verbose_name="notes",
                    ),
                ),
                ("ready_at", models.DateTimeField(blank=True, null=True, verbose_name="ready at")),
                ("code_hash", models.CharField(blank=True, max_length=128)),
                ("code_sent_at", models.DateTimeField(blank=True, null=True, verbose_name="code sent at")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("codes_sent", models.PositiveSmallIntegerField(default=0)),
                ("codes_sent_on", models.DateField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="code expires at")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="refunded at")),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("code", "code from the phone"),
                            ("slip", "slip, witness and photo"),
                            ("document", "identity document, witness and photo"),
                        ],
                        max_length=8,
                        verbose_name="against",
                    ),
                ),
                (
                    "our_ref",
                    models.UUIDField(blank=True, help_text="Of the newest online refund.", null=True, unique=True),
                ),
                ("failure_code", models.CharField(blank=True, max_length=40, verbose_name="failure")),
                (
                    "handed_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                    ),
                ),
                (
                    "hold_transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_refund",
                        to="ledger.transferkey",
                    ),
                ),
                (
                    "paid_at_station",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds_paid",
                        to="stations.station",
                    ),
                ),
                (
                    "paid_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds_paid",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="finance.payment",
                    ),
                ),
                (
                    "payout_line",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund",
                        to="finance.payoutline",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who gets it if no payment tells.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="stations.person",
                    ),
                ),
                (
                    "spent_on",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funded_by",
                        to="finance.payment",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="stations.station"
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paid_refund",
                        to="ledger.transferkey",
                    ),
                ),
                (
                    "witnessed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund",
                "verbose_name_plural": "refunds",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("status__in", ["granted", "ready_for_cash", "locked", "pending", "failed"])
                        ),
                        fields=["station", "ready_at"],
                        name="refund_still_owed",
                    ),
                    models.Index(fields=["payment"], name="refund_of_payment"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True), fields=("key",), name="one_cause_is_one_refund"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="refund_amount_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("payment", None),
                                ("payout_line__isnull", False),
                                ("reason", "payout"),
                                ("receiver__isnull", False),
                            ),
                            models.Q(
                                models.Q(("reason", "payout"), _negated=True),
                                ("payout_line", None),
                                models.Q(("status", "went_back"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="refund_names_payout_and_receiver_exactly_when_paid_out_in_cash",
                    ),
                    models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="refund_code_has_five_tries"),
                    models.CheckConstraint(
                        condition=models.Q(("codes_sent__lte", 3)), name="refund_sends_three_codes_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("notes__in", ["drawer", "own"]),
                                ("paid_at__isnull", False),
                                ("paid_at_station__isnull", False),
                                ("paid_by__isnull", False),
                                ("status", "paid_out"),
                                ("transfer__isnull", False),
                            ),
                            models.Q(
                                models.Q(("status", "paid_out"), _negated=True), ("notes", ""), ("transfer", None)
                            ),
                            _connector="OR",
                        ),
                        name="refund_has_cash_transfer_exactly_when_handed_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("spent_on__isnull", False), ("status", "spent")),
                            models.Q(models.Q(("status", "spent"), _negated=True), ("spent_on", None)),
                            _connector="OR",
                        ),
                        name="refund_names_the_payment_it_paid_exactly_when_spent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("source", "online"), ("status__in", ["granted", "pending", "succeeded", "failed"])
                            ),
                            models.Q(
                                ("source", "customer_funds"),
                                (
                                    "status__in",
                                    ["granted", "ready_for_cash", "locked", "paid_out", "spent", "went_back"],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="refund_state_fits_its_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("hold_transfer__isnull", False),
                                ("our_ref__isnull", False),
                                ("status__in", ["pending", "succeeded"]),
                            ),
                            models.Q(("status__in", ["pending", "succeeded"]), _negated=True),
                            _connector="OR",
                        ),
                        name="refund_online_has_its_order_and_hold",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "failed"), models.Q(("failure_code", ""), _negated=True)),
                            models.Q(models.Q(("status", "failed"), _negated=True), ("failure_code", "")),
                            _connector="OR",
                        ),
                        name="refund_has_failure_code_exactly_when_failed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("payment__isnull", False), ("receiver__isnull", False), _connector="OR"),
                        name="refund_is_owed_to_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reason", "compensation")),
                        fields=("payment",),
                        name="payment_is_compensated_once",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="overshort",
            name="refund",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="over_short",
                to="finance.refund",
            ),
        ),
        migrations.CreateModel(
            name="Goodwill",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("alone_minor", models.BigIntegerField(verbose_name="maximum for one approver")),
                ("needs_two", models.BooleanField(verbose_name="needs two people")),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("offered", "waits for a second person"),
                            ("given", "given"),
                            ("rejected", "rejected"),
                        ],
                        default="offered",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("offered_at", models.DateTimeField(verbose_name="offered at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="goodwill", to="finance.payment"
                    ),
                ),
                (
                    "refund",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goodwill",
                        to="finance.refund",
                    ),
                ),
            ],
            options={
                "verbose_name": "goodwill",
                "verbose_name_plural": "goodwill",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="goodwill_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_minor__gt", models.F("alone_minor")), ("needs_two", True)),
                            models.Q(("amount_minor__lte", models.F("alone_minor")), ("needs_two", False)),
                            _connector="OR",
                        ),
                        name="goodwill_needs_two_exactly_above_the_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("refund__isnull", False), ("status", "given")),
                            models.Q(models.Q(("status", "given"), _negated=True), ("refund", None)),
                            _connector="OR",
                        ),
                        name="goodwill_has_its_refund_exactly_when_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("status", "offered")),
                            models.Q(
                                models.Q(("status", "offered"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="goodwill_has_its_decider_exactly_when_decided",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "offered")),
                        fields=("payment",),
                        name="payment_has_one_open_offer_of_goodwill",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompensationRecovery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transferkey"
                    ),
                ),
                (
                    "refund",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recovery", to="finance.refund"
                    ),
                ),
            ],
            options={
                "verbose_name": "recovered compensation",
                "verbose_name_plural": "recovered compensations",
            },
        ),
        migrations.CreateModel(
            name="RefundCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("confirmed", "the person has been informed"),
                            ("not_reached", "not reached"),
                            ("denied", "the person says it is not theirs"),
                        ],
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("note", core.fields.LineField(blank=True, max_length=200, verbose_name="note")),
                ("called_at", models.DateTimeField(verbose_name="called at")),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="calls", to="finance.refund"
                    ),
                ),
            ],
            options={
                "verbose_name": "refund call",
                "verbose_name_plural": "refund calls",
            },
        ),
        migrations.CreateModel(
            name="Remittance",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "direction",
                    models.CharField(
                        choices=[("to_county", "to the county"), ("to_station", "change for the station")],
                        max_length=10,
                        verbose_name="direction",
                    ),
                ),
                (
                    "via",
                    models.CharField(
                        choices=[("carrier", "carried by a person"), ("bank_slip", "paid in at the bank")],
                        max_length=10,
                        verbose_name="method",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("reference", models.CharField(max_length=8, unique=True, verbose_name="reference")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("declared", "declared"),
                            ("in_transit", "in transit"),
                            ("received", "received"),
                            ("matched", "arrived in full"),
                            ("short", "less arrived"),
                            ("over", "more arrived"),
                            ("lost", "lost in transit"),
                            ("cancelled", "cancelled"),
                        ],
                        default="declared",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("declared_at", models.DateTimeField(verbose_name="declared at")),
                ("given_at", models.DateTimeField(blank=True, null=True, verbose_name="given at")),
                (
                    "taken_at",
                    models.DateTimeField(
                        blank=True, help_text="When the carrier signed.", null=True, verbose_name="received at"
                    ),
                ),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="received at")),
                ("received_minor", models.BigIntegerField(blank=True, null=True, verbose_name="received")),
                (
                    "received_pieces",
                    models.JSONField(blank=True, default=dict, help_text="Pieces by value in minor units."),
                ),
                (
                    "bank_line",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remittance",
                        to="finance.bankstatementline",
                    ),
                ),
                (
                    "carrier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.station"
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handed_transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transferkey",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "slip_photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remittances", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "remittance",
                "verbose_name_plural": "remittances",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["declared", "in_transit"])),
                        fields=["station", "declared_at"],
                        name="remittance_under_way",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="remittance_amount_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("bank_line", None), ("slip_photo", None), ("via", "carrier")),
                            models.Q(
                                ("carrier", None), ("direction", "to_county"), ("taken_at", None), ("via", "bank_slip")
                            ),
                            _connector="OR",
                        ),
                        name="remittance_is_carried_or_paid_in",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handed_transfer", None), ("status", "declared")),
                            models.Q(("handed_transfer", None), ("status", "cancelled")),
                            models.Q(
                                ("given_at__isnull", False),
                                ("given_by__isnull", False),
                                ("handed_transfer__isnull", False),
                                models.Q(
                                    models.Q(
                                        ("carrier__isnull", False), ("taken_at__isnull", False), ("via", "carrier")
                                    ),
                                    models.Q(("slip_photo__isnull", False), ("via", "bank_slip")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="remittance_leaves_with_two_signatures_or_a_slip",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_minor", models.F("amount_minor")), ("status", "matched")),
                            models.Q(("received_minor__lt", models.F("amount_minor")), ("status", "short")),
                            models.Q(("received_minor__gt", models.F("amount_minor")), ("status", "over")),
                            models.Q(("received_minor__isnull", False), ("status", "received")),
                            models.Q(
                                ("received_minor", None),
                                ("status__in", ["declared", "in_transit", "lost", "cancelled"]),
                            ),
                            _connector="OR",
                        ),
                        name="remittance_status_agrees_with_what_arrived",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="overshort",
            name="remittance",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="over_shorts",
                to="finance.remittance",
            ),
        ),
        migrations.AddField(
            model_name="losscase",
            name="remittance",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="loss_case",
                to="finance.remittance",
            ),
        ),
        migrations.CreateModel(
            name="Reversal",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "our_ref",
                    models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[("wrong_number", "wrong number"), ("wrong_household", "wrong household")],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                (
                    "slip_no",
                    models.CharField(
                        blank=True, help_text="Empty: the payer's code.", max_length=32, verbose_name="slip shown"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "asked"), ("taken_back", "reversed"), ("refused", "refused")],
                        default="asked",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("refusal_code", models.CharField(blank=True, max_length=40, verbose_name="why refused")),
                ("asked_at", models.DateTimeField(verbose_name="requested at")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="escalated at")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reversals", to="finance.payment"
                    ),
                ),
            ],
            options={
                "verbose_name": "payment recall",
                "verbose_name_plural": "payment recalls",
                "indexes": [
                    models.Index(
                        condition=models.Q(("reviewed_at", None), ("status", "asked")),
                        fields=["asked_at"],
                        name="reversal_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["asked", "taken_back"])),
                        fields=("payment",),
                        name="payment_is_asked_back_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("status", "asked")),
                            models.Q(models.Q(("status", "asked"), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="reversal_has_its_answer_exactly_when_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "refused"), models.Q(("refusal_code", ""), _negated=True)),
                            models.Q(models.Q(("status", "refused"), _negated=True), ("refusal_code", "")),
                            _connector="OR",
                        ),
                        name="reversal_has_a_reason_exactly_when_refused",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("date", models.DateField(verbose_name="date")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("own_bills", "bills of one's own household"),
                            ("reversals", "many payments reversed"),
                            ("witness", "one witness for many refunds"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("subject", models.CharField(max_length=64, verbose_name="who")),
                ("figures", models.JSONField(verbose_name="figures")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "risk row",
                "verbose_name_plural": "risk rows",
                "indexes": [models.Index(fields=["-date", "kind"], name="risk_row_by_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("date", "kind", "subject"), name="risk_row_stands_once_a_night")
                ],
            },
        ),
        migrations.CreateModel(
            name="SettleChunk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("business_date", models.DateField(verbose_name="business date")),
                ("from_payee", models.BigIntegerField(verbose_name="from account")),
                ("to_payee", models.BigIntegerField(verbose_name="to account")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                (
                    "county",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "chunk of a settlement",
                "verbose_name_plural": "chunks of settlements",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("county", "business_date", "from_payee"), name="settlement_chunk_is_done_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_payee__gte", models.F("from_payee"))),
                        name="settlement_chunk_is_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("payee", models.CharField(max_length=64, verbose_name="payee")),
                (
                    "payee_kind",
                    models.CharField(
                        choices=[
                            ("partner", "partner"),
                            ("helper", "helper"),
                            ("county", "county"),
                            ("hub", "township hub"),
                            ("tutor", "tutor"),
                            ("guide", "guide"),
                            ("supplier", "supplier"),
                            ("farmer", "farmer"),
                            ("carrier", "carrier"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "period",
                    models.CharField(
                        choices=[("weekly", "weekly"), ("monthly", "monthly")], max_length=8, verbose_name="period"
                    ),
                ),
                ("period_from", models.DateField(verbose_name="from")),
                ("period_to", models.DateField(verbose_name="to")),
                ("from_at", models.DateTimeField(blank=True, null=True, verbose_name="from instant")),
                ("to_at", models.DateTimeField(verbose_name="to instant")),
                ("opening_minor", models.BigIntegerField(verbose_name="carried forward")),
                ("accrued_minor", models.BigIntegerField(verbose_name="earned")),
                ("reversed_minor", models.BigIntegerField(verbose_name="reversed")),
                ("adjusted_minor", models.BigIntegerField(verbose_name="corrected")),
                ("disputes_held_minor", models.BigIntegerField(verbose_name="disputed, not deducted")),
                ("tax_minor", models.BigIntegerField(verbose_name="tax withheld")),
                ("charges_minor", models.BigIntegerField(verbose_name="charges")),
                ("payable_minor", models.BigIntegerField(verbose_name="paid out")),
                ("carried_minor", models.BigIntegerField(verbose_name="carried over")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="hash")),
                ("previous_sha256", models.CharField(blank=True, max_length=64, verbose_name="hash before")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("calculated", "calculated"),
                            ("closed", "closed"),
                            ("paid", "paid"),
                            ("carried", "carried over"),
                        ],
                        default="calculated",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("calculated_at", models.DateTimeField(verbose_name="calculated at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payee_statements",
                        to="ledger.account",
                    ),
                ),
                (
                    "carried_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brought_forward",
                        to="finance.statement",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
                (
                    "previous",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="following",
                        to="finance.statement",
                    ),
                ),
                (
                    "tax_transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transferkey",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement of a payee",
                "verbose_name_plural": "statements of payees",
            },
        ),
        migrations.AddField(
            model_name="payoutline",
            name="statement",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payouts",
                to="finance.statement",
            ),
        ),
        migrations.CreateModel(
            name="StatementTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                (
                    "payee_kind",
                    models.CharField(
                        choices=[
                            ("partner", "partner"),
                            ("helper", "helper"),
                            ("county", "county"),
                            ("hub", "township hub"),
                            ("tutor", "tutor"),
                            ("guide", "guide"),
                            ("supplier", "supplier"),
                            ("farmer", "farmer"),
                            ("carrier", "carrier"),
                        ],
                        max_length=8,
                        verbose_name="payee",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "period",
                    models.CharField(
                        choices=[("weekly", "weekly"), ("monthly", "monthly")],
                        default="weekly",
                        max_length=8,
                        verbose_name="period",
                    ),
                ),
                ("minimum_minor", models.BigIntegerField(default=1, verbose_name="paid from")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "statement terms",
                "verbose_name_plural": "statement terms",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (stations.places.models.HashOfKey("country", "payee_kind", "currency"), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="payee_kind_has_one_period_at_any_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum_minor__gte", 1)), name="statement_minimum_is_above_nothing"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                        name="statement_terms_end_after_they_begin",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StationMoney",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                (
                    "mode",
                    models.CharField(
                        choices=[("prepaid", "prepaid"), ("postpaid", "postpaid")], max_length=8, verbose_name="mode"
                    ),
                ),
                ("ceiling_minor", models.BigIntegerField(verbose_name="till ceiling")),
                (
                    "warn_bp",
                    models.PositiveSmallIntegerField(default=8000, verbose_name="warning, basis points of the ceiling"),
                ),
                ("float_min_minor", models.BigIntegerField(verbose_name="minimum float")),
                ("float_max_minor", models.BigIntegerField(verbose_name="maximum float")),
                ("cash_min_minor", models.BigIntegerField(verbose_name="minimum cash")),
                ("cash_max_minor", models.BigIntegerField(verbose_name="maximum cash")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="money_rules", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "money rules of a station",
                "verbose_name_plural": "money rules of stations",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("station"), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="station_has_one_money_rule_at_any_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ceiling_minor__gt", 0)), name="till_ceiling_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("warn_bp__lte", 10000)), name="till_warning_is_a_part_of_the_ceiling"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("float_max_minor__gte", models.F("float_min_minor")), ("float_min_minor__gte", 0)
                        ),
                        name="float_limits_are_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cash_max_minor__gte", models.F("cash_min_minor")), ("cash_min_minor__gte", 0)
                        ),
                        name="cash_limits_are_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tariff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("service", models.CharField(max_length=60, verbose_name="service")),
                (
                    "kind",
                    models.CharField(
                        choices=[("flat", "flat"), ("percent", "percent")], max_length=8, verbose_name="kind"
                    ),
                ),
                ("value", models.BigIntegerField(verbose_name="basis points or minor units")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                ("cap_minor", models.BigIntegerField(blank=True, null=True, verbose_name="at most")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "tariff",
                "verbose_name_plural": "tariffs",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "flat"), ("value__gte", 0)),
                            models.Q(("kind", "percent"), ("value__gte", 0), ("value__lte", 10000)),
                            _connector="OR",
                        ),
                        name="tariff_percent_is_at_most_the_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                        name="tariff_ends_after_it_begins",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("service"), "="),
                            (models.F("currency"), "="),
                            (django.db.models.functions.comparison.Coalesce(models.F("division"), 0), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="service_has_one_tariff_at_a_place_and_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                (
                    "payee_kind",
                    models.CharField(
                        choices=[
                            ("partner", "partner"),
                            ("helper", "helper"),
                            ("county", "county"),
                            ("hub", "township hub"),
                            ("tutor", "tutor"),
                            ("guide", "guide"),
                            ("supplier", "supplier"),
                            ("farmer", "farmer"),
                            ("carrier", "carrier"),
                        ],
                        max_length=8,
                        verbose_name="payee",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "method",
                    models.CharField(
                        choices=[("flat_bp", "one rate"), ("labour_brackets", "brackets of labour income")],
                        max_length=16,
                        verbose_name="method",
                    ),
                ),
                ("table", models.JSONField(verbose_name="table")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "tax rule",
                "verbose_name_plural": "tax rules",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (stations.places.models.HashOfKey("country", "payee_kind", "currency"), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="payee_kind_has_one_tax_rule_at_any_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                        name="tax_rule_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="statement",
            name="tax_rule",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.taxrule",
            ),
        ),
        migrations.CreateModel(
            name="TillCustody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("held", "in hand"), ("handed_over", "handed over"), ("ended", "ended with the day")],
                        default="held",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("to_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                (
                    "cash_day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="custodies", to="finance.cashday"
                    ),
                ),
                (
                    "count",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody",
                        to="finance.cashcount",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "till custody",
                "verbose_name_plural": "till custody",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "held")), fields=("cash_day",), name="one_person_holds_the_till"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("count", None), ("status", "held"), ("to_at", None)),
                            models.Q(
                                models.Q(("status", "held"), _negated=True),
                                ("count__isnull", False),
                                ("to_at__gte", models.F("from_at")),
                            ),
                            _connector="OR",
                        ),
                        name="till_is_given_up_with_a_count",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TopUpCash",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("counted_minor", models.BigIntegerField(verbose_name="counted")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("lines", models.JSONField(verbose_name="pieces by value")),
                ("counted_at", models.DateTimeField(verbose_name="counted at")),
                ("code_hash", models.CharField(blank=True, max_length=128)),
                ("code_sent_at", models.DateTimeField(blank=True, null=True, verbose_name="code sent at")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="code ends at")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("codes_sent", models.PositiveSmallIntegerField(default=0)),
                (
                    "signed_with",
                    models.CharField(
                        blank=True, choices=[("code", "code"), ("pin", "PIN")], max_length=4, verbose_name="signed with"
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="signed at")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.station"
                    ),
                ),
                (
                    "counted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "topup",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cash", to="finance.floattopup"
                    ),
                ),
            ],
            options={
                "verbose_name": "cash for a top-up",
                "verbose_name_plural": "cash for top-ups",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("counted_minor__gt", 0)), name="topup_cash_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at", None), ("signed_by", None), ("signed_with", "")),
                            models.Q(
                                ("signed_at__isnull", False),
                                ("signed_by__isnull", False),
                                models.Q(("signed_with", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="topup_cash_is_signed_whole_or_not_at_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("event_type", models.CharField(max_length=40)),
                ("event_id", models.CharField(max_length=64)),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("accrual_missing", "earnings are missing"),
                            ("accrual_wrong", "earnings are wrong"),
                            ("duplicate", "counted twice"),
                            ("agreed", "agreed with the payee"),
                            ("pricing_error", "our price was wrong"),
                        ],
                        max_length=16,
                        verbose_name="reason",
                    ),
                ),
                ("text", core.fields.LineField(max_length=300, verbose_name="in words")),
                (
                    "status",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("approved", "approved"), ("rejected", "rejected")],
                        default="proposed",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="checked at")),
                (
                    "eligible_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Never before the payment it corrects; later while that one is waiting.",
                        null=True,
                        verbose_name="effective from",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transferkey",
                    ),
                ),
            ],
            options={
                "verbose_name": "adjustment",
                "verbose_name_plural": "adjustments",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True), name="adjustment_is_of_an_amount"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("checked_by__isnull", False), ("status", "approved"), ("transfer__isnull", False)
                            ),
                            models.Q(models.Q(("status", "approved"), _negated=True), ("transfer", None)),
                            _connector="OR",
                        ),
                        name="adjustment_has_transfer_exactly_when_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("eligible_at__gte", models.F("checked_at")),
                                ("eligible_at__isnull", False),
                                ("status", "approved"),
                            ),
                            models.Q(models.Q(("status", "approved"), _negated=True), ("eligible_at", None)),
                            _connector="OR",
                        ),
                        name="adjustment_counts_from_its_approval_or_later",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="billpayment",
            name="biller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="finance.biller"
            ),
        ),
        migrations.AddField(
            model_name="billpayment",
            name="fetch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="finance.billfetch",
            ),
        ),
        migrations.AddField(
            model_name="billpayment",
            name="household",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bill_payments",
                to="stations.household",
            ),
        ),
        migrations.AddField(
            model_name="recharge",
            name="operator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="recharges", to="finance.operator"
            ),
        ),
        migrations.AddField(
            model_name="recharge",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recharges",
                to="finance.plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="cashcount",
            constraint=models.CheckConstraint(
                condition=models.Q(("total_minor__gte", 0)), name="cash_count_is_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="overshort",
            index=models.Index(
                condition=models.Q(("status__in", ["absorbed", "returned", "cleared", "charged"]), _negated=True),
                fields=["station", "found_at"],
                name="over_short_unsettled",
            ),
        ),
        migrations.AddIndex(
            model_name="overshort",
            index=models.Index(fields=["holder"], name="over_short_of_holder"),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="over_short_is_a_difference"
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount_minor__gt", 0), ("late_minor__gte", 0), ("late_minor__lte", models.F("amount_minor"))
                    ),
                    models.Q(("amount_minor__lt", 0), ("late_minor", 0)),
                    _connector="OR",
                ),
                name="over_short_finds_again_at_most_what_was_too_much",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cash_day__isnull", False), ("found__in", ["opening", "hand_over", "closing"])),
                    models.Q(("found", "remittance"), ("remittance__isnull", False)),
                    models.Q(("cash_day__isnull", False), ("found", "late")),
                    _connector="OR",
                ),
                name="over_short_says_where_it_was_found",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["charge_proposed", "charged"]), _negated=True),
                    models.Q(
                        ("amount_minor__lt", 0),
                        ("holder__isnull", False),
                        ("notice_at__isnull", False),
                        ("proposed_at__isnull", False),
                        ("proposed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="over_short_is_charged_to_who_held_the_till_and_was_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "charged_at__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("notice_at"), "+", models.Value(datetime.timedelta(days=7))
                            ),
                        ),
                        ("status", "charged"),
                        models.Q(("decided_by", None), _negated=True),
                    ),
                    models.Q(models.Q(("status", "charged"), _negated=True), ("charged_at", None)),
                    _connector="OR",
                ),
                name="over_short_is_charged_seven_days_after_the_notice",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by",
                condition=models.Q(("status", "charged")),
                makers=("proposed_by", "holder"),
                name="over_short_is_proposed_and_charged_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=stations.two_persons.TwoPersons(
                checker="proposed_by", makers=("holder",), name="nobody_proposes_a_charge_of_his_own"
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_at", None), ("asked_by", None), ("asked_for", "")),
                    models.Q(
                        models.Q(("asked_for", ""), _negated=True),
                        ("asked_at__isnull", False),
                        ("asked_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="over_short_is_asked_for_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("asked_by",), name="over_short_is_asked_and_decided_by_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["absorbed", "returned"]), _negated=True),
                    models.Q(("asked_for", "return"), ("decided_by", None), ("status", "absorbed")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("asked_by__isnull", False), ("disputed_at__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="over_short_is_let_go_by_two_people_or_after_a_dispute",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "disputed"), _negated=True),
                    models.Q(models.Q(("dispute_text", ""), _negated=True), ("disputed_at__isnull", False)),
                    _connector="OR",
                ),
                name="over_short_is_disputed_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_minor__gt", 0), ("refund__isnull", False), ("status", "returned")),
                    models.Q(models.Q(("status", "returned"), _negated=True), ("refund", None)),
                    _connector="OR",
                ),
                name="over_short_has_a_refund_exactly_when_returned",
            ),
        ),
        migrations.AddConstraint(
            model_name="overshort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "cleared"), _negated=True),
                    ("late_minor", models.F("amount_minor")),
                    _connector="OR",
                ),
                name="over_short_is_cleared_once_all_was_found_again",
            ),
        ),
        migrations.AddIndex(
            model_name="losscase",
            index=models.Index(condition=models.Q(("status", "open")), fields=["station"], name="loss_open"),
        ),
        migrations.AddConstraint(
            model_name="losscase",
            constraint=models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="loss_is_of_an_amount"),
        ),
        migrations.AddConstraint(
            model_name="losscase",
            constraint=models.CheckConstraint(
                condition=models.Q(("insured_minor__gte", 0), ("insured_minor__lte", models.F("amount_minor"))),
                name="insurer_pays_at_most_the_loss",
            ),
        ),
        migrations.AddConstraint(
            model_name="losscase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "lost_remittance"), ("remittance__isnull", False)),
                    models.Q(models.Q(("kind", "lost_remittance"), _negated=True), ("remittance", None)),
                    _connector="OR",
                ),
                name="loss_names_the_remittance_that_was_lost",
            ),
        ),
        migrations.AddConstraint(
            model_name="losscase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asked_by__isnull", False),
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("status", "closed"),
                    ),
                    models.Q(("closed_at", None), ("closed_by", None), ("status", "open")),
                    _connector="OR",
                ),
                name="loss_is_closed_by_somebody_exactly_when_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="losscase",
            constraint=stations.two_persons.TwoPersons(
                checker="closed_by",
                makers=("asked_by", "reported_by"),
                name="loss_is_closed_by_who_neither_reported_nor_asked",
            ),
        ),
        migrations.AddIndex(
            model_name="payoutline",
            index=models.Index(fields=["batch", "status"], name="payout_of_batch"),
        ),
        migrations.AddIndex(
            model_name="payoutline",
            index=models.Index(fields=["payee", "-our_ref"], name="payout_of_payee"),
        ),
        migrations.AddIndex(
            model_name="payoutline",
            index=models.Index(fields=["statement", "status"], name="payout_of_statement"),
        ),
        migrations.AddIndex(
            model_name="payoutline",
            index=models.Index(
                condition=models.Q(("status", "paid")), fields=["account"], name="payout_paid_of_account"
            ),
        ),
        migrations.AddIndex(
            model_name="payoutline",
            index=models.Index(condition=models.Q(("batch", None)), fields=["made_at"], name="payout_waiting"),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="payout_amount_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["draft", "approved", "processing", "paid"])),
                fields=("statement",),
                name="statement_is_in_one_live_payout",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.UniqueConstraint(
                fields=("batch", "line_no"), name="payout_line_number_stands_once_in_its_batch"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(("batch__isnull", False), ("status", "draft"), _connector="OR"),
                name="payout_waits_for_a_batch_only_as_a_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["approved", "processing"]), _negated=True),
                    ("hold_transfer__isnull", False),
                    _connector="OR",
                ),
                name="payout_is_held_while_the_bank_has_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(("batch", None), ("payout_account__isnull", False), _connector="OR"),
                name="payout_in_a_batch_knows_where_it_goes",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status__in", ["failed", "returned", "reissued", "left_out"]),
                        models.Q(("return_code", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status__in", ["failed", "returned", "reissued", "left_out"]), _negated=True),
                        ("return_code", ""),
                    ),
                    _connector="OR",
                ),
                name="payout_has_a_reason_exactly_when_it_did_not_stay_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["paid", "returned"]), _negated=True),
                    ("paid_at__isnull", False),
                    _connector="OR",
                ),
                name="payout_was_paid_before_it_came_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(("reissues", models.F("our_ref")), _negated=True),
                name="payout_does_not_reissue_itself",
            ),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["payee", "-period_to"], name="payee_statement_of_payee"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["county", "status", "period_to"], name="payee_statement_of_county"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(
                condition=models.Q(("status", "calculated")), fields=["account"], name="payee_statement_not_closed"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("account", "period_from"), name="account_has_one_statement_per_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "carried_minor",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("opening_minor"), "+", models.F("accrued_minor")
                                            ),
                                            "+",
                                            models.F("reversed_minor"),
                                        ),
                                        "+",
                                        models.F("adjusted_minor"),
                                    ),
                                    "-",
                                    models.F("tax_minor"),
                                ),
                                "-",
                                models.F("charges_minor"),
                            ),
                            "-",
                            models.F("payable_minor"),
                        ),
                    )
                ),
                name="payee_statement_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("payable_minor", 0),
                    models.Q(
                        (
                            "carried_minor__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("disputes_held_minor"), "*", models.Value(-1)
                            ),
                        ),
                        ("carried_minor__lte", 0),
                        ("payable_minor__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="payee_statement_is_paid_whole_or_carried",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("disputes_held_minor__gte", 0), ("tax_minor__gte", 0)),
                name="payee_statement_withholds_no_gift",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))),
                name="payee_statement_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("sha256", ""), ("status", "calculated"), ("tax_transfer", None)),
                    models.Q(
                        models.Q(("status", "calculated"), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                        ("closed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="payee_statement_has_its_hash_exactly_when_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "calculated"),
                    models.Q(("tax_minor", 0), ("tax_transfer", None)),
                    models.Q(("tax_minor__gt", 0), ("tax_transfer__isnull", False)),
                    _connector="OR",
                ),
                name="payee_statement_posts_its_tax",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "paid"), _negated=True), ("payable_minor__gt", 0), _connector="OR"
                ),
                name="payee_statement_is_paid_when_payable",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_into", None), models.Q(("payable_minor__gt", 0), ("status", "carried")), _connector="OR"
                ),
                name="payee_statement_is_brought_forward_when_carried_after_all",
            ),
        ),
        migrations.AddIndex(
            model_name="billpayment",
            index=models.Index(fields=["household", "-payment"], name="bill_payment_of_household"),
        ),
        migrations.AddConstraint(
            model_name="billpayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("allows_parts", False), ("is_live", True), models.Q(("bill_ref", ""), _negated=True)
                ),
                fields=("biller", "bill_ref"),
                name="bill_is_paid_by_one_live_payment",
            ),
        ),
        migrations.AddIndex(
            model_name="recharge",
            index=models.Index(fields=["phone", "-payment"], name="recharge_of_phone"),
        ),
        migrations.AddConstraint(
            model_name="recharge",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gte", models.F("wholesale_minor")), ("wholesale_minor__gt", 0)),
                name="recharge_wholesale_is_within_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="recharge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)),
                fields=("operator", "phone", "amount_minor"),
                name="recharge_is_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="commissionplan",
            constraint=stations.two_persons.TwoPersons(
                checker="approved_by", makers=("created_by",), name="commission_plan_is_approved_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=stations.two_persons.TwoPersons(
                checker="resolved_by",
                condition=models.Q(("entry__isnull", False)),
                makers=("logged_by",),
                name="dispute_is_decided_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="dayclose",
            constraint=stations.two_persons.TwoPersons(
                checker="closed_by", makers=("asked_by",), name="day_is_closed_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="floattopup",
            constraint=stations.two_persons.TwoPersons(
                checker="credited_by",
                makers=("matched_by", "requested_by"),
                name="topup_is_credited_by_who_neither_asked_nor_matched",
            ),
        ),
        migrations.AddConstraint(
            model_name="floattransfer",
            constraint=stations.two_persons.TwoPersons(
                checker="receiver", makers=("sent_by",), name="float_transfer_is_between_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentdecision",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("proposed_by",), name="payment_is_decided_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutaccount",
            constraint=stations.two_persons.TwoPersons(
                checker="confirmed_by", makers=("set_by",), name="payout_account_is_confirmed_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutbatch",
            constraint=stations.two_persons.TwoPersons(
                checker="approved_by",
                makers=("created_by", "calculated_by"),
                name="payout_batch_is_approved_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconitem",
            constraint=stations.two_persons.TwoPersons(
                checker="closed_by",
                condition=models.Q(("status", "written_off")),
                makers=("write_off_asked_by",),
                name="recon_item_is_written_off_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=stations.two_persons.TwoPersons(
                checker="witnessed_by",
                makers=("handed_to", "paid_by"),
                name="nobody_witnesses_what_he_gives_or_is_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="goodwill",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by",
                condition=models.Q(("needs_two", True), ("status", "given")),
                makers=("offered_by",),
                name="goodwill_above_the_limit_is_given_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=stations.two_persons.TwoPersons(
                checker="given_by", makers=("carrier",), name="remittance_is_given_and_carried_by_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=stations.two_persons.TwoPersons(
                checker="received_by",
                condition=models.Q(("via", "carrier")),
                makers=("given_by",),
                name="remittance_is_given_and_counted_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="topupcash",
            constraint=stations.two_persons.TwoPersons(
                checker="signed_by", makers=("counted_by",), name="topup_cash_is_counted_and_signed_by_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=stations.two_persons.TwoPersons(
                checker="checked_by", makers=("made_by",), name="adjustment_is_checked_by_another_person"
            ),
        ),
    ]

import core.fields
import core.spans
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import phonenumber_field.modelfields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0006_gateways_breaker_and_cutoff"),
        ("ledger", "0005_rights"),
        ("stations", "0005_login_code_made_at"),
        ("stations", "__first__"),
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
                    models.CharField(help_text="Unique for ever: one press, one payment.", max_length=160, unique=True),
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
                            ("owed", "money owed back"),
                        ],
                        max_length=8,
                        verbose_name="funding",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("agent_fee_minor", models.BigIntegerField(default=0, verbose_name="agent fee")),
                ("total_minor", models.BigIntegerField(verbose_name="total")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("cash_given_minor", models.BigIntegerField(blank=True, null=True, verbose_name="cash given")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("held", "set aside"),
                            ("submitted", "sent"),
                            ("pending", "in progress at the company"),
                            ("unknown", "no answer yet"),
                            ("manual_review", "people are checking"),
                            ("succeeded", "paid"),
                            ("failed", "not paid"),
                            ("partially_refunded", "partly given back"),
                            ("refunded", "given back"),
                            ("reversal_asked", "asked back"),
                            ("reversed", "taken back"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("taken_at", models.DateTimeField(verbose_name="taken at")),
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
                            ("cash_given_minor", None),
                            ("cash_given_minor__gte", models.F("total_minor")),
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
            name="BankStatementLine",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("bank_account", models.CharField(max_length=40, verbose_name="bank account")),
                ("value_date", models.DateField(verbose_name="value date")),
                ("line_ref", models.CharField(max_length=64, verbose_name="line reference")),
                (
                    "direction",
                    models.CharField(choices=[("in", "in"), ("out", "out")], max_length=3, verbose_name="direction"),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
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
                "indexes": [models.Index(fields=["bank_account", "-value_date"], name="bank_line_by_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("bank_account", "line_ref"), name="bank_line_stands_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="bank_line_amount_is_positive"
                    ),
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
                            ("optional", "may ask first"),
                            ("not_supported", "cannot be asked"),
                        ],
                        default="mandatory",
                        max_length=14,
                        verbose_name="asking for the bill",
                    ),
                ),
                (
                    "amount_rule",
                    models.CharField(
                        choices=[
                            ("exact", "exactly the bill"),
                            ("exact_or_above", "the bill or more"),
                            ("up_to", "up to the bill"),
                            ("any", "any amount"),
                        ],
                        default="exact",
                        max_length=16,
                        verbose_name="amount",
                    ),
                ),
                ("min_amount_minor", models.BigIntegerField(default=1, verbose_name="least amount")),
                ("max_amount_minor", models.BigIntegerField(default=100000000, verbose_name="most amount")),
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
                ("min_length", models.PositiveSmallIntegerField(default=1, verbose_name="least length")),
                ("max_length", models.PositiveSmallIntegerField(default=40, verbose_name="most length")),
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
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("parameters", models.JSONField(verbose_name="parameters")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "asked"),
                            ("found", "found"),
                            ("no_dues", "nothing is due"),
                            ("not_found", "no such customer"),
                            ("failed", "could not be asked"),
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
                ("minimum_minor", models.BigIntegerField(blank=True, null=True, verbose_name="least amount")),
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
                        help_text="False once the payment failed or was reversed: the bill may be paid again.",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("total_minor__gte", 0)), name="cash_count_is_not_negative"
                    )
                ],
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
                            ("balanced", "agrees with the books"),
                            ("variance_pending", "differs from the books"),
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
                            models.Q(("over_short_minor", 0), ("status", "closed")),
                            _connector="OR",
                        ),
                        name="cash_day_status_agrees_with_its_count",
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
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("created_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="commission_plan_is_approved_by_another_person",
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
                        help_text="Its code; empty for all of the service.",
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
                ("taken_at", models.DateTimeField(verbose_name="taken at")),
                ("accrued_at", models.DateTimeField(verbose_name="earned at")),
                ("eligible_at", models.DateTimeField(verbose_name="yours from")),
                ("part", models.CharField(blank=True, default="", max_length=40)),
                ("target", models.CharField(blank=True, default="", max_length=120)),
                ("explanation", models.JSONField(verbose_name="explanation")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
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
                        fields=["account", "eligible_at"], include=("amount_minor",), name="commission_line_of_account"
                    ),
                    models.Index(fields=["event_type", "event_id"], name="commission_line_of_event"),
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
                        verbose_name="by",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("reference", models.CharField(max_length=8, unique=True, verbose_name="reference")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "asked for"),
                            ("funds_seen", "money has arrived"),
                            ("credited", "added to the float"),
                            ("rejected", "rejected"),
                        ],
                        default="requested",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="asked at")),
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
                            ("matched_by", None),
                            ("credited_by", None),
                            models.Q(("matched_by", models.F("credited_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="topup_is_matched_and_credited_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credited_by", None),
                            models.Q(("credited_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="topup_is_not_credited_by_who_asked",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
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
                "indexes": [models.Index(fields=["account", "eligible_at"], name="payable_line_of_account")],
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.dailyfile"
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
                            ("missing_internal", "they have it, we do not"),
                            ("missing_provider", "we have it, they do not"),
                            ("amount", "another amount"),
                            ("status", "another state"),
                            ("duplicate", "twice"),
                            ("fee", "another fee"),
                            ("file", "file missing"),
                            ("late", "in a neighbouring day"),
                            ("currency", "another currency"),
                        ],
                        max_length=18,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unmatched", "open"),
                            ("matched", "explained by itself"),
                            ("exception", "needs a person"),
                            ("assigned", "being worked on"),
                            ("resolved", "resolved"),
                            ("written_off", "written off"),
                        ],
                        default="unmatched",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("our_ref", models.CharField(blank=True, max_length=64)),
                ("dedupe_key", models.CharField(max_length=160, unique=True)),
                ("amount_diff_minor", models.BigIntegerField(default=0, verbose_name="difference")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("detail", models.JSONField(default=dict, verbose_name="detail")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
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
            ],
            options={
                "verbose_name": "reconciliation item",
                "verbose_name_plural": "reconciliation items",
                "indexes": [models.Index(fields=["status", "opened_at"], name="recon_item_by_age")],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("failed_payment", "the payment failed"),
                            ("reversed", "taken back by the company"),
                            ("duplicate_payment", "paid twice"),
                            ("late_payment", "paid too late"),
                            ("cancelled", "cancelled"),
                            ("return", "returned"),
                            ("compensation", "compensation"),
                            ("goodwill", "goodwill"),
                            ("payout", "payout in cash"),
                            ("variance", "found in the till"),
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
                            ("ready_for_cash", "ready to hand back"),
                            ("locked", "locked: too many wrong codes"),
                            ("paid_out", "handed back"),
                            ("spent", "used for another payment"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "notes",
                    models.CharField(
                        blank=True,
                        choices=[("drawer", "from the drawer"), ("own", "the partner's own notes")],
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
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="handed back at")),
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
                        condition=models.Q(("status__in", ["granted", "ready_for_cash", "locked"])),
                        fields=["station", "ready_at"],
                        name="refund_open",
                    ),
                    models.Index(fields=["payment"], name="refund_of_payment"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="refund_amount_is_positive"
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
                ("ceiling_minor", models.BigIntegerField(default=500000, verbose_name="ceiling of the till")),
                (
                    "warn_bp",
                    models.PositiveSmallIntegerField(default=8000, verbose_name="warning, basis points of the ceiling"),
                ),
                ("float_min_minor", models.BigIntegerField(default=50000, verbose_name="least float")),
                ("float_max_minor", models.BigIntegerField(default=2000000, verbose_name="most float")),
                ("cash_min_minor", models.BigIntegerField(default=20000, verbose_name="least cash")),
                ("cash_max_minor", models.BigIntegerField(default=1000000, verbose_name="most cash")),
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
                                core.spans.DateSpan(
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
                            ("accrual_missing", "something earned was missing"),
                            ("accrual_wrong", "something earned was wrong"),
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
                            ("checked_by", None),
                            models.Q(("checked_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="adjustment_is_checked_by_another_person",
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
    ]

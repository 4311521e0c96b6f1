"""The tables of the ledger, but for transfers, which are partitioned."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0002_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=80, verbose_name="code")),
                ("kind", models.CharField(max_length=24, verbose_name="kind")),
                ("holder", models.UUIDField(blank=True, null=True, verbose_name="holder")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "normal_side",
                    models.CharField(
                        choices=[("debit", "debit"), ("credit", "credit")], max_length=6, verbose_name="normal side"
                    ),
                ),
                (
                    "limit",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("debits_within_credits", "debits within credits"),
                            ("credits_within_debits", "credits within debits"),
                        ],
                        default="none",
                        max_length=24,
                        verbose_name="limit",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[("live", "live"), ("queued", "queued")],
                        default="live",
                        max_length=6,
                        verbose_name="mode",
                    ),
                ),
                ("debits_posted", models.BigIntegerField(default=0)),
                ("credits_posted", models.BigIntegerField(default=0)),
                ("debits_pending", models.BigIntegerField(default=0)),
                ("credits_pending", models.BigIntegerField(default=0)),
                ("version", models.BigIntegerField(default=0)),
                ("last_entered_at", models.DateTimeField(blank=True, null=True, verbose_name="last entry at")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
            },
        ),
        migrations.CreateModel(
            name="Book",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("zone", models.CharField(max_length=40, verbose_name="time zone")),
                ("first_open_date", models.DateField(verbose_name="first open date")),
            ],
            options={
                "verbose_name": "book",
                "verbose_name_plural": "books",
            },
        ),
        migrations.CreateModel(
            name="TransferKey",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("pending_id", models.UUIDField(null=True, verbose_name="hold")),
                ("reversal_of", models.UUIDField(null=True, verbose_name="reversal of")),
                ("event_type", models.CharField(max_length=40, verbose_name="event type")),
                ("event_id", models.CharField(max_length=64, verbose_name="event")),
                ("leg_no", models.PositiveIntegerField(verbose_name="leg")),
                ("fingerprint", models.BinaryField()),
            ],
            options={
                "verbose_name": "transfer key",
                "verbose_name_plural": "transfer keys",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("pending_id__isnull", False)),
                        fields=("pending_id",),
                        name="hold_is_resolved_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reversal_of__isnull", False)),
                        fields=("reversal_of",),
                        name="transfer_is_reversed_once",
                    ),
                    models.UniqueConstraint(
                        fields=("event_type", "event_id", "leg_no"), name="event_leg_is_posted_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="month")),
                ("from_version", models.BigIntegerField(verbose_name="from version")),
                ("to_version", models.BigIntegerField(verbose_name="to version")),
                ("opening", models.BigIntegerField(verbose_name="opening balance in minor units")),
                ("closing", models.BigIntegerField(verbose_name="closing balance in minor units")),
                ("sha256", models.CharField(max_length=64, verbose_name="hash")),
                ("previous_sha256", models.CharField(blank=True, max_length=64, verbose_name="hash before")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "account statement",
                "verbose_name_plural": "account statements",
                "constraints": [
                    models.UniqueConstraint(fields=("account", "month"), name="account_month_has_one_statement"),
                    models.UniqueConstraint(fields=("account", "from_version"), name="entry_range_is_stated_once"),
                    models.CheckConstraint(
                        condition=models.Q(("from_version__gte", 1), ("to_version__gte", models.F("from_version"))),
                        name="statement_covers_at_least_one_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_version", 1), ("previous_sha256", "")),
                            models.Q(("from_version__gt", 1), models.Q(("previous_sha256", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="only_the_first_statement_has_no_hash_before",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField(verbose_name="started at")),
                ("finished_at", models.DateTimeField(verbose_name="finished at")),
                ("checks", models.PositiveSmallIntegerField(verbose_name="checks made")),
                ("findings", models.PositiveIntegerField(verbose_name="findings")),
                (
                    "book",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_runs",
                        to="ledger.book",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit run",
                "verbose_name_plural": "audit runs",
                "indexes": [models.Index(fields=["book", "-id"], name="audit_run_latest")],
            },
        ),
        migrations.CreateModel(
            name="AuditFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("check_code", models.CharField(max_length=60, verbose_name="check")),
                (
                    "scope",
                    models.CharField(
                        choices=[("payee", "payee"), ("county", "county"), ("book", "book")],
                        max_length=6,
                        verbose_name="scope",
                    ),
                ),
                ("scope_key", models.CharField(max_length=80, verbose_name="subject")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="fingerprint")),
                ("row_count", models.PositiveIntegerField(verbose_name="rows")),
                ("sample", models.JSONField(verbose_name="sample rows")),
                ("found_at", models.DateTimeField(verbose_name="first found at")),
                ("cleared_by", models.UUIDField(blank=True, null=True)),
                ("cleared_at", models.DateTimeField(blank=True, null=True, verbose_name="cleared at")),
                ("cleared_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "last_run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seen_findings", to="ledger.auditrun"
                    ),
                ),
                (
                    "book",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_findings",
                        to="ledger.book",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit finding",
                "verbose_name_plural": "audit findings",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("book", "check_code", "scope", "scope_key", "fingerprint"),
                        name="audit_finding_stands_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cleared_at", None), ("cleared_by", None), ("cleared_reason", "")),
                            models.Q(
                                ("cleared_at__isnull", False),
                                ("cleared_by__isnull", False),
                                models.Q(("cleared_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="audit_finding_is_cleared_by_a_person_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="account",
            name="book",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="accounts", to="ledger.book"
            ),
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.BigIntegerField(verbose_name="version")),
                (
                    "side",
                    models.CharField(
                        choices=[("debit", "debit"), ("credit", "credit")], max_length=6, verbose_name="side"
                    ),
                ),
                ("posted_delta", models.BigIntegerField(verbose_name="posted")),
                ("pending_delta", models.BigIntegerField(verbose_name="pending")),
                ("posted_after", models.BigIntegerField(verbose_name="posted afterwards")),
                ("pending_after", models.BigIntegerField(verbose_name="pending outflow afterwards")),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
            },
        ),
        migrations.CreateModel(
            name="MonthArchive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="month")),
                ("statements", models.BigIntegerField(verbose_name="statements")),
                ("entries", models.BigIntegerField(verbose_name="entries")),
                ("content_sha256", models.CharField(max_length=64, verbose_name="hash")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="archives", to="ledger.book"
                    ),
                ),
            ],
            options={
                "verbose_name": "archive of a month",
                "verbose_name_plural": "archives of months",
                "constraints": [models.UniqueConstraint(fields=("book", "month"), name="month_is_archived_once")],
            },
        ),
        migrations.CreateModel(
            name="QueuedEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("debit", "debit"), ("credit", "credit")], max_length=6, verbose_name="side"
                    ),
                ),
                ("posted_delta", models.BigIntegerField(verbose_name="posted")),
                ("pending_delta", models.BigIntegerField(verbose_name="pending")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="queue",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "queued entry",
                "verbose_name_plural": "queued entries",
            },
        ),
        migrations.CreateModel(
            name="RefundCounter",
            fields=[
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="refund_counter",
                        serialize=False,
                        to="ledger.transferkey",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount in minor units")),
                ("refunded_minor", models.BigIntegerField(default=0, verbose_name="refunded, in minor units")),
                ("slack_minor", models.BigIntegerField(default=0, verbose_name="tolerance in minor units")),
                ("is_reversed", models.BooleanField(default=False, verbose_name="reversed in full")),
            ],
            options={
                "verbose_name": "refund counter",
                "verbose_name_plural": "refund counters",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "refunded_minor__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("slack_minor"), "*", models.Value(-1)
                                ),
                            ),
                            (
                                "refunded_minor__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("amount_minor"), "+", models.F("slack_minor")
                                ),
                            ),
                        ),
                        name="refunds_stay_within_their_transfer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_reversed", False), ("refunded_minor", models.F("amount_minor")), _connector="OR"
                        ),
                        name="reversed_transfer_is_given_back_whole",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="queuedentry",
            name="transfer",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transferkey"
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="transfer",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="ledger.transferkey",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("holder__isnull", False)), fields=["holder"], name="account_of_holder"
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["book", "kind", "currency", "code", "id"], name="account_by_kind"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("book", "code", "currency"),
                name="open_account_code_is_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("id", "currency", "book"), name="account_currency_and_book_are_fixed"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credits_pending__gte", 0),
                    ("credits_posted__gte", 0),
                    ("debits_pending__gte", 0),
                    ("debits_posted__gte", 0),
                ),
                name="account_sums_are_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("limit", "debits_within_credits"), _negated=True),
                    (
                        "credits_posted__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("debits_posted"), "+", models.F("debits_pending")
                        ),
                    ),
                    _connector="OR",
                ),
                name="account_debits_stay_within_credits",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("limit", "credits_within_debits"), _negated=True),
                    (
                        "debits_posted__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("credits_posted"), "+", models.F("credits_pending")
                        ),
                    ),
                    _connector="OR",
                ),
                name="account_credits_stay_within_debits",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode", "live"), ("limit", "none"), _connector="OR"),
                name="queued_account_has_no_limit",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["account", "entered_at", "version"], name="entry_by_time"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("account", "version"), name="account_version_is_entered_once"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="entry_versions_start_at_one"
            ),
        ),
    ]

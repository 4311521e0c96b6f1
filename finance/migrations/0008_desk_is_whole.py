"""People say that a company took a success back; it bears compensations; statements pay what is disputed."""

import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

TABLES = ("finance_refundcall", "finance_compensationrecovery")
KEPT = "\n".join(f"CALL make_append_only('{table}');" for table in TABLES)
NOT_KEPT = "\n".join(
    f"DROP TRIGGER refuse_update_delete ON {table}; DROP TRIGGER refuse_truncate ON {table};"
    f" GRANT UPDATE, DELETE, TRUNCATE ON {table} TO ecomnet_app;"
    for table in TABLES
)
WHOLE = "payee_statement_is_paid_whole_or_carried"


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_extensions"),
        ("ledger", "0005_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("finance", "0007_one_tariff_at_a_place_and_date"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="statement", name=WHOLE),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=Q(payable_minor=0)
                | Q(payable_minor__gt=0, carried_minor__lte=0, carried_minor__gte=-F("disputes_held_minor")),
                name=WHOLE,
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="made_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Of cash that a device had kept: a claim.",
                null=True,
                verbose_name="by the device's clock",
            ),
        ),
        migrations.AlterField(
            model_name="paymentdecision",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="finance.payment"
            ),
        ),
        migrations.AlterField(
            model_name="paymentdecision",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("succeeded", "paid"),
                    ("failed", "not paid"),
                    ("reversed", "taken back by the company"),
                ],
                max_length=10,
                verbose_name="outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentdecision",
            constraint=models.UniqueConstraint(
                condition=Q(("status", "proposed")), fields=("payment",), name="payment_has_one_proposal_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentdecision",
            constraint=models.UniqueConstraint(
                condition=Q(("status", "decided")),
                fields=("payment", "outcome"),
                name="payment_is_decided_so_once",
            ),
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
                    "refund",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recovery", to="finance.refund"
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
                "verbose_name": "recovered compensation",
                "verbose_name_plural": "recovered compensations",
            },
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]

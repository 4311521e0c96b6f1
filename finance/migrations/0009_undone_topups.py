"""Top-ups that were wrong are undone by two persons."""

import core.fields
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0008_plans_have_one_currency"),
        ("ledger", "0004_reference_version"),
        ("stations", "0005_reference_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TopUpUndo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                ("asked_at", models.DateTimeField(verbose_name="requested at")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="undone at")),
            ],
            options={
                "verbose_name": "undone top-up",
                "verbose_name_plural": "undone top-ups",
            },
        ),
        migrations.RemoveConstraint(
            model_name="floattopup",
            name="topup_has_transfer_exactly_when_credited",
        ),
        migrations.AddField(
            model_name="bankexplanation",
            name="taken_back",
            field=models.OneToOneField(
                blank=True,
                help_text="The transfer that moved it back to suspense.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.transferkey",
            ),
        ),
        migrations.AlterField(
            model_name="floattopup",
            name="status",
            field=models.CharField(
                choices=[
                    ("requested", "requested"),
                    ("funds_seen", "money has arrived"),
                    ("credited", "added to the float"),
                    ("rejected", "rejected"),
                    ("undone", "undone"),
                ],
                default="requested",
                max_length=12,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="bankexplanation",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken_back", None), ("kind", "float"), _connector="OR"),
                name="bank_explanation_taken_back_is_of_a_float",
            ),
        ),
        migrations.AddConstraint(
            model_name="floattopup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "credited"), ("transfer__isnull", False)),
                    ("status", "undone"),
                    models.Q(models.Q(("status__in", ["credited", "undone"]), _negated=True), ("transfer", None)),
                    _connector="OR",
                ),
                name="topup_has_transfer_exactly_when_credited",
            ),
        ),
        migrations.AddConstraint(
            model_name="floattopup",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("status", "undone"), _negated=True), ("bank_line", None), _connector="OR"),
                name="topup_undone_leaves_its_bank_line_free",
            ),
        ),
        migrations.AddField(
            model_name="topupundo",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="topupundo",
            name="bank_line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.bankstatementline",
                verbose_name="bank line",
            ),
        ),
        migrations.AddField(
            model_name="topupundo",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="topupundo",
            name="topup",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undo",
                to="finance.floattopup",
                verbose_name="float top-up",
            ),
        ),
        migrations.AddField(
            model_name="topupundo",
            name="transfer",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.transferkey",
            ),
        ),
        migrations.AddConstraint(
            model_name="topupundo",
            constraint=stations.two_persons.TwoPersons(
                checker="done_by", makers=("asked_by",), name="topup_is_undone_by_another_person_than_asked"
            ),
        ),
        migrations.AddConstraint(
            model_name="topupundo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at", None), ("done_by", None), ("transfer", None)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="topup_undo_says_who_did_it_and_when",
            ),
        ),
        statements("finance", "undone_topups"),
    ]

"""A code that is read back on the phone, points that the county waives, and goods that go back to their supplier."""

import core.fields
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_hospital_systems"),
        ("orders", "0026_called_off"),
        ("stations", "0018_consents_by_withdrawal"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CodWaiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "order_taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="order taken by",
                    ),
                ),
                (
                    "refusal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiver",
                        to="orders.codrefusal",
                        verbose_name="parcel not taken",
                    ),
                ),
                (
                    "villager",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                        verbose_name="buyer",
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="waived by",
                    ),
                ),
            ],
            options={
                "verbose_name": "waived point of a parcel",
                "verbose_name_plural": "waived points of parcels",
            },
        ),
        migrations.RemoveConstraint(
            model_name="orderconsent",
            name="order_consent_by_code_names_its_phone",
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="given_back_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Goods of a supplier that their buyer does not get lie at the county centre until then.",
                null=True,
                verbose_name="returned to the supplier at",
            ),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="given_back_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="return recorded by",
            ),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="given_back_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("fetched", "fetched by the supplier"),
                    ("sent", "sent back to the supplier"),
                    ("never_came", "never came here"),
                ],
                max_length=10,
                verbose_name="how it was returned",
            ),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="given_back_photo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storedfile",
                verbose_name="photo of the signed paper",
            ),
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="given_back_words",
            field=core.fields.LineField(
                blank=True, max_length=200, verbose_name="who fetched it, or which carrier has it"
            ),
        ),
        migrations.AlterField(
            model_name="orderconsent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sms_code", "code by SMS"),
                    ("voice_read_back", "code by SMS, read back on the phone"),
                    ("printed_slip", "signature on the slip, with a witness"),
                    ("payer_payment", "payment by link"),
                    ("pledge", "money put into a group order"),
                    ("replacement", "goods brought back to be replaced"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddIndex(
            model_name="fulfilment",
            index=models.Index(
                condition=models.Q(
                    ("given_back_at", None), ("status__in", ["returned", "cancelled"]), ("supplier__isnull", False)
                ),
                fields=["allocated_at"],
                name="fulfilment_to_give_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("given_back_at", None),
                        ("given_back_by", None),
                        ("given_back_how", ""),
                        ("given_back_photo", None),
                        ("given_back_words", ""),
                    ),
                    models.Q(
                        models.Q(
                            models.Q(("given_back_how", ""), _negated=True),
                            models.Q(("given_back_words", ""), _negated=True),
                        ),
                        ("given_back_at__isnull", False),
                        ("given_back_by__isnull", False),
                        ("status__in", ["returned", "cancelled"]),
                        ("supplier__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="goods_not_handed_over_go_back_to_their_supplier_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("given_back_how", "fetched"), _negated=True),
                    ("given_back_photo__isnull", False),
                    _connector="OR",
                ),
                name="goods_that_a_supplier_fetches_are_signed_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["sms_code", "voice_read_back"]),
                        models.Q(("code_hash", ""), _negated=True),
                        models.Q(("phone", ""), _negated=True),
                        ("witness", None),
                    ),
                    models.Q(("code_hash", ""), ("kind", "printed_slip"), ("phone", "")),
                    models.Q(
                        ("code_hash", ""),
                        ("kind__in", ["payer_payment", "pledge", "replacement"]),
                        ("phone", ""),
                        ("witness", None),
                    ),
                    _connector="OR",
                ),
                name="order_consent_by_code_names_its_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="codwaiver",
            constraint=stations.two_persons.TwoPersons(
                checker="waived_by",
                makers=("order_taken_by", "villager"),
                name="points_are_waived_by_another_than_seller_and_buyer",
            ),
        ),
        statements("orders", "waiver_triggers"),
    ]

"""Links by which somebody without a login pays for an order, and payment as agreement."""

import core.fields
import core.signed_refs
import django.db.models.deletion
import phonenumber_field.modelfields
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0017_teachers"),
        ("orders", "0005_returns"),
        ("stations", "0011_teachers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentLink",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "ref",
                    models.CharField(default=core.signed_refs.new_ref, editable=False, max_length=8, unique=True),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone of the payer"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "waiting to be paid"),
                            ("paid", "paid"),
                            ("late", "paid too late, refunded"),
                            ("reversed", "reversed by the payer's bank"),
                            ("cancelled", "cancelled"),
                            ("expired", "expired"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "payment link",
                "verbose_name_plural": "payment links",
            },
        ),
        migrations.RemoveConstraint(
            model_name="orderconsent",
            name="order_consent_by_code_names_its_phone",
        ),
        migrations.RemoveConstraint(
            model_name="orderconsent",
            name="signed_consent_has_a_witness",
        ),
        migrations.AlterField(
            model_name="order",
            name="pay_method",
            field=models.CharField(
                choices=[
                    ("cash_on_delivery", "cash on delivery"),
                    ("station_cash", "paid in advance at the station"),
                    ("online", "paid by link, by a relative or someone else"),
                ],
                max_length=16,
                verbose_name="way of paying",
            ),
        ),
        migrations.AlterField(
            model_name="orderconsent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sms_code", "code by SMS"),
                    ("printed_slip", "signature on the slip, with a witness"),
                    ("payer_payment", "payment by link"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "sms_code"),
                        models.Q(("code_hash", ""), _negated=True),
                        models.Q(("phone", ""), _negated=True),
                        ("witness", None),
                    ),
                    models.Q(("code_hash", ""), ("kind", "printed_slip"), ("phone", "")),
                    models.Q(("code_hash", ""), ("kind", "payer_payment"), ("phone", ""), ("witness", None)),
                    _connector="OR",
                ),
                name="order_consent_by_code_names_its_phone",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderconsent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("given_at", None),
                    models.Q(("kind", "printed_slip"), _negated=True),
                    ("witness__isnull", False),
                    _connector="OR",
                ),
                name="signed_consent_has_a_witness",
            ),
        ),
        migrations.AddField(
            model_name="paymentlink",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="paymentlink",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="orders.order",
                verbose_name="order of goods",
            ),
        ),
        migrations.AddField(
            model_name="paymentlink",
            name="payment",
            field=models.OneToOneField(
                blank=True,
                help_text="The newest attempt; another begins only when it has failed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payment_link",
                to="finance.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentlink",
            index=models.Index(fields=["order", "-id"], name="payment_link_of_order"),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("order",), name="order_has_one_open_link"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="link_asks_for_more_than_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))), name="link_expires_after_it_was_made"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["paid", "late", "reversed"]), _negated=True),
                    ("payment__isnull", False),
                    _connector="OR",
                ),
                name="paid_link_has_its_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="link_has_ended_exactly_when_not_open",
            ),
        ),
        statements("orders", "link_triggers"),
    ]

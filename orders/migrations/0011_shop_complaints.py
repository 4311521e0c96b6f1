"""Farmers' shops: claims for goods that arrived bad; one network holds few goods unpaid."""

import core.fields
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("finance", "0024_unallocated_loan_receipts"),
        ("orders", "0010_groups"),
        ("stations", "0013_pharmacists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ShopClaim",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one claim.", max_length=160, unique=True),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("raised", "to decide"),
                            ("accepted", "accepted, money back"),
                            ("refused", "refused"),
                            ("appealed", "to decide again"),
                            ("rejected", "refused for good"),
                        ],
                        default="raised",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("spoiled", "spoiled"),
                            ("damaged", "damaged on the way"),
                            ("wrong", "something else than ordered"),
                            ("missing", "something is missing"),
                            ("poor", "not as described"),
                        ],
                        max_length=10,
                        verbose_name="what is wrong",
                    ),
                ),
                ("words", core.fields.WordsField(blank=True, max_length=400, verbose_name="what the buyer says")),
                ("asked_minor", models.BigIntegerField(verbose_name="refund requested")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("raised_at", models.DateTimeField(verbose_name="claimed at")),
                (
                    "bearer",
                    models.CharField(
                        blank=True,
                        choices=[("seller", "the farmer's side"), ("carrier", "the carrier")],
                        max_length=10,
                        verbose_name="who bears it",
                    ),
                ),
                ("accepted_minor", models.BigIntegerField(default=0, verbose_name="accepted, of the goods")),
                ("freight_minor", models.BigIntegerField(default=0, verbose_name="delivery refunded")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("decision_note", core.fields.LineField(blank=True, max_length=200, verbose_name="why it was refused")),
                (
                    "appeal_until_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="can be looked at again until"),
                ),
                (
                    "appeal_words",
                    core.fields.WordsField(blank=True, max_length=400, verbose_name="what the buyer says to that"),
                ),
                ("appealed_at", models.DateTimeField(blank=True, null=True, verbose_name="asked to look again at")),
                (
                    "appeal_note",
                    core.fields.LineField(blank=True, max_length=200, verbose_name="why it was refused again"),
                ),
            ],
            options={
                "verbose_name": "claim about a shop order",
                "verbose_name_plural": "claims about shop orders",
            },
        ),
        migrations.CreateModel(
            name="ShopClaimPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "photo of a claim",
                "verbose_name_plural": "photos of claims",
            },
        ),
        migrations.RemoveConstraint(
            model_name="shoppolicy",
            name="shop_policy_is_not_negative",
        ),
        migrations.AddField(
            model_name="shopcheckout",
            name="network",
            field=models.BinaryField(
                blank=True,
                help_text="Keyed hash of the network address it was ordered from; none once it is not open any more.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="shoporder",
            name="instant_claim_minor",
            field=models.BigIntegerField(default=0, verbose_name="refunded by the station up to"),
        ),
        migrations.AddField(
            model_name="shoppolicy",
            name="instant_claim_minor",
            field=models.BigIntegerField(
                default=0,
                help_text="In smallest units. Above it the county decides on goods that arrived bad; 0: on all.",
                verbose_name="refunded by the station up to",
            ),
        ),
        migrations.AddIndex(
            model_name="shopcheckout",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["network"], name="open_checkout_of_network"
            ),
        ),
        migrations.AddConstraint(
            model_name="shopcheckout",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "open"), ("network", None), _connector="OR"),
                name="ended_checkout_forgets_its_network",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoppolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("freight_minor__gte", 0), ("instant_claim_minor__gte", 0)),
                name="shop_policy_is_not_negative",
            ),
        ),
        migrations.AddField(
            model_name="shopclaim",
            name="appeal_decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided again by",
            ),
        ),
        migrations.AddField(
            model_name="shopclaim",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="shopclaim",
            name="order",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claim",
                to="orders.shoporder",
                verbose_name="order of a shop",
            ),
        ),
        migrations.AddField(
            model_name="shopclaimphoto",
            name="claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="photos",
                to="orders.shopclaim",
                verbose_name="claim",
            ),
        ),
        migrations.AddField(
            model_name="shopclaimphoto",
            name="file",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storedfile",
                verbose_name="photo",
            ),
        ),
        migrations.AddIndex(
            model_name="shopclaim",
            index=models.Index(
                condition=models.Q(("status__in", ["raised", "appealed"])), fields=["raised_at"], name="shop_claim_open"
            ),
        ),
        migrations.AddIndex(
            model_name="shopclaim",
            index=models.Index(
                condition=models.Q(("status", "refused")), fields=["appeal_until_at"], name="shop_claim_refused"
            ),
        ),
        migrations.AddConstraint(
            model_name="shopclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_minor__gt", 0)), name="shop_claim_asks_for_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="shopclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted_minor__gt", 0),
                        ("accepted_minor__lte", models.F("asked_minor")),
                        ("freight_minor__gte", 0),
                        ("status", "accepted"),
                        models.Q(("bearer", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "accepted"), _negated=True),
                        ("accepted_minor", 0),
                        ("bearer", ""),
                        ("freight_minor", 0),
                    ),
                    _connector="OR",
                ),
                name="shop_claim_gives_back_exactly_when_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="shopclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("status", "raised")),
                    models.Q(
                        models.Q(("status", "raised"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="shop_claim_has_its_decider_exactly_when_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="shopclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["refused", "appealed", "rejected"]), _negated=True),
                    models.Q(models.Q(("decision_note", ""), _negated=True), ("appeal_until_at__isnull", False)),
                    _connector="OR",
                ),
                name="refused_shop_claim_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="shopclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "appealed"), _negated=True), ("appealed_at__isnull", False), _connector="OR"
                ),
                name="appealed_shop_claim_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="shopclaim",
            constraint=stations.two_persons.TwoPersons(
                checker="appeal_decided_by", makers=("decided_by",), name="shop_claim_is_looked_at_again_by_another"
            ),
        ),
    ]

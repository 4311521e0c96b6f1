"""Claims about boxes of presales, recalls of what was delivered, and the word of a farmer who gets an advance."""

import core.fields
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("finance", "0029_vintages"),
        ("orders", "0015_returns_of_several_articles"),
        ("stations", "0016_advance_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PresaleClaim",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one claim.", max_length=160, unique=True),
                ),
                ("boxes", models.PositiveIntegerField(verbose_name="bad boxes")),
                ("amount_minor", models.BigIntegerField(verbose_name="price of these boxes")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
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
                        max_length=8,
                        verbose_name="what is wrong",
                    ),
                ),
                ("words", core.fields.LineField(blank=True, max_length=200, verbose_name="what the buyer says")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("raised", "to be decided"),
                            ("accepted", "accepted, money back"),
                            ("refused", "refused"),
                            ("recalled", "refunded with the recall"),
                        ],
                        default="raised",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="claimed at")),
                (
                    "bearer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("farmers", "the farmers, up to their reserve"),
                            ("carrier", "the carrier"),
                            ("platform", "the platform"),
                        ],
                        max_length=8,
                        verbose_name="who bears it",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("decision_note", core.fields.LineField(blank=True, max_length=200, verbose_name="why it was refused")),
            ],
            options={
                "verbose_name": "claim about boxes",
                "verbose_name_plural": "claims about boxes",
            },
        ),
        migrations.RemoveConstraint(
            model_name="presaleorder",
            name="presale_order_is_held_or_handed_over_or_given_back_whole",
        ),
        migrations.AddField(
            model_name="intake",
            name="advance_witness",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="witness of the advance",
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="advance_word",
            field=models.CharField(
                blank=True,
                choices=[("code", "code by SMS"), ("signed", "signature on the slip, with a witness")],
                db_default="",
                default="",
                max_length=8,
                verbose_name="word of the farmer",
            ),
        ),
        migrations.AddField(
            model_name="presalecycle",
            name="recalled_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Its boxes were delivered, and then their lot was called back.",
                null=True,
                verbose_name="refunded after a recall since",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("advance_minor", 0), ("advance_witness", None), ("advance_word", "")),
                    models.Q(("advance_minor__gt", 0), ("advance_witness", None), ("advance_word", "code")),
                    models.Q(("advance_minor__gt", 0), ("advance_witness__isnull", False), ("advance_word", "signed")),
                    _connector="OR",
                ),
                name="advance_has_the_farmers_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=stations.two_persons.TwoPersons(
                checker="advance_witness",
                makers=("farmer", "advance_by"),
                name="nobody_witnesses_an_advance_of_their_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="presalecycle",
            constraint=models.CheckConstraint(
                condition=models.Q(("recalled_at", None), ("status", "delivered"), _connector="OR"),
                name="only_delivered_boxes_are_recalled",
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("handed_by", None), ("returned_minor", 0), ("status", "paid")),
                    models.Q(
                        ("allotted__gt", 0),
                        ("ended_at", None),
                        ("handed_by", None),
                        ("status", "allotted"),
                        ("returned_minor__lt", models.F("held_minor")),
                    ),
                    models.Q(
                        ("allotted__gt", 0),
                        ("ended_at__isnull", False),
                        ("handed_by__isnull", False),
                        ("status", "handed_over"),
                    ),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("handed_by", None),
                        ("returned_minor", models.F("held_minor")),
                        ("status__in", ["withdrawn", "declined", "returned"]),
                    ),
                    _connector="OR",
                ),
                name="presale_order_is_held_or_handed_over_or_given_back_whole",
            ),
        ),
        migrations.AddField(
            model_name="presaleclaim",
            name="buyer_claim",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presale_claim",
                to="orders.buyerclaim",
                verbose_name="claim of a buyer",
            ),
        ),
        migrations.AddField(
            model_name="presaleclaim",
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
            model_name="presaleclaim",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="orders.presaleorder",
                verbose_name="order of a presale",
            ),
        ),
        migrations.AddField(
            model_name="presaleclaim",
            name="photo",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storedfile",
                verbose_name="photo",
            ),
        ),
        migrations.AddField(
            model_name="presaleclaim",
            name="raised_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddIndex(
            model_name="presaleclaim",
            index=models.Index(
                condition=models.Q(("status", "raised")), fields=["raised_at"], name="presale_claim_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleclaim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "raised")), fields=("order",), name="presale_order_has_one_open_claim"
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0), ("boxes__gt", 0)), name="presale_claim_is_above_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("status", "raised")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("status__in", ["accepted", "refused"]),
                    ),
                    models.Q(("decided_at__isnull", False), ("decided_by", None), ("status", "recalled")),
                    _connector="OR",
                ),
                name="presale_claim_has_its_decider_exactly_when_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "accepted"), models.Q(("bearer", ""), _negated=True)),
                    models.Q(models.Q(("status", "accepted"), _negated=True), ("bearer", "")),
                    _connector="OR",
                ),
                name="presale_claim_has_a_bearer_exactly_when_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refused"), _negated=True),
                    models.Q(("decision_note", ""), _negated=True),
                    _connector="OR",
                ),
                name="refused_presale_claim_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="presaleclaim",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("raised_by",), name="presale_claim_is_decided_by_another_person"
            ),
        ),
        statements("orders", "box_claim_triggers"),
    ]

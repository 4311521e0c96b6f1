"""Promotions: what is taken off the price of an order, who bears it, and what of their budgets is used."""

import core.fields
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0012_presales"),
        ("stations", "0015_loan_restructures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Promotion",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "key",
                    models.CharField(
                        help_text="Unique forever: one press, one promotion.", max_length=160, unique=True
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="What a buyer with a coupon says.", max_length=20, unique=True, verbose_name="code"
                    ),
                ),
                ("name", core.fields.LineField(max_length=60, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=60, verbose_name="name in Chinese")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("percent", "percentage off"),
                            ("amount", "amount off"),
                            ("bundle", "amount off a set of articles"),
                            ("farmer_discount", "percentage off for farmers"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "value",
                    models.BigIntegerField(
                        help_text="In basis points, or in minor units of the currency.", verbose_name="value"
                    ),
                ),
                ("needs_coupon", models.BooleanField(default=False, verbose_name="only with its coupon")),
                (
                    "audience",
                    models.CharField(
                        choices=[("retail", "villagers"), ("farmer", "farmers")],
                        default="retail",
                        max_length=6,
                        verbose_name="audience",
                    ),
                ),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("min_goods_minor", models.BigIntegerField(default=0, verbose_name="from goods of")),
                ("priority", models.PositiveSmallIntegerField(default=0, verbose_name="priority")),
                ("budget_minor", models.BigIntegerField(verbose_name="budget")),
                ("used_minor", models.BigIntegerField(default=0, editable=False, verbose_name="used")),
                (
                    "per_villager_limit",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: without a limit.",
                        null=True,
                        verbose_name="times for each resident",
                    ),
                ),
                ("from_date", models.DateField(verbose_name="from")),
                (
                    "to_date",
                    models.DateField(help_text="The first day on which it does not hold any more.", verbose_name="to"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("prepared", "to be approved"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("ended", "ended early"),
                        ],
                        default="prepared",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("prepared_at", models.DateTimeField(verbose_name="prepared at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "promotion",
                "verbose_name_plural": "promotions",
            },
        ),
        migrations.CreateModel(
            name="PromotionArticle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("quantity", models.BigIntegerField(help_text="In pieces, or in grams.", verbose_name="quantity")),
            ],
            options={
                "verbose_name": "article of a promotion",
                "verbose_name_plural": "articles of promotions",
            },
        ),
        migrations.CreateModel(
            name="PromotionBearer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "party",
                    models.CharField(
                        choices=[("platform", "platform"), ("supplier", "supplier"), ("county", "county")],
                        max_length=8,
                        verbose_name="who bears it",
                    ),
                ),
                (
                    "share_bp",
                    models.PositiveSmallIntegerField(
                        help_text="In basis points: 5,000 is one half.", verbose_name="share"
                    ),
                ),
            ],
            options={
                "verbose_name": "bearer of a promotion",
                "verbose_name_plural": "bearers of promotions",
            },
        ),
        migrations.CreateModel(
            name="PromotionPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "party",
                    models.CharField(
                        choices=[("platform", "platform"), ("supplier", "supplier"), ("county", "county")],
                        max_length=8,
                        verbose_name="who bears it",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("back_minor", models.BigIntegerField(default=0, verbose_name="returned to the budget")),
            ],
            options={
                "verbose_name": "part of a promotion",
                "verbose_name_plural": "parts of promotions",
            },
        ),
        migrations.CreateModel(
            name="PromotionUse",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField(default=0, verbose_name="amount")),
                ("back_minor", models.BigIntegerField(default=0, verbose_name="returned to the budget")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("used_at", models.DateTimeField(verbose_name="used at")),
            ],
            options={
                "verbose_name": "use of a promotion",
                "verbose_name_plural": "uses of promotions",
            },
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="discount_minor",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="saved"),
        ),
        migrations.AddField(
            model_name="fulfilmentline",
            name="discount_minor",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="saved"),
        ),
        migrations.AddField(
            model_name="order",
            name="discount_minor",
            field=models.BigIntegerField(
                db_default=0,
                default=0,
                help_text="What promotions took off the goods; the total is without it.",
                verbose_name="saved",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="discount_minor",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="saved"),
        ),
        migrations.AddConstraint(
            model_name="fulfilment",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_minor__gte", 0), ("discount_minor__lte", models.F("goods_minor"))),
                name="fulfilment_discount_is_at_most_its_goods",
            ),
        ),
        migrations.AddConstraint(
            model_name="fulfilmentline",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_minor__gte", 0), ("discount_minor__lte", models.F("goods_minor"))),
                name="fulfilment_line_discount_is_at_most_its_goods",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_minor__gte", 0)), name="order_discount_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_minor__gte", 0), ("discount_minor__lte", models.F("goods_minor"))),
                name="line_discount_is_at_most_its_goods",
            ),
        ),
        migrations.AddField(
            model_name="promotion",
            name="category",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: all of them.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.category",
                verbose_name="category of goods",
            ),
        ),
        migrations.AddField(
            model_name="promotion",
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
            model_name="promotion",
            name="division",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: in every county that has this currency.",
                limit_choices_to={"level": "county"},
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.division",
                verbose_name="county",
            ),
        ),
        migrations.AddField(
            model_name="promotion",
            name="prepared_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="prepared by",
            ),
        ),
        migrations.AddField(
            model_name="promotion",
            name="supplier",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: all of them. A supplier bears only what is taken off its own goods.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AddField(
            model_name="promotionarticle",
            name="promotion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="articles",
                to="orders.promotion",
                verbose_name="promotion",
            ),
        ),
        migrations.AddField(
            model_name="promotionarticle",
            name="variant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.variant",
                verbose_name="variant",
            ),
        ),
        migrations.AddField(
            model_name="promotionbearer",
            name="promotion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bearers",
                to="orders.promotion",
                verbose_name="promotion",
            ),
        ),
        migrations.AddField(
            model_name="promotionpart",
            name="order_line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="promotion_parts",
                to="orders.orderline",
                verbose_name="line of an order",
            ),
        ),
        migrations.AddField(
            model_name="promotionuse",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="promotion_uses",
                to="orders.order",
                verbose_name="order of goods",
            ),
        ),
        migrations.AddField(
            model_name="promotionuse",
            name="promotion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="orders.promotion",
                verbose_name="promotion",
            ),
        ),
        migrations.AddField(
            model_name="promotionpart",
            name="use",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="orders.promotionuse",
                verbose_name="use of a promotion",
            ),
        ),
        migrations.AddIndex(
            model_name="promotion",
            index=models.Index(
                condition=models.Q(("status", "approved")), fields=["currency", "to_date"], name="promotion_that_holds"
            ),
        ),
        migrations.AddIndex(
            model_name="promotion",
            index=models.Index(fields=["-prepared_at", "-id"], name="promotion_by_time"),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["percent", "farmer_discount"]), ("value__gt", 0), ("value__lte", 9000)),
                    models.Q(("kind__in", ["amount", "bundle"]), ("value__gt", 0)),
                    _connector="OR",
                ),
                name="promotion_takes_something_off_and_leaves_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "amount"), _negated=True),
                    ("min_goods_minor__gt", models.F("value")),
                    _connector="OR",
                ),
                name="amount_off_is_less_than_the_goods_it_needs",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "farmer_discount"), _negated=True), ("audience", "farmer"), _connector="OR"
                ),
                name="farmer_discount_is_for_farmers",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_minor__gte", 0), ("used_minor__lte", models.F("budget_minor"))),
                name="promotion_used_never_exceeds_budget",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("budget_minor__gt", 0),
                    ("min_goods_minor__gte", 0),
                    models.Q(("per_villager_limit", None), ("per_villager_limit__gte", 1), _connector="OR"),
                ),
                name="promotion_limits_are_above_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date__gt", models.F("from_date"))), name="promotion_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z0-9]{4,20}$")), name="promotion_code_can_be_said"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("status", "prepared")),
                    models.Q(
                        models.Q(("status", "prepared"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="promotion_is_decided_exactly_when_not_prepared",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("status", "ended")),
                    models.Q(models.Q(("status", "ended"), _negated=True), ("ended_at", None)),
                    _connector="OR",
                ),
                name="promotion_says_when_it_was_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by", makers=("prepared_by",), name="promotion_is_decided_by_another_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotionarticle",
            constraint=models.UniqueConstraint(fields=("promotion", "variant"), name="bundle_names_an_article_once"),
        ),
        migrations.AddConstraint(
            model_name="promotionarticle",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="bundle_article_is_above_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotionbearer",
            constraint=models.UniqueConstraint(
                fields=("promotion", "party"), name="party_bears_one_share_of_a_promotion"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotionbearer",
            constraint=models.CheckConstraint(
                condition=models.Q(("share_bp__gt", 0), ("share_bp__lte", 10000)),
                name="bearer_has_a_share_of_the_promotion",
            ),
        ),
        migrations.AddIndex(
            model_name="promotionuse",
            index=models.Index(fields=["promotion", "-used_at"], name="promotion_use_by_time"),
        ),
        migrations.AddConstraint(
            model_name="promotionuse",
            constraint=models.UniqueConstraint(fields=("promotion", "order"), name="order_uses_a_promotion_once"),
        ),
        migrations.AddConstraint(
            model_name="promotionuse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gte", 0), ("back_minor__gte", 0), ("back_minor__lte", models.F("amount_minor"))
                ),
                name="promotion_use_gives_back_at_most_its_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotionpart",
            constraint=models.UniqueConstraint(
                fields=("use", "order_line", "party"), name="party_bears_a_line_of_a_use_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotionpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0), ("back_minor__gte", 0), ("back_minor__lte", models.F("amount_minor"))
                ),
                name="promotion_part_gives_back_at_most_its_amount",
            ),
        ),
        function("orders", "orders_check_promotion"),
        function("orders", "orders_check_promotion_use"),
        function("orders", "orders_count_promotion_parts"),
        function("orders", "orders_keep_promotion_sums"),
        statements("orders", "promotion_triggers"),
    ]

"""Farmers' shops: articles, one payment for several sellers, orders to pack."""

import core.fields
import core.signed_refs
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import phonenumber_field.modelfields
import stations.places.models
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("finance", "0019_loan_reversals"),
        ("orders", "0007_shipping"),
        ("stations", "0011_teachers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Shop",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("ref", models.CharField(default=core.signed_refs.new_ref, editable=False, max_length=8, unique=True)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one shop.", max_length=160, unique=True),
                ),
                ("name", core.fields.LineField(max_length=60, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=60, verbose_name="name in Chinese")),
                ("story", core.fields.WordsField(blank=True, max_length=600, verbose_name="what the farmer says")),
                (
                    "story_zh",
                    core.fields.WordsField(blank=True, max_length=600, verbose_name="what the farmer says, in Chinese"),
                ),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("platform_bp", models.PositiveSmallIntegerField(verbose_name="for the platform, in 1/10,000")),
                (
                    "pack_help_bp",
                    models.PositiveSmallIntegerField(verbose_name="for packing at the station, in 1/10,000"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("ready_for_review", "waits for the county"),
                            ("approved", "open"),
                            ("on_break", "on a break"),
                            ("rejected", "rejected"),
                            ("suspended", "stopped by the county"),
                            ("terminated", "closed for good"),
                        ],
                        default="draft",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "code_hash",
                    models.CharField(
                        blank=True,
                        help_text="HMAC-SHA256 under the key of the blind index.",
                        max_length=64,
                        verbose_name="code",
                    ),
                ),
                (
                    "code_phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                ("code_count", models.PositiveSmallIntegerField(default=0, verbose_name="codes sent")),
                ("code_sent_at", models.DateTimeField(blank=True, null=True, verbose_name="code sent at")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("agreed_at", models.DateTimeField(blank=True, null=True, verbose_name="agreed at")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                (
                    "decision_note",
                    core.fields.LineField(blank=True, max_length=200, verbose_name="reason for the decision"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shops",
                        to="stations.person",
                        verbose_name="farmer",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shops",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent in by",
                    ),
                ),
                (
                    "witness",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                        verbose_name="witness",
                    ),
                ),
            ],
            options={
                "verbose_name": "farmer's shop",
                "verbose_name_plural": "farmers' shops",
            },
        ),
        migrations.CreateModel(
            name="ShopArticle",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("ref", models.CharField(default=core.signed_refs.new_ref, editable=False, max_length=8, unique=True)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one article.", max_length=160, unique=True),
                ),
                ("name", core.fields.LineField(max_length=60, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=60, verbose_name="name in Chinese")),
                ("text", core.fields.WordsField(blank=True, max_length=400, verbose_name="description")),
                ("text_zh", core.fields.WordsField(blank=True, max_length=400, verbose_name="description in Chinese")),
                ("price_minor", models.BigIntegerField(verbose_name="price of one")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("weight_g", models.PositiveIntegerField(verbose_name="weight of one, in grams")),
                ("stock", models.IntegerField(default=0, verbose_name="can be sold")),
                ("is_offered", models.BooleanField(default=True, verbose_name="is offered")),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="photo",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="orders.shop",
                        verbose_name="farmer's shop",
                    ),
                ),
            ],
            options={
                "verbose_name": "article of a shop",
                "verbose_name_plural": "articles of shops",
            },
        ),
        migrations.CreateModel(
            name="ShopCheckout",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("ref", models.CharField(default=core.signed_refs.new_ref, editable=False, max_length=8, unique=True)),
                (
                    "key",
                    models.CharField(help_text="Unique forever: one press, one payment.", max_length=160, unique=True),
                ),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                ("buyer_name", core.fields.LineField(blank=True, max_length=80, verbose_name="name of the buyer")),
                (
                    "buyer_phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone of the buyer"
                    ),
                ),
                ("address", core.fields.LineField(blank=True, max_length=240, verbose_name="address")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("total_minor", models.BigIntegerField(verbose_name="total")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "waiting to be paid"),
                            ("paid", "paid"),
                            ("expired", "not paid in time"),
                            ("late", "paid too late, refunded"),
                            ("reversed", "reversed by the payer's bank"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "payment",
                    models.OneToOneField(
                        blank=True,
                        help_text="The newest attempt; another begins only when it has failed.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shop_checkout",
                        to="finance.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        help_text="Who opened the shop of the first seller: the buyer has no login.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken in the name of",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment for shops",
                "verbose_name_plural": "payments for shops",
            },
        ),
        migrations.CreateModel(
            name="ShopOrder",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="number")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("awaiting", "waiting to be paid"),
                            ("paid", "to pack"),
                            ("packed", "packed"),
                            ("sent", "sent"),
                            ("delivered", "delivered"),
                            ("completed", "completed"),
                            ("cancelled", "cancelled, money back"),
                            ("expired", "not paid in time"),
                        ],
                        default="awaiting",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("goods_minor", models.BigIntegerField(verbose_name="goods")),
                ("freight_minor", models.BigIntegerField(verbose_name="delivery")),
                ("total_minor", models.BigIntegerField(verbose_name="total")),
                ("platform_minor", models.BigIntegerField(verbose_name="for the platform")),
                ("pack_help_minor", models.BigIntegerField(verbose_name="for packing at the station")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("carrier", models.SlugField(max_length=40, verbose_name="carrier")),
                ("pack_days", models.PositiveSmallIntegerField(verbose_name="days to pack")),
                ("arrive_days", models.PositiveSmallIntegerField(verbose_name="days until it counts as delivered")),
                ("claim_days", models.PositiveSmallIntegerField(verbose_name="days in which buyers complain")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid at")),
                ("pack_by_at", models.DateTimeField(blank=True, null=True, verbose_name="to be packed before")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("arrives_by_at", models.DateTimeField(blank=True, null=True, verbose_name="counts as delivered at")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered at")),
                ("claim_until_at", models.DateTimeField(blank=True, null=True, verbose_name="complaints until")),
                ("courier", core.fields.LineField(blank=True, max_length=40, verbose_name="sent with")),
                ("tracking_number", core.fields.LineField(blank=True, max_length=40, verbose_name="tracking number")),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("station", "the station cancelled it"),
                            ("not_packed", "not packed in time"),
                            ("reversed", "the payer's bank has reversed the payment"),
                        ],
                        max_length=10,
                        verbose_name="why it was cancelled",
                    ),
                ),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="what the station says")),
                (
                    "checkout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="orders.shopcheckout",
                        verbose_name="payment for shops",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="orders.shop",
                        verbose_name="farmer's shop",
                    ),
                ),
            ],
            options={
                "verbose_name": "order of a shop",
                "verbose_name_plural": "orders of shops",
            },
        ),
        migrations.CreateModel(
            name="ShopOrderLine",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", core.fields.LineField(max_length=60, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=60, verbose_name="name in Chinese")),
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                ("price_minor", models.BigIntegerField(verbose_name="price of one")),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.shoparticle",
                        verbose_name="article of a shop",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="orders.shoporder",
                        verbose_name="order of a shop",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a shop order",
                "verbose_name_plural": "lines of shop orders",
            },
        ),
        migrations.CreateModel(
            name="ShopPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                (
                    "platform_bp",
                    models.PositiveSmallIntegerField(default=300, verbose_name="for the platform, in 1/10,000"),
                ),
                (
                    "pack_help_bp",
                    models.PositiveSmallIntegerField(
                        default=500, verbose_name="for packing at the station, in 1/10,000"
                    ),
                ),
                ("freight_minor", models.BigIntegerField(verbose_name="price of delivery")),
                ("carrier", models.SlugField(max_length=40, verbose_name="carrier")),
                ("pack_days", models.PositiveSmallIntegerField(default=2, verbose_name="days to pack")),
                (
                    "arrive_days",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="Where neither buyer nor station said so.",
                        verbose_name="days until it counts as delivered",
                    ),
                ),
                (
                    "claim_days",
                    models.PositiveSmallIntegerField(default=2, verbose_name="days in which buyers complain"),
                ),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "division",
                    models.ForeignKey(
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
            ],
            options={
                "verbose_name": "rule for shops",
                "verbose_name_plural": "rules for shops",
            },
        ),
        migrations.AddIndex(
            model_name="shop",
            index=models.Index(fields=["station", "status", "-id"], name="shop_of_station"),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "terminated"), _negated=True),
                fields=("owner",),
                name="farmer_has_one_shop_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "platform_bp__lt",
                        django.db.models.expressions.CombinedExpression(
                            models.Value(10000), "-", models.F("pack_help_bp")
                        ),
                    )
                ),
                name="shop_leaves_the_farmer_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["ready_for_review", "approved", "on_break", "suspended"]), _negated=True),
                    models.Q(("agreed_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="shop_is_open_with_the_farmers_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["approved", "on_break", "suspended"]), _negated=True),
                    ("decided_by__isnull", False),
                    _connector="OR",
                ),
                name="open_shop_was_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["rejected", "suspended"]), _negated=True),
                    models.Q(("decision_note", ""), _negated=True),
                    _connector="OR",
                ),
                name="stopped_shop_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="shop_code_has_five_tries"),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=stations.two_persons.TwoPersons(
                checker="opened_by", makers=("owner",), name="nobody_opens_their_own_shop"
            ),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by",
                makers=("owner", "opened_by", "submitted_by"),
                name="nobody_decides_on_a_shop_of_their_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=stations.two_persons.TwoPersons(
                checker="witness", makers=("owner", "submitted_by"), name="nobody_witnesses_a_shop_of_their_own"
            ),
        ),
        migrations.AddIndex(
            model_name="shoparticle",
            index=models.Index(fields=["shop", "id"], name="article_of_shop"),
        ),
        migrations.AddConstraint(
            model_name="shoparticle",
            constraint=models.CheckConstraint(
                condition=models.Q(("stock__gte", 0)), name="shop_stock_never_below_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="shoparticle",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_minor__gt", 0), ("weight_g__gt", 0)),
                name="shop_article_has_a_price_and_a_weight",
            ),
        ),
        migrations.AddIndex(
            model_name="shopcheckout",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["buyer_phone"], name="open_checkout_of_phone"
            ),
        ),
        migrations.AddConstraint(
            model_name="shopcheckout",
            constraint=models.CheckConstraint(
                condition=models.Q(("total_minor__gt", 0)), name="checkout_asks_for_more_than_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="shopcheckout",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))), name="checkout_expires_after_it_was_made"
            ),
        ),
        migrations.AddConstraint(
            model_name="shopcheckout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["paid", "late", "reversed"]), _negated=True),
                    ("payment__isnull", False),
                    _connector="OR",
                ),
                name="paid_checkout_has_its_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="shopcheckout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="checkout_has_ended_exactly_when_not_open",
            ),
        ),
        migrations.AddIndex(
            model_name="shoporder",
            index=models.Index(fields=["shop", "status", "-id"], name="order_of_shop"),
        ),
        migrations.AddIndex(
            model_name="shoporder",
            index=models.Index(
                condition=models.Q(("status__in", ["paid"])), fields=["pack_by_at"], name="shop_order_to_pack"
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.UniqueConstraint(fields=("checkout", "shop"), name="checkout_has_one_order_per_seller"),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("freight_minor__gte", 0),
                    ("goods_minor__gt", 0),
                    (
                        "total_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("goods_minor"), "+", models.F("freight_minor")
                        ),
                    ),
                ),
                name="shop_order_total_is_goods_plus_freight",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "goods_minor__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("platform_minor"), "+", models.F("pack_help_minor")
                        ),
                    ),
                    ("pack_help_minor__gte", 0),
                    ("platform_minor__gte", 0),
                ),
                name="shop_order_never_costs_the_farmer",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["awaiting", "expired", "cancelled"]),
                    models.Q(("pack_by_at__isnull", False), ("paid_at__isnull", False)),
                    _connector="OR",
                ),
                name="shop_order_is_packed_once_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["sent", "delivered", "completed"]), _negated=True),
                    models.Q(
                        ("sent_at__isnull", False),
                        models.Q(("tracking_number", ""), _negated=True),
                        models.Q(("courier", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="sent_shop_order_has_its_tracking_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["delivered", "completed"]), _negated=True),
                    models.Q(("claim_until_at__isnull", False), ("delivered_at__isnull", False)),
                    _connector="OR",
                ),
                name="delivered_shop_order_says_until_when_buyers_complain",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "cancelled"), models.Q(("why", ""), _negated=True)),
                    models.Q(models.Q(("status", "cancelled"), _negated=True), ("why", "")),
                    _connector="OR",
                ),
                name="cancelled_shop_order_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporderline",
            constraint=models.UniqueConstraint(fields=("order", "article"), name="shop_order_has_an_article_once"),
        ),
        migrations.AddConstraint(
            model_name="shoporderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("quantity"), "*", models.F("price_minor")
                        ),
                    ),
                    ("quantity__gt", 0),
                ),
                name="shop_line_amount_is_quantity_times_price",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoppolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "platform_bp__lt",
                        django.db.models.expressions.CombinedExpression(
                            models.Value(10000), "-", models.F("pack_help_bp")
                        ),
                    )
                ),
                name="shop_policy_leaves_the_farmer_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoppolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("freight_minor__gte", 0)), name="shop_policy_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="shoppolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("arrive_days__gt", 0), ("pack_days__gt", 0)),
                name="shop_policy_leaves_time_to_pack_and_arrive",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoppolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                name="shop_policy_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoppolicy",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (stations.places.models.HashOfKey("currency"), "="),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            models.F("division"), 0, output_field=models.BigIntegerField()
                        ),
                        "=",
                    ),
                    (
                        core.web.ranges.DateSpan(
                            "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="county_has_one_shop_policy_at_any_date",
            ),
        ),
        function("orders", "orders_check_checkout"),
        statements("orders", "shop_triggers"),
    ]

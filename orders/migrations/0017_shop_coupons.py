"""Coupons of farmers' shops: the farmer agrees to a share, and what each order used is counted."""

import core.fields
import django.db.models.deletion
import django.db.models.expressions
import stations.two_persons
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0016_box_claims"),
        ("stations", "0017_coupon_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ShopCouponUse",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("amount_minor", models.BigIntegerField(verbose_name="amount")),
                ("seller_minor", models.BigIntegerField(verbose_name="of which the farmer bears")),
                ("back_minor", models.BigIntegerField(default=0, verbose_name="returned to the budget")),
                ("seller_back_minor", models.BigIntegerField(default=0, verbose_name="of which of the farmer")),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("buyer", models.BinaryField(blank=True, help_text="Keyed hash of the buyer's phone.", null=True)),
                ("used_at", models.DateTimeField(verbose_name="used at")),
            ],
            options={
                "verbose_name": "use of a shop's coupon",
                "verbose_name_plural": "uses of shops' coupons",
            },
        ),
        migrations.RemoveConstraint(
            model_name="shoporder",
            name="shop_order_total_is_goods_plus_freight",
        ),
        migrations.RemoveConstraint(
            model_name="shoporder",
            name="shop_order_never_costs_the_farmer",
        ),
        migrations.AddField(
            model_name="promotion",
            name="agreed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="farmer agreed at"),
        ),
        migrations.AddField(
            model_name="promotion",
            name="agreed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="word of the farmer recorded by",
            ),
        ),
        migrations.AddField(
            model_name="promotion",
            name="agreed_witness",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
                verbose_name="witness",
            ),
        ),
        migrations.AddField(
            model_name="promotion",
            name="shop",
            field=models.ForeignKey(
                blank=True,
                help_text="Only for a coupon that buyers in the city use in this shop.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coupons",
                to="orders.shop",
                verbose_name="farmer's shop",
            ),
        ),
        migrations.AddField(
            model_name="shoporder",
            name="discount_minor",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="taken off by a coupon"),
        ),
        migrations.AddField(
            model_name="shoporder",
            name="seller_discount_minor",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="of which the farmer bears"),
        ),
        migrations.AlterField(
            model_name="promotionbearer",
            name="party",
            field=models.CharField(
                choices=[
                    ("platform", "platform"),
                    ("supplier", "supplier"),
                    ("county", "county"),
                    ("seller", "farmer of the shop"),
                ],
                max_length=8,
                verbose_name="who bears it",
            ),
        ),
        migrations.AlterField(
            model_name="promotionpart",
            name="party",
            field=models.CharField(
                choices=[
                    ("platform", "platform"),
                    ("supplier", "supplier"),
                    ("county", "county"),
                    ("seller", "farmer of the shop"),
                ],
                max_length=8,
                verbose_name="who bears it",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("shop", None),
                    models.Q(
                        ("audience", "retail"),
                        ("category", None),
                        ("division__isnull", False),
                        ("kind__in", ["percent", "amount"]),
                        ("needs_coupon", True),
                        ("supplier", None),
                    ),
                    _connector="OR",
                ),
                name="coupon_of_a_shop_is_for_its_goods_alone",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed_at", None), ("agreed_by", None), ("agreed_witness", None), ("shop", None)),
                    models.Q(
                        ("agreed_at", None),
                        ("agreed_by", None),
                        ("agreed_witness", None),
                        ("shop__isnull", False),
                        models.Q(("status__in", ["approved", "ended"]), _negated=True),
                    ),
                    models.Q(("agreed_at__isnull", False), ("agreed_by__isnull", False), ("shop__isnull", False)),
                    _connector="OR",
                ),
                name="coupon_of_a_shop_holds_with_the_farmers_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=stations.two_persons.TwoPersons(
                checker="agreed_witness", makers=("agreed_by",), name="nobody_witnesses_a_coupon_that_they_record"
            ),
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
                            django.db.models.expressions.CombinedExpression(
                                models.F("goods_minor"), "-", models.F("discount_minor")
                            ),
                            "+",
                            models.F("freight_minor"),
                        ),
                    ),
                ),
                name="shop_order_total_is_goods_less_coupon_plus_freight",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("discount_minor__gte", 0),
                    ("discount_minor__lt", models.F("goods_minor")),
                    ("seller_discount_minor__gte", 0),
                    ("seller_discount_minor__lte", models.F("discount_minor")),
                ),
                name="coupon_leaves_something_to_pay",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "goods_minor__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("platform_minor"), "+", models.F("pack_help_minor")
                            ),
                            "+",
                            models.F("seller_discount_minor"),
                        ),
                    ),
                    ("pack_help_minor__gte", 0),
                    ("platform_minor__gte", 0),
                ),
                name="shop_order_never_costs_the_farmer",
            ),
        ),
        migrations.AddField(
            model_name="shopcouponuse",
            name="order",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coupon_use",
                to="orders.shoporder",
                verbose_name="order of a shop",
            ),
        ),
        migrations.AddField(
            model_name="shopcouponuse",
            name="promotion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shop_uses",
                to="orders.promotion",
                verbose_name="promotion",
            ),
        ),
        migrations.AddIndex(
            model_name="shopcouponuse",
            index=models.Index(fields=["promotion", "-used_at"], name="shop_coupon_use_by_time"),
        ),
        migrations.AddIndex(
            model_name="shopcouponuse",
            index=models.Index(fields=["promotion", "buyer"], name="shop_coupon_use_of_buyer"),
        ),
        migrations.AddConstraint(
            model_name="shopcouponuse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0), ("seller_minor__gte", 0), ("seller_minor__lte", models.F("amount_minor"))
                ),
                name="coupon_use_is_above_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="shopcouponuse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("back_minor__gte", models.F("seller_back_minor")),
                    ("back_minor__lte", models.F("amount_minor")),
                    ("seller_back_minor__gte", 0),
                    ("seller_back_minor__lte", models.F("seller_minor")),
                ),
                name="coupon_use_gives_back_at_most_its_amount",
            ),
        ),
        migrations.RemoveConstraint(model_name="promotion", name="promotion_is_decided_by_another_person"),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=stations.two_persons.TwoPersons(
                checker="decided_by",
                makers=("prepared_by", "agreed_by"),
                name="promotion_is_decided_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotion",
            constraint=stations.two_persons.TwoPersons(
                checker="agreed_by",
                makers=("prepared_by",),
                name="who_prepares_a_coupon_does_not_speak_for_the_farmer",
            ),
        ),
        function("orders", "orders_check_promotion"),
        function("orders", "orders_check_coupon_use"),
        function("orders", "orders_count_coupon_use"),
        statements("orders", "coupon_triggers"),
    ]

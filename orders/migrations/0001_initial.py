"""Tables of the catalogue and of stock."""

import core.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import orders.catalog.models
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("stations", "0005_reference_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        function("orders", "is_ean13"),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=80, verbose_name="name in Chinese")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
            ],
            options={
                "verbose_name": "category of goods",
                "verbose_name_plural": "categories of goods",
            },
        ),
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("on_hand", models.BigIntegerField(default=0, verbose_name="in the warehouse")),
                ("allocated", models.BigIntegerField(default=0, verbose_name="reserved")),
                ("low_stock_at", models.BigIntegerField(default=0, verbose_name="warn below")),
                ("moved_at", models.DateTimeField(blank=True, null=True, verbose_name="last movement")),
            ],
            options={
                "verbose_name": "stock of a variant",
                "verbose_name_plural": "stock of variants",
            },
        ),
        migrations.CreateModel(
            name="Supplier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", core.fields.LineField(max_length=120, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=120, verbose_name="name in Chinese")),
                ("terms_days", models.PositiveSmallIntegerField(default=0, verbose_name="days of payment")),
            ],
            options={
                "verbose_name": "supplier",
                "verbose_name_plural": "suppliers",
            },
        ),
        migrations.CreateModel(
            name="PriceList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("retail", "villagers"),
                            ("farmer", "farmers"),
                            ("group", "group orders"),
                            ("city", "buyers in the city"),
                        ],
                        default="retail",
                        max_length=6,
                        verbose_name="audience",
                    ),
                ),
                ("currency", core.fields.CurrencyField(max_length=3, verbose_name="currency")),
                ("priority", models.PositiveSmallIntegerField(default=0, verbose_name="priority")),
                ("valid_from_at", models.DateTimeField(verbose_name="valid from")),
                ("valid_to_at", models.DateTimeField(blank=True, null=True, verbose_name="valid to")),
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
                "verbose_name": "price list",
                "verbose_name_plural": "price lists",
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", core.fields.LineField(max_length=120, verbose_name="name")),
                ("name_zh", core.fields.LineField(max_length=120, verbose_name="name in Chinese")),
                ("weight_g", models.PositiveIntegerField(default=0, verbose_name="weight in grams")),
                ("is_fragile", models.BooleanField(default=False, verbose_name="fragile")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("active", "on sale"), ("retired", "no longer sold")],
                        default="active",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="orders.category",
                        verbose_name="category of goods",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="orders.supplier",
                        verbose_name="supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
            },
        ),
        migrations.CreateModel(
            name="ProductImport",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField(verbose_name="at")),
                (
                    "lines",
                    models.JSONField(help_text="Number, article number and outcome of each.", verbose_name="lines"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of products",
                "verbose_name_plural": "imports of products",
            },
        ),
        migrations.CreateModel(
            name="ProductKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("key", models.CharField(max_length=60)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="orders.product"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("reference", models.UUIDField(verbose_name="reserved for")),
                ("quantity", models.BigIntegerField(verbose_name="quantity")),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "reserved"), ("released", "released"), ("sold", "taken out")],
                        default="active",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "stock_level",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="orders.stocklevel",
                        verbose_name="stock of a variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "reservation",
                "verbose_name_plural": "reservations",
            },
        ),
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "received"),
                            ("allocation", "reserved"),
                            ("release", "released"),
                            ("sale", "taken out"),
                            ("adjustment", "counted"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("on_hand_delta", models.BigIntegerField(default=0, verbose_name="change in the warehouse")),
                ("allocated_delta", models.BigIntegerField(default=0, verbose_name="change of what is reserved")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "allocation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="orders.allocation",
                        verbose_name="reservation",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "stock_level",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="orders.stocklevel",
                        verbose_name="stock of a variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock movement",
                "verbose_name_plural": "stock movements",
            },
        ),
        migrations.CreateModel(
            name="Variant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("sku", models.SlugField(max_length=40, unique=True, verbose_name="article number")),
                ("barcode", models.CharField(blank=True, max_length=13, verbose_name="barcode")),
                ("label", core.fields.LineField(blank=True, max_length=80, verbose_name="variant")),
                ("label_zh", core.fields.LineField(blank=True, max_length=80, verbose_name="variant in Chinese")),
                (
                    "unit",
                    models.CharField(
                        choices=[("piece", "piece"), ("gram", "by weight")],
                        default="piece",
                        max_length=5,
                        verbose_name="unit",
                    ),
                ),
                ("quantity_step", models.PositiveIntegerField(default=1, verbose_name="step of quantities")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="variants",
                        to="orders.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "variant",
                "verbose_name_plural": "variants",
            },
        ),
        migrations.AddField(
            model_name="stocklevel",
            name="variant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="levels",
                to="orders.variant",
                verbose_name="variant",
            ),
        ),
        migrations.CreateModel(
            name="PriceItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("min_quantity", models.PositiveIntegerField(default=1, verbose_name="from quantity")),
                (
                    "price_minor",
                    models.BigIntegerField(help_text="For a piece, or for 1,000 grams.", verbose_name="price"),
                ),
                (
                    "price_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="orders.pricelist",
                        verbose_name="price list",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="orders.variant",
                        verbose_name="variant",
                    ),
                ),
            ],
            options={
                "verbose_name": "price of a variant",
                "verbose_name_plural": "prices of variants",
            },
        ),
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "station",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warehouse",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "warehouse",
                "verbose_name_plural": "warehouses",
            },
        ),
        migrations.AddField(
            model_name="stocklevel",
            name="warehouse",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="levels",
                to="orders.warehouse",
                verbose_name="warehouse",
            ),
        ),
        migrations.CreateModel(
            name="WarehouseRoute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("priority", models.PositiveSmallIntegerField(default=1, verbose_name="position")),
                ("may_split", models.BooleanField(default=False, verbose_name="may supply a part of an order")),
                (
                    "division",
                    models.ForeignKey(
                        limit_choices_to={"level": "county"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                        verbose_name="county",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="routes",
                        to="orders.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
            ],
            options={
                "verbose_name": "county of a warehouse",
                "verbose_name_plural": "counties of warehouses",
            },
        ),
        migrations.AddConstraint(
            model_name="pricelist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to_at", None), ("valid_to_at__gt", models.F("valid_from_at")), _connector="OR"
                ),
                name="price_list_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="productkey",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(models.F("key"), "text_pattern_ops"),
                models.F("product"),
                name="product_key_by_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="productkey",
            constraint=models.UniqueConstraint(fields=("product", "key"), name="product_key_stands_once"),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(
                condition=models.Q(("status", "active")), fields=["stock_level"], name="allocation_active_of_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="allocation_is_above_zero"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "active")),
                fields=("reference", "stock_level"),
                name="line_reserves_once_in_a_warehouse",
            ),
        ),
        migrations.AddIndex(
            model_name="stockmovement",
            index=models.Index(fields=["stock_level", "-id"], name="stock_movement_of_level"),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("allocated_delta", 0), ("allocation", None), ("kind", "receipt"), ("on_hand_delta__gt", 0)
                    ),
                    models.Q(("allocated_delta", 0), ("allocation", None), ("kind", "adjustment")),
                    models.Q(
                        ("allocated_delta__gt", 0),
                        ("allocation__isnull", False),
                        ("kind", "allocation"),
                        ("on_hand_delta", 0),
                    ),
                    models.Q(
                        ("allocated_delta__lt", 0),
                        ("allocation__isnull", False),
                        ("kind", "release"),
                        ("on_hand_delta", 0),
                    ),
                    models.Q(
                        ("allocated_delta", models.F("on_hand_delta")),
                        ("allocation__isnull", False),
                        ("kind", "sale"),
                        ("on_hand_delta__lt", 0),
                    ),
                    _connector="OR",
                ),
                name="movement_changes_what_its_kind_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.UniqueConstraint(fields=("allocation", "kind"), name="reservation_moves_once_of_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["receipt", "adjustment"]), _negated=True),
                    ("made_by__isnull", False),
                    _connector="OR",
                ),
                name="movement_by_hand_names_its_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="variant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("barcode", ""), orders.catalog.models.HasCheckDigit(models.F("barcode")), _connector="OR"
                ),
                name="barcode_has_its_check_digit",
            ),
        ),
        migrations.AddConstraint(
            model_name="variant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("barcode", ""), _negated=True),
                fields=("barcode",),
                name="barcode_belongs_to_one_variant",
            ),
        ),
        migrations.AddConstraint(
            model_name="variant",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity_step__gte", 1)), name="quantity_step_is_at_least_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="priceitem",
            constraint=models.UniqueConstraint(
                fields=("price_list", "variant", "min_quantity"), name="one_price_per_list_variant_and_quantity"
            ),
        ),
        migrations.AddConstraint(
            model_name="priceitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("min_quantity__gte", 1), ("price_minor__gt", 0)),
                name="price_and_its_quantity_are_above_zero",
            ),
        ),
        migrations.AddIndex(
            model_name="stocklevel",
            index=models.Index(
                condition=models.Q(
                    (
                        "low_stock_at__gt",
                        django.db.models.expressions.CombinedExpression(
                            models.F("on_hand"), "-", models.F("allocated")
                        ),
                    )
                ),
                fields=["warehouse"],
                name="stock_level_is_low",
            ),
        ),
        migrations.AddConstraint(
            model_name="stocklevel",
            constraint=models.UniqueConstraint(
                fields=("warehouse", "variant"), name="variant_has_one_level_in_a_warehouse"
            ),
        ),
        migrations.AddConstraint(
            model_name="stocklevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("allocated__gte", 0), ("low_stock_at__gte", 0), ("on_hand__gte", 0)),
                name="stock_never_below_zero",
            ),
        ),
        migrations.AddConstraint(
            model_name="stocklevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("allocated__lte", models.F("on_hand"))), name="allocated_never_exceeds_on_hand"
            ),
        ),
        migrations.AddConstraint(
            model_name="warehouseroute",
            constraint=models.UniqueConstraint(
                fields=("division", "priority"), name="county_asks_one_warehouse_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="warehouseroute",
            constraint=models.UniqueConstraint(fields=("warehouse", "division"), name="warehouse_serves_a_county_once"),
        ),
    ]

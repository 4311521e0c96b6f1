"""Promotions are held when an order has chosen them, and none begins as approved."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0019_overtaken_claims"),
    ]

    operations = [
        function("orders", "orders_hold_promotions"),
        function("orders", "orders_check_promotion_agreed"),
        statements(
            "orders",
            "promotion_begins_prepared",
            backwards="DROP TRIGGER promotion_begins_prepared ON orders_promotion;",
        ),
    ]

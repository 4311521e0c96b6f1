"""What rows of orders must never say."""

from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("core", "0003_rules"),
    ]

    operations = [
        function("orders", "orders_keep_prices"),
        function("orders", "orders_keep_price_list"),
        function("orders", "orders_apply_movement"),
        function("orders", "orders_keep_level"),
        statements("orders", "triggers"),
    ]

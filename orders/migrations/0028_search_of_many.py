"""Among a million articles the first that match are found at once."""

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Upper

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0027_read_back_waivers_goods_back"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="variant",
            index=models.Index(OpClass(Upper("sku"), "text_pattern_ops"), name="variant_by_number"),
        ),
        statements(
            "orders",
            "product_key_statistics",
            backwards="ALTER TABLE orders_productkey ALTER COLUMN key SET STATISTICS DEFAULT;",
        ),
    ]

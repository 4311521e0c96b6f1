"""Accounts of one kind, page after page."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("ledger", "0005_rights"),
    ]

    operations = [
        AddIndexConcurrently(
            "account",
            models.Index(fields=["book", "kind", "currency", "code", "id"], name="account_by_kind"),
        ),
    ]

"""Extensions, rights, and the functions that constraints and triggers of every app call."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    initial = True
    # Before every other app's tables, so that the default rights hold for all of them.
    run_before = [("contenttypes", "0001_initial"), ("sessions", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        statements("core", "default_rights"),
        function("core", "refuse_change"),
        function("core", "make_append_only"),
        function("core", "text_can_be_seen"),
    ]

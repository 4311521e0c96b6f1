"""A release is brought to a system at work: its migrations close no table, and old processes go on beside them."""

import re

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.functions import Now

from ecomnet.released import LAST_MIGRATIONS
from tests.architecture import source
from tests.architecture.migration_rules import unsafe

TEN, TWENTY = models.CharField(max_length=10), models.CharField(max_length=20)
POSITIVE = models.CheckConstraint(condition=models.Q(amount__gt=0), name="amount_is_positive")
SINGLE = models.UniqueConstraint(fields=["code"], name="code_stands_once")
INDEX = models.Index(fields=["code"], name="by_code")


def state():
    fields = [("id", models.BigAutoField(primary_key=True)), ("code", TEN), ("amount", models.IntegerField(null=True))]
    project = ProjectState()
    project.add_model(ModelState("shop", "Thing", fields))
    return project


def faults(*operations, **attributes):
    made = type("Migration", (migrations.Migration,), {"operations": list(operations), **attributes})
    return list(unsafe(made("0002_change", "shop"), state()))


def add(field):
    return migrations.AddField("thing", "more", field)


@pytest.mark.parametrize(
    "operation",
    [
        add(models.IntegerField(null=True)),
        add(models.IntegerField(db_default=0)),
        add(models.DateTimeField(db_default=Now())),
        migrations.AlterField("thing", "code", TWENTY),
        migrations.AlterField("thing", "code", models.CharField(max_length=10, verbose_name="mark")),
        migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
        AddIndexConcurrently("thing", INDEX),
        AddConstraintNotValid("thing", POSITIVE),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_old_processes_do_not_notice_is_safe(operation):
    assert faults(operation) == []


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (add(models.IntegerField()), "db_default"),
        (add(models.IntegerField(default=0)), "db_default"),
        (add(models.IntegerField(null=True, unique=True)), "unique index"),
        (add(models.IntegerField(null=True, db_index=True)), "AddIndexConcurrently"),
        (add(models.ForeignKey("shop.Thing", models.PROTECT, null=True)), "AddIndexConcurrently"),
        (migrations.AlterField("thing", "code", models.CharField(max_length=9)), "rewrites"),
        (migrations.AlterField("thing", "amount", models.BigIntegerField(null=True)), "rewrites"),
        (migrations.AlterField("thing", "amount", models.IntegerField()), "unproven"),
        (migrations.AddIndex("thing", INDEX), "AddIndexConcurrently"),
        (migrations.AddConstraint("thing", POSITIVE), "AddConstraintNotValid"),
        (migrations.AddConstraint("thing", SINGLE), "unique index"),
        (migrations.RemoveField("thing", "code"), "a release later"),
        (migrations.RenameField("thing", "code", "mark"), "a release later"),
        (migrations.DeleteModel("Thing"), "a release later"),
        (migrations.RunSQL("SELECT 1"), "safe_because"),
        (migrations.RunPython(migrations.RunPython.noop), "safe_because"),
        (
            migrations.SeparateDatabaseAndState(database_operations=[migrations.AddIndex("thing", INDEX)]),
            "Concurrently",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value.describe(),
)
def test_what_closes_a_table_or_breaks_old_processes_is_refused(operation, why):
    [fault] = faults(operation)
    assert why in fault


def test_a_reason_that_is_given_is_believed_and_an_empty_one_is_not():
    change = migrations.RunSQL("SELECT 1")
    assert faults(change, safe_because="It reads one row.") == []
    assert len(faults(change, safe_because=" ")) == 1


def test_a_table_of_the_same_migration_is_nobodys_yet():
    made = migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True)), ("code", TEN)])
    assert faults(made, migrations.AddIndex("other", INDEX)) == []


def test_every_migration_after_the_last_release_is_safe_beside_it():
    loader = MigrationLoader(None)
    wrong = []
    for app, released in LAST_MIGRATIONS.items():
        names = [name for label, name in loader.graph.nodes if label == app and name > released]
        for name in sorted(names):
            parents = loader.get_migration(app, name).dependencies
            before = loader.project_state([parent for parent in parents if parent in loader.graph.nodes])
            wrong += [f"{app}.{name}: {fault}" for fault in unsafe(loader.get_migration(app, name), before)]
    assert wrong == []


def test_a_statement_that_a_migration_names_is_run():
    texts = {path: path.read_text(encoding="utf-8") for path in source.ROOT.glob("*/migrations/0*.py")}
    named = [(path, name) for path, text in texts.items() for name in re.findall(r"^([A-Z_]+) = ", text, re.MULTILINE)]
    assert [f"{path.stem}: {name}" for path, name in named if len(re.findall(rf"\b{name}\b", texts[path])) == 1] == []

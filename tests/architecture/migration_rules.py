"""What a migration may do while processes of the release before still work, and while people do.

A change is safe when old processes can read and write beside it, and when no table of theirs is closed for longer than
a moment. Why not a linter from elsewhere: those that there are read SQL of other servers or know nothing of constraints
that are added unproven (`NOT VALID`), and ours are thirty lines of rules.
"""

from collections.abc import Iterator

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED

#: A migration that breaks a rule for a good reason says it here, as an attribute of its class.
REASON = "safe_because"
HARMLESS = (
    operations.CreateModel,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.RemoveConstraint,
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
TAKEN_AWAY = (
    operations.RemoveField,
    operations.DeleteModel,
    operations.RenameField,
    operations.RenameModel,
    operations.AlterModelTable,
)
NEEDS_A_REASON = (operations.RunSQL, operations.RunPython)


def unsafe(migration: Migration, before: ProjectState) -> Iterator[str]:
    """What is unsafe in a migration that starts from this state; nothing where it gives a reason."""
    if getattr(migration, REASON, "").strip():
        return
    state, new = before.clone(), set()
    for operation in migration.operations:
        if isinstance(operation, operations.CreateModel):
            new.add(operation.name.lower())
        if _model_of(operation) not in new:
            yield from (f"{operation.describe()}: {why}" for why in _faults(migration, operation, state))
        operation.state_forwards(migration.app_label, state)


def _faults(migration: Migration, operation: operations.base.Operation, state: ProjectState) -> Iterator[str]:
    if isinstance(operation, HARMLESS):
        return
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _faults(migration, inner, state)
    elif isinstance(operation, operations.AddField):
        yield from _faults_of_new_field(operation.field)
    elif isinstance(operation, operations.AlterField):
        old = state.models[migration.app_label, operation.model_name.lower()].fields[operation.name]
        yield from _faults_of_changed_field(old, operation.field)
    elif isinstance(operation, operations.AddIndex | operations.RemoveIndex):
        yield "closes the table for writing: AddIndexConcurrently, RemoveIndexConcurrently"
    elif isinstance(operation, operations.AddConstraint):
        yield from _faults_of_constraint(operation.constraint)
    elif isinstance(operation, TAKEN_AWAY):
        yield "old processes still ask for it: take it away a release later, and say so"
    elif isinstance(operation, NEEDS_A_REASON):
        yield f"nobody can see what it does: say why it is safe in `{REASON}`"
    else:
        yield f"no rule knows it: say why it is safe in `{REASON}`"


def _faults_of_new_field(field: models.Field) -> Iterator[str]:
    if field.many_to_many:
        return
    if not field.null and field.db_default is NOT_PROVIDED:
        yield "old processes insert rows without it: null=True or db_default"
    if field.unique:
        yield "builds an index while the table is closed: a unique index concurrently, in a migration of its own"
    elif field.db_index:
        yield "builds an index while the table is closed: db_index=False, and AddIndexConcurrently"


def _faults_of_changed_field(old: models.Field, new: models.Field) -> Iterator[str]:
    if _type(old) != _type(new) and not _only_longer(old, new):
        yield "rewrites the table: a new field, filled by a job"
    if old.null and not new.null:
        yield "reads the whole table while it is closed: a constraint that is added unproven and proved later"
    if new.unique and not old.unique:
        yield "builds an index while the table is closed"
    if new.db_index and not old.db_index:
        yield "builds an index while the table is closed: AddIndexConcurrently"


def _faults_of_constraint(constraint: models.BaseConstraint) -> Iterator[str]:
    if isinstance(constraint, models.CheckConstraint):
        yield "reads the whole table while it is closed: AddConstraintNotValid, and ValidateConstraint later"
    else:
        yield "builds an index while the table is closed: a unique index concurrently, in a migration of its own"


def _type(field: models.Field) -> str:
    return str(field.db_type(connection))


def _only_longer(old: models.Field, new: models.Field) -> bool:
    """A longer text is a word in the catalogue, no new table."""
    return (
        isinstance(old, models.CharField)
        and isinstance(new, models.CharField | models.TextField)
        and (new.max_length is None or (old.max_length or 0) <= new.max_length)
    )


def _model_of(operation: operations.base.Operation) -> str:
    return str(getattr(operation, "model_name", None) or getattr(operation, "name", "")).lower()

"""Migrations of many models in seconds: a model that changes is rendered without its neighbours.

Django renders a model again together with everything that refers to it, at each operation: with models of residents,
stations and logins, to which half of all others refer, four fifths of the time of `migrate` are spent on classes that
nobody asks. The SQL of a table, a column, an index or a constraint is made from one model and from the tables and keys
of those it refers to, and these stay when something changes elsewhere. A migration that touches keys or names, which
others refer to, has every model rendered as Django does.
"""

from typing import Any, cast

from django.contrib.postgres.operations import CreateExtension
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RunPython,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

OF_ONE_MODEL = (AddConstraint, AddField, AddIndex, CreateModel, RemoveConstraint, RemoveField, RemoveIndex)
#: `RunPython` has all models rendered anew for itself where some were rendered alone.
OF_NO_MODEL = (CreateExtension, RunPython, RunSQL)


class State(ProjectState):
    """The state of a project that renders neighbours only for those who look at them."""

    renders_alone = False

    def begin(self, migration: Migration) -> None:
        """Before a migration: one that may concern other models finds all of them as Django renders them."""
        self.renders_alone = all(_concerns_one_model(operation) for operation in migration.operations)
        if not self.renders_alone:
            self.clear_delayed_apps_cache()

    def clone(self) -> "State":
        """Another one that begins as this one stands."""
        made = super().clone()
        # Django's `clone` makes one of its own class, whatever it is called on.
        made.__class__ = State
        copy = cast(State, made)
        copy.renders_alone = self.renders_alone
        return copy

    def _find_reload_model(self, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        if not self.renders_alone:
            return super()._find_reload_model(app_label, model_name, delay)  # type: ignore[misc]
        self.is_delayed = True
        return {(app_label, model_name)}


class Executor(MigrationExecutor):
    """Django's, with such a state."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> State:
        begun = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        return State(models=begun.models, real_apps=begun.real_apps)

    def apply_migration(self, state: ProjectState, migration: Migration, *args: Any, **options: Any) -> ProjectState:
        """Apply one migration to the database and to the state."""
        cast(State, state).begin(migration)
        return super().apply_migration(state, migration, *args, **options)


def _concerns_one_model(operation: Operation) -> bool:
    if isinstance(operation, AlterField):
        # What others refer to is a key.
        return not (operation.field.primary_key or operation.field.unique)
    return isinstance(operation, OF_ONE_MODEL + OF_NO_MODEL)

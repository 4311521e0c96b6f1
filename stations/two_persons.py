"""Four eyes: what two people do is done by two persons, however many logins one of them has.

A login stands for its person; of a record that was merged, for the one that was kept. A login that names no person
stands for itself: it says nothing by which two of them could be found to be one. Both halves, this module and the
triggers, ask the same function of the database, `person_behind`.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.sql import Query

from core.errors import SamePerson, refuses

IS_ONE_OF = (
    "SELECT coalesce(person_behind(%s) = ANY (SELECT person_behind(other) FROM unnest(%s::uuid[]) AS other), false)"
)


class PersonBehind(models.Func):
    """The person behind a login, in a query: two that are equal are logins of one person."""

    function = "person_behind"
    output_field = models.UUIDField()


def is_same_person(by: Any, *others: UUID | None) -> bool:
    """Whether one of these logins (or persons), given by their ids, belongs to the person who signed in as `by`."""
    known = {other for other in others if other is not None}
    if not known or by.pk in known:
        return bool(known)
    with connection.cursor() as cursor:
        cursor.execute(IS_ONE_OF, [by.pk, list(known)])
        return cursor.fetchone()[0]


def person_of(user: models.Model) -> UUID:
    """Whom a login stands for: its person's record that stands, or itself where it names none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_behind(%s)", [user.pk])
        return cursor.fetchone()[0]


@refuses(SamePerson)
def require_two_persons(by: Any, *others: UUID | None) -> None:
    """Refuse (`same_person`) what `by` does, when one of the other logins is of the same person."""
    if is_same_person(by, *others):
        raise SamePerson


class TwoPersons(models.BaseConstraint):
    """A constraint: the person of the login in `checker` is none of those in `makers`, where `condition` holds.

    It is kept by a trigger that is named like the constraint and raises a check violation. A row whose logins are found
    to be one person later stays as it is, and goes on changing in its other columns.
    """

    def __init__(self, *, checker: str, makers: tuple[str, ...], name: str, condition: models.Q | None = None) -> None:
        super().__init__(name=name)
        self.checker, self.makers, self.condition = checker, tuple(makers), condition

    def __repr__(self) -> str:
        return f"<TwoPersons: {self.checker} beside {', '.join(self.makers)} name={self.name!r}>"

    def __eq__(self, other: object) -> bool:
        return self.deconstruct() == other.deconstruct() if isinstance(other, TwoPersons) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.checker, self.makers))

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        values: dict[str, Any] = {"name": self.name, "checker": self.checker, "makers": self.makers}
        if self.condition is not None:
            values["condition"] = self.condition
        return f"{type(self).__module__}.{type(self).__qualname__}", (), values

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """No part of CREATE TABLE: the trigger follows the table."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table, quote = model._meta.db_table, schema_editor.quote_name
        logins = [model._meta.get_field(name).column for name in (self.checker, *self.makers)]
        guard = f"WHEN ({_condition_sql(self.condition, model, schema_editor)}) " if self.condition is not None else ""
        others = self._others(model)
        arguments = ", ".join(schema_editor.quote_value(value) for value in (",".join(others), *logins))
        written = ", ".join(map(quote, dict.fromkeys((*logins, *others))))
        return (
            f"CREATE TRIGGER {quote(self.name)} BEFORE INSERT OR UPDATE OF {written} ON {quote(table)} "
            f"FOR EACH ROW {guard}EXECUTE FUNCTION refuse_same_person({arguments})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"DROP TRIGGER {quote(self.name)} ON {quote(model._meta.db_table)}"

    def validate(
        self,
        model: Any,
        instance: Any,
        exclude: set[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """As the trigger does. Raises `ValidationError`."""
        columns = {self.checker, *self.makers, *(name for name, _value in self._asked())}
        if columns & (exclude or set()) or getattr(instance, self.checker) is None:
            return
        if self.condition is not None:
            values = instance._get_field_expression_map(meta=model._meta, exclude=exclude)
            if not self.condition.check(values, using=using):
                return
        makers = (getattr(instance, model._meta.get_field(name).attname) for name in self.makers)
        if is_same_person(getattr(instance, self.checker), *makers):
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def _asked(self) -> list[tuple[str, Any]]:
        """The columns that the condition asks, and for what."""
        children: Any = self.condition.children if self.condition is not None else ()
        return [(lookup.split("__")[0], value) for lookup, value in children]

    def _others(self, model: Any) -> list[str]:
        return [model._meta.get_field(name).column for name, _value in self._asked()]


def _condition_sql(condition: models.Q, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
    """The condition about the row that is being written, which a trigger calls `new`."""
    query = Query(model)
    where = query.build_where(condition)
    where.relabel_aliases({model._meta.db_table: "new"})
    compiler = query.get_compiler(connection=schema_editor.connection)
    written, values = where.as_sql(compiler, schema_editor.connection)
    return written % tuple(schema_editor.quote_value(value) for value in values)

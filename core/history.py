"""What happened to an object: one row for every change of state, which is the history people read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models

from core.database.compiled_queries import compiled_query
from core.database.db import insert_row
from core.language.text import is_blank
from core.models import StatusChange


def record_change(
    obj: models.Model,
    *,
    old: str,
    new: str,
    at: Any,
    actor: UUID | None = None,
    actor_kind: str = "",
    reason: str = "",
    key: str = "",
) -> None:
    """Write the change in the caller's transaction. Without an actor the system made it."""
    insert_row(
        StatusChange,
        content_type_id=ContentType.objects.get_for_model(obj).pk,
        object_id=str(obj.pk),
        old=old,
        new=new,
        actor=actor,
        actor_kind=actor_kind or ("person" if actor else "system"),
        reason="" if is_blank(reason) else reason,
        at=at,
        key=key,
    )


def record_changes(
    objects: Sequence[models.Model],
    *,
    old: str,
    new: str,
    at: Any,
    actor: UUID | None = None,
    actor_kind: str = "",
    reason: str = "",
) -> None:
    """Write the same change of many objects of one model in one statement: for batches."""
    rows = change_rows(objects, old=old, new=new, at=at, actor=actor, actor_kind=actor_kind, reason=reason)
    StatusChange.objects.bulk_create(rows, batch_size=2_000)


def change_rows(
    objects: Sequence[models.Model],
    *,
    old: str,
    new: str,
    at: Any,
    actor: UUID | None = None,
    actor_kind: str = "",
    reason: str = "",
) -> list[StatusChange]:
    """The same change of many objects of one model, for the caller to write with them."""
    if not objects:
        return []
    content_type = ContentType.objects.get_for_model(objects[0])
    kind = actor_kind or ("person" if actor else "system")
    return [
        StatusChange(
            content_type=content_type,
            object_id=str(each.pk),
            old=old,
            new=new,
            actor=actor,
            actor_kind=kind,
            reason="" if is_blank(reason) else reason,
            at=at,
        )
        for each in objects
    ]


def changes_of(obj: models.Model) -> models.QuerySet[StatusChange]:
    """The history of one object, oldest first."""
    return _changes(ContentType.objects.get_for_model(obj).pk, str(obj.pk))


def reasons_of(objects: Sequence[models.Model], *, new: str) -> dict[str, str]:
    """Why each of some objects of one model came into a state, by its id as text; one statement."""
    if not objects:
        return {}
    kind = ContentType.objects.get_for_model(objects[0])
    rows = StatusChange.objects.filter(content_type=kind, object_id__in=[str(each.pk) for each in objects], new=new)
    return dict(rows.order_by("at", "pk").values_list("object_id", "reason"))


def story_of(obj: models.Model) -> list[StatusChange]:
    """The same, read at once."""
    return _story.all(ContentType.objects.get_for_model(obj).pk, str(obj.pk))


def _changes(content_type: Any, object_id: Any) -> models.QuerySet[StatusChange]:
    return StatusChange.objects.filter(content_type=content_type, object_id=object_id).order_by("at", "pk")


_story = compiled_query(_changes)

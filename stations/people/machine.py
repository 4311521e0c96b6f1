"""The life of a person's record: live, deceased, or merged into another."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.state_machines import Machine
from stations.people.models import Person


class Standing(models.TextChoices):
    """What a record stands for, derived from its columns."""

    LIVE = "live", _("live")
    DECEASED = "deceased", _("deceased")
    MERGED = "merged", _("merged into another")


UNMERGED = frozenset({Standing.LIVE, Standing.DECEASED})

MACHINE = Machine(
    name="person",
    states=Standing,
    arrows={
        "record_death": frozenset({Standing.LIVE}),
        "undo_death": frozenset({Standing.DECEASED}),
        "merge_persons": UNMERGED,
        "unmerge_persons": frozenset({Standing.MERGED}),
        "erase_person": UNMERGED,
        "change_record": UNMERGED,
    },
)


def standing_of(person: Person) -> Standing:
    """Merged beats deceased: the record it was merged into says whether its person lives."""
    if person.merged_into_id is not None:
        return Standing.MERGED
    return Standing.DECEASED if person.died_date else Standing.LIVE

"""What waits for the county's decision."""

from django.db.models import QuerySet

from stations.archive.models import ArchiveProposal
from stations.people.masking import birth_year, mask_name
from stations.people.queries import village_of

#: So many are decided at once; the next come up when these are done.
PAGE = 50


def waiting_in_order(rows: QuerySet[ArchiveProposal]) -> QuerySet[ArchiveProposal]:
    """Those to decide, the longest unseen first."""
    shown = rows.waiting().select_related("person__home_station__village", "person__village")
    return shown.order_by("last_seen_at", "pk")


def label_of(row: ArchiveProposal) -> str:
    """One proposal in a line: masked name, year of birth, village."""
    person = row.person
    parts = (mask_name(person.full_name), birth_year(person.birth_date) or "", village_of(person).short_name)
    return " · ".join(str(part) for part in parts if part)

"""What waits for the county's decision."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.forms import Option
from core.language import formatting
from stations.archive.models import ArchiveProposal, ArchiveProposalQuerySet
from stations.people.masking import birth_year, mask_name
from stations.people.queries import village_of

#: So many are decided at once; the next come up when these are done.
PAGE = 50


def waiting_in_order(rows: ArchiveProposalQuerySet) -> QuerySet[ArchiveProposal]:
    """Those to decide, the longest unseen first."""
    shown = rows.waiting().select_related("person__home_station__village", "person__village")
    return shown.order_by("last_seen_at", "pk")


def label_of(row: ArchiveProposal) -> Option:
    """One proposal: masked name; village and year of birth below; when the person was last seen at the end."""
    person = row.person
    year = birth_year(person.birth_date)
    about = [village_of(person).short_name, *([_("born %(year)s") % {"year": year}] if year else [])]
    return Option(mask_name(person.full_name), hint=" · ".join(about), end=formatting.month(row.last_seen_at))

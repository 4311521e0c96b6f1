"""How complaints are told: the colour of a state, and until when somebody has to move one on."""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.language import formatting
from finance.complaints.models import Complaint

#: The colour of a complaint's state.
KINDS = {
    Complaint.Status.ESCALATED: "bad",
    Complaint.Status.RESOLVED: "ok",
    Complaint.Status.CLOSED: "info",
}


def kind_of(found: Complaint) -> str:
    """The colour of its status word."""
    return KINDS.get(Complaint.Status(found.status), "wait")


def until(complaint: Complaint) -> str:
    """Until when a complaint has to be moved on."""
    return _("by %(time)s") % {"time": formatting.moment(timezone.localtime(complaint.next_due_at))}

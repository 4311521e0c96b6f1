"""The verbs of complaints and disputes."""

from finance.complaints.services.answering import (
    AssigneeOutOfReach,
    DecidedByFinance,
    ReopenPeriodOver,
    ask_provider,
    assign_complaint,
    close_answered,
    escalate_overdue,
    reopen_complaint,
    resolve_complaint,
)
from finance.complaints.services.disputes import (
    AlreadyDisputed,
    NotADispute,
    NothingToDispute,
    decide_dispute,
    dispute_entry,
)
from finance.complaints.services.incoming import AlreadyComplained, hear_reply, log_complaint

"""Findings of the audit, cleared by people."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refuses
from core.language.reasons import needs_words
from ledger.models import AuditFinding


class FindingAlreadyCleared(Refused):
    """Somebody was faster."""

    code = "finding_already_cleared"
    message = _("This finding is already cleared.")


@refuses(FindingAlreadyCleared)
@needs_words("reason")
@transaction.atomic
def clear_finding(*, finding: AuditFinding, by: uuid.UUID, reason: str, at: dt.datetime) -> None:
    """A person has looked into a finding and takes responsibility; it stays cleared while nothing about it changes.

    Raises `FindingAlreadyCleared`, `ReasonMissing`.
    """
    if not AuditFinding.objects.filter(pk=finding.pk, cleared_at=None).update(
        cleared_by=by, cleared_at=at, cleared_reason=reason
    ):
        raise FindingAlreadyCleared

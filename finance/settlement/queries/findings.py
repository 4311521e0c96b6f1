"""What the auditor's open findings stop: a payee, a county, or the whole book."""

from ledger.models import AuditFinding, Book
from ledger.queries import open_findings
from stations.places.models import Division

COUNTY_DIGITS = 6


def county_code(county: Division) -> str:
    """A county's code as findings and accounts know it: its first six digits."""
    return county.code[:COUNTY_DIGITS]


def findings_about(county: Division) -> list[AuditFinding]:
    """The open findings that stop a county: its own, and those of the whole book."""
    book = Book.objects.filter(code=county.country).first()
    if book is None:
        return []
    scopes = [(AuditFinding.Scope.COUNTY, county_code(county)), (AuditFinding.Scope.BOOK, book.code)]
    return open_findings(book, scopes=scopes)


def stopping_findings(county: Division) -> list[str]:
    """The checks that hold a county's day, each once."""
    return sorted({finding.check_code for finding in findings_about(county)})


def stopped_payees(country: str) -> set[str]:
    """The codes of the accounts whose own findings stop their statements and payouts, and nobody else's."""
    book = Book.objects.filter(code=country).first()
    found = open_findings(book) if book else []
    return {finding.scope_key for finding in found if finding.scope == AuditFinding.Scope.PAYEE}

"""What was brought to a meeting of a group and reaches us later counts from the day of the meeting."""

import pytest

from core.money import Money
from finance.loans.queries import asked_reversal, latest_receipt
from finance.loans.services import Collected, LineCollected, NoMeeting, approve_reversal, collect_line, propose_reversal
from finance.models import CollectionSheet, Loan
from tests.factories.finance import desk
from tests.factories.loans import NOON, borrower_of
from tests.factories.stations import finance_officer
from tests.finance.test_loan_groups import lent
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings
from tests.pages import told


def test_a_line_that_arrives_within_three_days_counts_from_its_meeting_to_the_cent_and_a_later_one_does_not(db):
    told(
        "At 18 % and 3 days of grace a member brings 2,000.00 to a meeting five days after 2,770.00 fell due, and the "
        "line is recorded three days later: penalty 2.47, interest 270.00, principal 1,727.53, and 1.14 for the three "
        "nights since, as if it had been recorded at the meeting.",
        page="loans.md",
    )
    ready, meeting = desk(), FIRST_DUE + 5 * DAY
    group, [first, late, too_late] = lent(ready, *(borrower_of(ready) for _number in range(3)))

    def brings(loan, days, *, of=meeting):
        line = Collected(loan=loan.pk, amount=Money(2_000_00, "CNY"), reason="卖得晚")
        at = NOON + (meeting - NOON.date()) + days * DAY
        about = {"group": group, "station": ready.station, "by": ready.partner, "key": f"{loan.pk} {days}"}
        return collect_line(line=line, meeting=of, at=at, **about)

    closed(first, meeting - DAY)
    brings(first, 0)
    closed(first, meeting + 2 * DAY)
    with pytest.raises(NoMeeting):
        brings(late, 3, of=meeting + DAY)
    assert brings(late, 3).expected_minor == 2_772_47
    sheet = CollectionSheet.objects.get()
    assert (sheet.meeting_date, str(sheet.expected), sheet.lines.count()) == (meeting, "5544.94", 2)
    names = ("penalty_due_minor", "penalty_paid_minor", "interest_paid_minor", "principal_paid_minor")
    names += ("days_past_due", "most_days_late", "advance_minor")
    [in_time, arrived] = Loan.objects.filter(pk__in=[first.pk, late.pk]).order_by("pk").values_list(*names)
    assert in_time == arrived == (3_61, 2_47, 270_00, 1_727_53, 8, 8, 0)
    assert latest_receipt(late).value_date == meeting
    closed(first, meeting + 3 * DAY)
    with pytest.raises(LineCollected):
        brings(late, 4)
    brings(too_late, 4)
    assert latest_receipt(too_late).value_date == meeting + 4 * DAY
    assert findings() == []
    about = {"loan": late, "at": NOON + (meeting - NOON.date()) + 4 * DAY}
    propose_reversal(receipt=latest_receipt(late), reason="记错人", by=finance_officer(), **about)
    approve_reversal(proposal=asked_reversal(late).pk, by=finance_officer(), **about)
    late.refresh_from_db()
    assert (late.penalty_due_minor, late.principal_paid_minor, findings()) == (7_40, 0, [])

"""A payee who trusts nobody checks his statement: what was altered shows."""

import pytest

from ecomnet.simulation.nights import faults_in
from finance.settlement.api import StatementDocumentOut
from tests.factories.settlement import statements_of, village, week_of_work


@pytest.mark.django_db
def test_a_statement_that_was_altered_is_noticed_by_its_payee():
    told = statements_of(week_of_work(village()))[0]
    document = StatementDocumentOut(told).data
    assert list(faults_in(document)) == []
    assert list(faults_in({**document, "payable": "7.01"})) == ["it does not add up, by -1"]
    assert list(faults_in({**document, "rows": document["rows"][:1]})) == ["the seal does not fit its rows"]

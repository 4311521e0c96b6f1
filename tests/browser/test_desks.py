"""Work away from the counter, as a person does it: a manager's Monday, an officer's morning, an auditor's question."""

import csv
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.timezone import now
from playwright.sync_api import expect

from core.models import StoredFile
from finance.models import Payment, PayoutBatch, ReconItem
from finance.payments.services import decide_payment, propose_decision
from finance.recon.services import match_recon_items
from ledger.queries import uncleared_findings
from ledger.services import clear_finding
from stations.duplicates.models import PersonMerge
from stations.duplicates.services import refuse_merge
from stations.models import SupportVisit
from tests.browser.conftest import DESK
from tests.browser.hand import BUDGET, Hand

NEEDS = "section[aria-labelledby=needs]"
#: Forms of a page that would change something.
CHANGES = """[...document.querySelectorAll("main form")].filter(
  form => form.method === "post" && form.querySelector("button, [type=submit]")).length"""


@pytest.fixture
def desk(working, house):
    """The first page of somebody who works at no counter."""

    def sit_down(username):
        return working.open("/", size=DESK, language="en", user=known(username))

    return sit_down


def known(username):
    return get_user_model().objects.get(username=username)


def need(page, words):
    """The row of what waits under these words."""
    page.locator(NEEDS).wait_for()
    return page.locator(f"{NEEDS} a.need").filter(has=page.get_by_text(words, exact=True))


def take_up(hand, words):
    """Press what waits, with the press that unfolds it where older things stand before it."""
    row = need(hand.page, words)
    if not row.is_visible():
        hand.press(hand.page.get_by_text("More that waits"))
    hand.press(row)


def go_home(hand):
    hand.press(hand.page.locator("header a.station"))


def test_a_managers_monday(desk, house):
    manager = known("manager2")
    of_county = SupportVisit.objects.filter(station__county=house.station.county, status="due")
    visit = of_county.order_by("due_date", "pk").first()
    merge, *others = PersonMerge.objects.filter(status="proposed").exclude(proposed_by=manager).order_by("pk")
    for other in others:
        refuse_merge(merge=other, actor=manager, at=now(), reason="两个人")
    hand = Hand(page := desk("manager2"))
    assert page.locator("main h2").first.inner_text() == "Needs you"
    expect(page.get_by_role("heading", name="Services by month")).to_be_visible()
    hand.press(page.locator("summary", has_text="Figures"))
    expect(page.locator("main table tbody tr")).to_have_count(12)
    take_up(hand, "Visits to make")
    hand.press(page.locator(f"a[href='/county/visits/{visit.pk}/']"))
    expect(page.locator("h1")).to_have_text(visit.station.name)
    with translation.override("en"):
        expect(page.locator("main")).to_contain_text(visit.warning.get_kind_display())
    go_home(hand)
    take_up(hand, "Merged records to approve")
    hand.press(page.locator(f"a[href='/county/people/merges/{merge.pk}/']"))
    hand.press(page.get_by_role("button", name="Merge the records"))
    expect(page.get_by_text("Records merged.")).to_be_visible()
    go_home(hand)
    expect(need(page, "Merged records to approve")).to_have_count(0)
    merge.refresh_from_db()
    assert (merge.status, merge.decided_by) == ("merged", manager)
    assert hand.taps <= BUDGET["a_managers_monday"]


def test_a_finance_officers_morning(desk, house):
    officer = known("finance2")
    item = ReconItem.objects.still_open().filter(kind="status", status="exception").latest("pk")
    match_recon_items(items=ReconItem.objects.exclude(pk=item.pk), at=now())
    batch = PayoutBatch.objects.get(status="calculated")
    for finding in uncleared_findings():  # one about its county stops its payouts
        clear_finding(finding=finding, by=known("auditor").pk, reason="已核对", at=now())
    hand = Hand(page := desk("finance2"))
    take_up(hand, "Differences to explain")
    hand.press(page.locator(f"a[href='/finance/settlement/recon/{item.pk}/']"))
    expect(page.locator("main")).to_contain_text("What each side says")
    hand.press(page.get_by_text("The company corrects it"))
    hand.press(page.get_by_role("button", name="Close this difference"))
    expect(page.locator(".tabs")).to_contain_text("To settle 0")
    go_home(hand)
    expect(need(page, "Differences to explain")).to_have_count(0)
    take_up(hand, "Payout batches to approve")
    hand.press(page.locator(f"a[href='/finance/payouts/batches/{batch.pk}/']"))
    hand.press(page.get_by_role("button", name="Approve and pay"))
    expect(page.get_by_text("The file is on its way to the bank.")).to_be_visible()
    go_home(hand)
    expect(need(page, "Payout batches to approve")).to_have_count(0)
    item.refresh_from_db()
    batch.refresh_from_db()
    assert (item.status, item.reason_code, item.closed_by) == ("resolved", "they_correct", officer)
    assert (batch.status, batch.approved_by) == ("exported", officer)
    assert hand.taps <= BUDGET["a_finance_officers_morning"]


def decided_by_two(house):
    """A payment that no machine could decide: one officer proposed how it ended, another confirmed."""
    payment = Payment.objects.filter(station=house.station, status="manual_review").latest("pk")
    letter = StoredFile.objects.create(media_type="application/pdf", size=1, sha256="0" * 64, stored_at=now())
    said = {"payment": payment, "outcome": "failed", "at": now()}
    propose_decision(reason="对方来函", evidence=letter, by=known("finance"), **said)
    return decide_payment(by=known("finance2"), **said)


def test_an_auditors_question(desk, house):
    payment = decided_by_two(house)
    hand = Hand(page := desk("auditor"))
    page.locator("#find").fill(payment.receipts.earliest("pk").number[-6:])
    hand.enter()
    page.wait_for_url(f"**/finance/payments/{payment.pk}/")
    for officer in ("finance", "finance2"):
        expect(page.locator("main")).to_contain_text(known(officer).shown_name)
    assert page.evaluate(CHANGES) == 0
    hand.press(page.get_by_role("link", name="Transfers and records"))
    page.wait_for_url(f"**/admin/finance/payment/{payment.pk}/**")
    assert page.evaluate(CHANGES) == 0
    hand.press(page.locator("#content a[href*='/ledger/transfer/']").first)
    page.wait_for_url("**/admin/ledger/transfer/**")
    expect(page.locator("#content")).to_contain_text(str(payment.total))
    assert page.evaluate(CHANGES) == 0
    hand.press(page.locator("a.to-console"))
    hand.press(page.locator("#menu summary", has_text="Money"))
    hand.press(page.locator("#menu").get_by_role("link", name="Payments", exact=True))
    hand.press(page.get_by_role("link", name="Last 7 days"))
    expect(page.locator(".quick a[aria-current]")).to_have_text("Last 7 days")
    assert page.evaluate(CHANGES) == 0
    with page.expect_download() as started:
        hand.press(page.get_by_role("link", name="Download CSV"))
    _head, *rows = csv.reader(Path(started.value.path()).read_text("utf-8-sig").splitlines())
    shown = page.locator(".tabs a[aria-current] .num").inner_text()
    assert f"{len(rows):,}" == shown
    assert hand.taps <= BUDGET["an_auditors_question"]

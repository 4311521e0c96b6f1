"""The pages that show the API: they work under our content security policy, with nothing from elsewhere."""

from tests.browser.conftest import DESK


def test_a_call_of_the_first_page_opens_with_its_example_and_the_policy_has_nothing_to_report(console):
    page = console.open("/api/v1/docs/", size=DESK, language="en")
    page.get_by_role("link", name="POST /api/v1/bill-payments/").click()
    verb = page.locator("[id*='billPaymentsCreate']")
    # The whole document is drawn by scripts: beside two other processes that takes longer than a page of ours.
    verb.locator("code", has_text="cash_given").first.wait_for(timeout=120_000)

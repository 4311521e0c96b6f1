"""The page that shows the API: it works under the policy of the house, with nothing from elsewhere."""

from tests.browser.conftest import DESK
from tests.factories.stations import StationFactory, partner_of


def test_an_endpoint_opens_with_its_example_and_the_policy_has_nothing_to_report(console):
    page = console.open("/api/v1/docs/", size=DESK, language="en", user=partner_of(StationFactory()))
    verb = page.locator("[id*='bill_payments_create']")
    page.locator("[id*='accounts_balance']").first.wait_for()
    while not verb.count():  # the document is long: what is out of sight is not drawn
        page.mouse.wheel(0, 500)
        page.evaluate("new Promise(requestAnimationFrame)")
    verb.get_by_role("button").first.click()
    verb.get_by_text("cash_given").first.wait_for()

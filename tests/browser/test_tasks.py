"""The tasks of a day at the counter, as a person does them: how many presses, without a pointer, without scripts."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import expect

from core.models import Instruction
from finance.models import BillFetch, CashDay, Payment, ReceiptPrint, StationMoney
from finance.tills.queries import till_balance
from finance.tills.services import open_cash_day
from orders.models import Order
from stations.models import Person
from tests.browser.hand import BUDGET, Hand
from tests.factories.accounts import code_for
from tests.factories.parcels import code_of, waiting
from tests.factories.purchases import code_of as code_of_order
from tests.jobs import run_jobs

#: A window has no printer: count what would have been printed, and come back as from the real layer.
PRINTER = """
window.printed = 0;
window.print = () => { sessionStorage.printed = Number(sessionStorage.printed ?? 0) + 1;
                       setTimeout(() => dispatchEvent(new Event('afterprint'))); };
"""


@pytest.fixture
def counter(working, house):
    """The first page of the partner, with a printer beside it."""

    def sit_down(path="/", **how):
        page = working.open("/help/", language="en", user=house.partner, **how)
        if how.get("scripts", True):
            page.add_init_script(PRINTER)
        page.goto(working.address + path)
        return page

    return sit_down


def open_the_till(house):
    """The morning is over before the task begins."""
    if not CashDay.objects.filter(station=house.station, status="open").exists():
        held = till_balance(house.station).minor // 10
        open_cash_day(station=house.station, lines={10: held} if held else {}, by=house.partner, at=now())


def paid_for(house):
    return Payment.objects.filter(bill__fetch=house.waiting)


def test_the_day_is_opened_with_one_press(counter, house):
    StationMoney.objects.filter(station=house.station).update(mode="postpaid")  # the company's cash is in its till
    hand = Hand(page := counter())
    hand.press(page.get_by_role("button", name="Yes, open the day"))
    expect(page.get_by_text("Opened at")).to_be_visible()
    assert CashDay.objects.filter(station=house.station, status="open").count() == 1
    assert hand.taps <= BUDGET["open_the_day"]


def test_a_fetched_bill_is_paid_and_its_slip_printed_within_the_budget(counter, house):
    open_the_till(house)
    hand = Hand(page := counter())
    page.locator("main [data-search]").press_sequentially(house.payer.full_name)
    hand.press(page.locator(f"#results a[href*='{house.payer.pk}']"))
    hand.press(page.locator(f"a[href*='{house.waiting.pk}']"))
    assert house.payer.full_name in page.inner_text("main")
    hand.press(page.get_by_role("button", name="Pay "))
    hand.press(page.get_by_role("link", name="Print the pending slip"))
    expect(
        page.get_by_text("This slip was printed before.").or_(page.get_by_text("COPY 1").first).first
    ).to_be_visible()
    assert page.evaluate("sessionStorage.printed") == "1"
    assert ReceiptPrint.objects.filter(receipt__payment=paid_for(house).get()).count() == 1
    assert hand.taps <= BUDGET["pay_a_fetched_bill"]


def test_a_phone_is_recharged_and_its_slip_printed_within_the_budget(counter, house):
    open_the_till(house)
    known = Person.objects.filter(home_station=house.station, full_name=house.payer.full_name)
    known.update(phone="+8613805161234")
    hand = Hand(page := counter())
    page.locator("main [data-search]").press_sequentially(house.payer.full_name)
    hand.press(page.locator(f"#results a[href*='{house.payer.pk}']"))
    hand.press(page.get_by_role("link", name="Recharge a phone"))
    hand.press(page.get_by_role("button", name="¥30.00"))
    assert "138 0516 1234" in page.inner_text("main")
    hand.press(page.get_by_role("button", name="Recharge 30.00"))
    hand.press(page.get_by_role("link", name="Print the pending slip"))
    expect(
        page.get_by_text("This slip was printed before.").or_(page.get_by_text("COPY 1").first).first
    ).to_be_visible()
    assert page.evaluate("sessionStorage.printed") == "1"
    assert Payment.objects.filter(payer=house.payer, purpose="recharge", amount_minor=30_00, status="held").count() == 1
    assert hand.taps <= BUDGET["recharge_a_phone"]


def test_a_number_that_has_moved_is_confirmed_before_it_is_recharged(working, counter, house):
    working.forgive("status of 422")
    open_the_till(house)
    page = counter(reverse("recharge:choose"))
    page.get_by_label("Phone number").fill("13805161234")
    page.get_by_role("button", name="Show the amounts").click()
    page.get_by_role("button", name="China Telecom").click()
    page.get_by_role("button", name="¥50.00").first.click()
    page.get_by_role("button", name="Recharge 50.00").click()
    expect(page.locator(".errors")).to_be_focused()
    assert not Payment.objects.filter(recharge__phone="+8613805161234").exists()
    page.get_by_label("Yes, the number was ported to China Telecom").check()
    page.get_by_role("button", name="Recharge 50.00").click()
    page.wait_for_url("**/finance/payments/**")
    assert Payment.objects.get(recharge__phone="+8613805161234").recharge.is_ported


def test_a_parcel_is_handed_over_against_its_code_within_the_budget(counter, house):
    parcel = waiting(house.station)
    hand = Hand(page := counter())
    hand.press(page.locator("main").get_by_role("link", name="Hand over a parcel"))
    page.get_by_label("Number of the parcel").fill(parcel.number)
    page.get_by_label("Pick-up code").fill(code_of(parcel))
    hand.press(page.get_by_role("button", name="Handed over"))
    expect(page.get_by_text(f"Handed over: {parcel.number}")).to_be_visible()
    parcel.refresh_from_db()
    assert parcel.status == "collected"
    assert hand.taps <= BUDGET["hand_over_a_parcel"]


def test_goods_are_ordered_and_the_buyer_agrees_within_the_budget(counter, house):
    Person.objects.filter(pk=house.payer.pk).update(phone="+8613805161234")
    before = set(Order.objects.values_list("pk", flat=True))
    hand = Hand(page := counter())
    page.locator("main [data-search]").press_sequentially(house.payer.full_name)
    hand.press(page.locator(f"#results a[href*='{house.payer.pk}']"))
    hand.press(page.locator("main").get_by_role("link", name="Order goods"))
    page.get_by_label("Name, pinyin, article number or barcode").fill("dami")
    hand.enter()
    hand.press(page.locator("main a[href*='n-RICE-5=1']"))
    hand.press(page.get_by_role("button", name="Ask the buyer to agree"))
    page.wait_for_url("**/purchases/*/")
    order = Order.objects.exclude(pk__in=before).get()
    page.get_by_label("Code from the buyer's phone").fill(code_of_order(order))
    hand.press(page.get_by_role("button", name="Place the order"))
    expect(page.get_by_text("A code was sent to the buyer's phone.")).to_have_count(0)
    order.refresh_from_db()
    assert (order.status, order.villager) == ("placed", house.payer)
    assert hand.taps <= BUDGET["order_goods"]


def test_the_till_is_counted_and_closed_within_the_budget(counter, house):
    open_the_till(house)
    day = CashDay.objects.get(station=house.station, status="open")
    held = day.opening_minor
    hand = Hand(page := counter())
    hand.press(page.get_by_role("link", name="Close the day"))
    if held:
        page.locator("#id_v10").fill(str(held // 10))
    hand.press(page.get_by_role("button", name="Compare with the books"))
    hand.press(page.get_by_role("button", name="Close the day"))
    expect(page.get_by_text("Closed").first).to_be_visible()
    day.refresh_from_db()
    assert day.status == "closed"
    assert hand.taps <= BUDGET["todays_till"]


def test_what_needs_me_is_one_press_away(counter, house):
    hand = Hand(page := counter())
    hand.press(page.locator("a.row[href*='/finance/payments/']").first)
    expect(page.locator("h1")).to_be_visible()
    assert hand.taps <= BUDGET["what_needs_me"]


def test_an_account_paid_before_is_asked_for_again_in_two_presses(counter, house):
    account = house.payer.household.bill_accounts.first()
    asked = BillFetch.objects.count()
    hand = Hand(page := counter(reverse("people:person", args=[house.payer.pk])))
    hand.press(page.locator(f"a[href*='account={account.pk}']"))
    hand.press(page.get_by_role("button", name="Look up the bill"))
    page.wait_for_url("**/finance/bills/*/")
    assert BillFetch.objects.count() == asked + 1
    assert hand.taps <= BUDGET["pay_again"]


def test_a_bill_is_paid_by_keyboard_alone_and_the_focus_is_never_lost(counter, house):
    open_the_till(house)
    page = counter(size=(1280, 800))
    focused = "document.activeElement !== document.body"
    assert page.evaluate("document.activeElement.matches('main [data-search]')")
    page.keyboard.type(house.payer.full_name)
    page.locator(f"#results a[href*='{house.payer.pk}']").wait_for()
    for expected in (str(house.payer.pk), str(house.waiting.pk)):
        tab_to(page, f"a[href*='{expected}']")
        assert page.evaluate(focused)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{expected}**")
    tab_to(page, "main button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/finance/payments/**")
    assert paid_for(house).count() == 1


def tab_to(page, selector, most=40):
    """Press Tab until the focus stands on this; fails when it never does."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_pay_pressed_twice_pays_once(counter, house):
    open_the_till(house)
    page = counter(reverse("bills:check", args=[house.waiting.pk]))
    page.evaluate("() => { for (const time of [1, 2, 3]) document.querySelector('main button.primary').click() }")
    page.wait_for_url("**/finance/payments/**")
    first = page.url
    page.go_back()
    page.wait_for_url(first)
    assert paid_for(house).count() == 1


def test_cash_and_phone_survive_a_reload_of_the_check_page(counter, house):
    page = counter(reverse("bills:check", args=[house.waiting.pk]))
    page.get_by_label("Cash received").press_sequentially("200")
    page.wait_for_timeout(1300)
    page.reload()
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_label("Cash received")).to_have_value("200")


def test_a_scan_on_a_page_without_a_target_goes_to_the_search(counter, house):
    page = counter(reverse("floats:float"))
    page.locator("#id_amount").focus()
    page.evaluate(
        """code => {
          for (const key of [...code, 'Enter'])
            document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
        }""",
        "SC2026001234",
    )
    page.wait_for_url("**/search/**")
    expect(page.locator("main [data-search]")).to_have_value("SC2026001234")


def test_too_little_cash_is_refused_on_the_page_with_what_was_typed(working, counter, house):
    working.forgive("status of 422")
    open_the_till(house)
    page = counter(reverse("bills:check", args=[house.waiting.pk]))
    page.get_by_label("Cash received").fill("20")
    page.get_by_role("button", name="Pay ").click()
    expect(page.locator(".errors")).to_be_focused()
    expect(page.get_by_label("Cash received")).to_have_value("20")
    assert paid_for(house).count() == 0


def test_a_silent_company_is_unknown_with_reference_and_next_time_and_asked_once(working, counter, house, sandbox):
    open_the_till(house)
    sandbox.wish("lose_answer", kind="bill")
    page = counter(reverse("bills:check", args=[house.waiting.pk]))
    page.get_by_role("button", name="Pay ").click()
    page.wait_for_url("**/finance/payments/**")
    run_jobs()
    page.reload()
    expect(page.locator("h1")).to_contain_text("The company has not answered")
    reference = paid_for(house).get().receipts.get().number[-6:]
    assert reference in page.inner_text("main .ref")
    assert "We check again at" in page.inner_text("main")
    for _again in range(3):
        page.goto(working.address + reverse("bills:check", args=[house.waiting.pk]))
        expect(page.locator("h1")).to_contain_text("The company has not answered")
    assert Instruction.objects.filter(kind="bill", our_ref__in=paid_for(house).values("pk")).count() == 1
    assert paid_for(house).count() == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_without_scripts_a_partner_signs_in_finds_a_resident_and_pays(working, house, language):
    open_the_till(house)
    get_user_model().objects.filter(pk=house.partner.pk).update(language=language)
    page = working.open("/", language=language, scripts=False)
    page.fill("[name=username]", "partner")
    page.fill("[name=password]", "village-demo")
    page.fill("[name=code]", code_for(house.partner))
    page.locator("main form .primary").first.click()
    page.fill("[name=pin]", "482931")
    page.fill("[name=again]", "482931")
    page.locator("main form .primary").first.click()
    page.fill("main [data-search]", house.payer.full_name)
    page.locator("main form[role=search] button.primary").click()
    page.locator(f"a[href*='{house.payer.pk}']").first.click()
    page.locator(f"a[href*='{house.waiting.pk}']").first.click()
    page.locator("main button.primary").click()
    page.locator("a[href*='receipt']").first.click()
    paper = page.inner_text(".paper")
    assert paper.count("待确认") == paper.count("PENDING") == 2
    assert paid_for(house).count() == 1


def test_a_slip_changes_its_word_with_the_payment_and_names_the_one_before(working, counter, house):
    open_the_till(house)
    page = counter(reverse("bills:check", args=[house.waiting.pk]))
    page.get_by_role("button", name="Pay ").click()
    page.wait_for_url("**/finance/payments/**")
    receipt = page.url.rstrip("/") + "/receipt/"
    page.goto(receipt)
    pending = page.locator(".head p").inner_text().strip()
    assert "待确认" in page.inner_text(".paper")
    page.get_by_role("button", name="Print the slip").click()
    expect(page.locator(".paper")).to_contain_text("COPY 1")
    run_jobs()
    page.goto(receipt)
    paper = page.inner_text(".paper")
    assert "已付款" in paper
    assert "待确认" not in paper
    assert pending in paper
    page.get_by_role("button", name="Print the slip").click()
    expect(page.locator(".paper")).to_contain_text("COPY 1")


def test_the_paper_is_as_wide_as_the_printer_and_a_large_sheet_is_large(counter, house):
    paid = Payment.objects.filter(station=house.station, status="succeeded").latest("pk")
    page = counter(reverse("payments:receipt", args=[paid.pk]))
    page.emulate_media(media="print")
    width = "document.querySelector('.paper').getBoundingClientRect().width / 96 * 25.4"
    assert 47 < page.evaluate(width) < 49
    centre = """(() => { const paper = document.querySelector('.paper').getBoundingClientRect();
      const qr = document.querySelector('.qr').getBoundingClientRect();
      return Math.abs(paper.left + paper.width / 2 - qr.left - qr.width / 2) })()"""
    assert page.evaluate(centre) < 1
    assert not page.locator(".top").is_visible()
    page.set_viewport_size({"width": 700, "height": 900})
    page.goto(page.url + "?size=a4")
    assert page.evaluate(width) > 120

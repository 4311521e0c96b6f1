"""The worked examples of docs/money.md about the drawer, computed again; and its pages as people press them."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils.timezone import now

from finance import chart
from finance.models import (
    BankStatementLine,
    CashDay,
    CashReport,
    CashThreshold,
    KnownError,
    LossCase,
    OverShort,
    Remittance,
)
from finance.payments.services import Charge, take_payment
from finance.tills.console import CONSOLE
from finance.tills.services import (
    charge_variance,
    close_loss,
    decide_dispute,
    dispute_variance,
    explain_variance,
    propose_charge,
    receive_remittance,
    report_loss,
    take_insurance,
)
from tests.conftest import SignedInClient
from tests.factories.days import today
from tests.factories.finance import LONG_AGO_DATE, helper_at, payer_at
from tests.factories.tills import DAY, cash_desk, close_with, difference, on_its_way, open_centre, pieces, yuan

PAGE = " ".join((Path(settings.BASE_DIR) / "docs" / "money.md").read_text().split())


TO_FILE = next(need for need in CONSOLE.needs if need.name == "tills.reports")


def says(*sentences):
    for sentence in sentences:
        assert sentence in PAGE, sentence


def browser_of(user):
    browser = SignedInClient()
    browser.force_login(user)
    session = browser.session
    session["second_factor_at"] = now().isoformat()
    session.save()
    return browser


def press(browser, path, **typed):
    """Open nothing, press the button: a key as the page would have made it."""
    return browser.post(path, {"key": f"{len(typed)}{path}"[:60].replace("/", "-"), **typed})


# --- the examples


def test_2044_40_counted_as_2040_closes_with_4_40(db):
    says("over_short → till 4.40, and the till holds 2,040.00")
    ready = cash_desk(2_044_40)
    close_with(ready, 2_040_00)
    own = chart.over_short(ready.station, ready.partner)
    assert (ready.holds(ready.till_key), ready.holds(own)) == (2_040_00, 4_40)


def test_short_4_40_charged_disputed_and_borne(db):
    says("commission −4.40, over_short 0", "commission 0, over_short 4.40", "expense 4.40")
    ready = cash_desk(2_044_40)
    short = difference(ready, -4_40)
    own, earned = chart.over_short(ready.station, ready.partner), chart.commission_of_user(ready.partner.pk)
    explain_variance(over_short=short, text="找零", by=ready.partner, at=now())
    proposed = propose_charge(over_short=short, text="没有原因", by=ready.manager, at=now())
    charge_variance(over_short=short, by=ready.officer, at=proposed.notice_at + 7 * DAY)
    assert (ready.holds(earned), ready.holds(own)) == (-4_40, 0)
    dispute_variance(over_short=short, text="不是我", by=ready.partner, at=proposed.notice_at + 19 * DAY)
    assert (ready.holds(earned), ready.holds(own)) == (0, 4_40)
    decide_dispute(over_short=short, outcome="absorb", text="有故障", by=ready.other_officer, at=now())
    assert ready.holds(chart.platform("expense")) == 4_40


def test_100_handed_over_and_99_counted(db):
    says("centre 99.00, over_short of the carrier 1.00, on its way 0")
    ready = cash_desk(100_00)
    open_centre(ready)
    receive_remittance(remittance=on_its_way(ready, 100_00), lines=pieces(99_00), by=ready.clerk, at=now())
    assert ready.holds(chart.till(ready.centre)) == 99_00
    assert ready.holds(chart.over_short(ready.station, ready.clerk)) == 1_00
    assert ready.holds(chart.cash_in_transit(ready.station)) == 0


def test_800_stolen_and_500_insured_cost_300(db):
    says("800.00 stolen, 500.00 paid by the insurer: closing it costs 300.00")
    ready = cash_desk(800_00)
    loss = report_loss(
        station=ready.station, kind="robbery", amount=yuan(800_00), text="被撬", by=ready.partner, at=now()
    )
    line = BankStatementLine.objects.create(
        country="CN",
        bank_account="main",
        value_date=today(),
        line_ref="I-1",
        direction="in",
        amount_minor=500_00,
        currency="CNY",
        imported_at=now(),
    )
    take_insurance(loss_case=loss, bank_line=line, by=ready.officer, at=now())
    for person in (ready.officer, ready.other_officer):
        close_loss(loss_case=loss, by=person, at=now())
    assert ready.holds(chart.platform("expense")) == 300_00


# --- the pages


def test_a_morning_count_that_differs_is_asked_twice_and_then_written_down(db):
    ready = cash_desk(100_00)
    close_with(ready, 100_00)
    CashDay.objects.update(business_date=today() - DAY)
    browser, path = browser_of(ready.partner), "/finance/tills/open/counted/"
    first = press(browser, path, v10000="", v5000="1")
    assert (first.status_code, CashDay.objects.count()) == (422, 1)
    agreed = first.context["form"].data["agreed"]
    other = press(browser, path, v10000="", v5000="2", agreed=agreed)
    assert other.status_code == 303 or OverShort.objects.count() == 0
    if other.status_code != 303:
        assert press(browser, path, v10000="", v5000="1", agreed=agreed).status_code == 303


def test_the_partner_closes_with_a_difference_and_explains_it_on_its_page(db):
    ready = cash_desk(100_00)
    day, browser = ready.day, browser_of(ready.partner)
    assert press(browser, f"/finance/tills/{day.pk}/count/", v5000="1", v1000="4").status_code == 303
    shown = browser.get(f"/finance/tills/{day.pk}/")
    assert "-10.00" in shown.content.decode()
    assert press(browser, f"/finance/tills/{day.pk}/close/").status_code == 303
    short = OverShort.objects.get()
    page = f"/finance/tills/differences/{short.pk}/"
    assert press(browser, f"{page}explain/", text="掉了一张十元").status_code == 303
    short.refresh_from_db()
    assert (short.status, short.explanation) == ("explained", "掉了一张十元")
    sheet = browser_of(ready.manager).get(page)
    assert sheet.status_code == 200
    assert [line.amount.minor for line in sheet.context["sheet"].entries][-1:] == [-10_00]
    refused = press(browser_of(ready.officer), f"{page}charge/")
    assert refused.status_code == 409
    assert browser_of(cash_desk().partner).get(page).status_code == 404


def test_helper_takes_the_till_on_the_page_of_the_day(own_database):
    ready = cash_desk(100_00)
    helper, day = helper_at(ready), ready.day
    assert press(browser_of(ready.partner), f"/finance/tills/{day.pk}/count/", v10000="1").status_code == 303
    done = press(browser_of(helper), f"/finance/tills/{day.pk}/hand-over/", to=str(helper.pk))
    assert (done.status_code, day.custodies.get(to_at=None).holder) == (303, helper)


def test_cash_is_declared_signed_and_counted_on_its_pages(db):
    ready = cash_desk(100_00)
    open_centre(ready)
    partner, clerk = browser_of(ready.partner), browser_of(ready.clerk)
    made = press(partner, "/finance/tills/remittances/new/", amount="100.00", carrier=str(ready.clerk.pk))
    assert made.status_code == 303
    page = f"/finance/tills/remittances/{Remittance.objects.get().pk}/"
    assert press(partner, f"{page}sign/").status_code == 303
    assert press(clerk, f"{page}sign/").status_code == 303
    assert press(clerk, f"{page}receive/", v10000="1").status_code == 303
    assert Remittance.objects.get().status == "matched"


def test_a_loss_is_reported_on_its_page(db):
    ready = cash_desk(100_00)
    answer = press(
        browser_of(ready.partner), "/finance/tills/losses/new/", kind="fire", amount="20.00", text="柜台起火"
    )
    assert answer.status_code == 303
    assert LossCase.objects.get().amount_minor == 20_00


def test_a_cash_report_is_entered_and_confirmed_on_its_page_which_shows_its_payments(db):
    ready = cash_desk(0)
    CashThreshold.objects.create(country="CN", currency="CNY", threshold_minor=30_00, from_date=LONG_AGO_DATE)
    charge = Charge(
        purpose="goods",
        subject_ref="7",
        station=ready.station,
        amount=yuan(30_00),
        agent_fee=yuan(0),
        payer=payer_at(ready),
    )
    take_payment(charge=charge, by=ready.partner, at=now(), key="large cash")
    page, offered = f"/finance/tills/cash-reports/{CashReport.objects.get().pk}/", []
    for by, act in ((ready.officer, "enter"), (ready.other_officer, "file")):
        browser = browser_of(by)
        shown = browser.get(page).context
        offered.append([action.href for action in shown["page_actions"]])
        assert [payment.cash for payment in shown["payments"]] == [yuan(30_00)]
        assert TO_FILE.rows(user=by, at=now()).count() == 1
        assert press(browser, f"{page}{act}/", number="R-1").status_code == 303
        assert TO_FILE.rows(user=by, at=now()).count() == 0
    assert offered == [[f"{page}enter/"], [f"{page}file/", f"{page}enter/"]]
    assert browser_of(ready.other_officer).get("/finance/tills/cash-reports/?q=R-1").context["list"].count == 1
    assert browser_of(ready.manager).get(page).status_code == 404


@pytest.mark.parametrize("path", ["/known-errors/", "/county/cash/"])
def test_known_errors_are_for_everybody_and_the_countys_cash_is_not(db, client, path):
    KnownError.objects.create(title="Twice", title_zh="打印两次", text="t", text_zh="小票打印了两次", from_at=now())
    answer = client.get(path)
    if path == "/known-errors/":
        assert "小票打印了两次" in answer.content.decode() or "Twice" in answer.content.decode()
    else:
        assert answer.status_code == 302


def test_the_county_sees_its_tills_by_age_in_few_statements(db, django_assert_max_num_queries):
    ready = cash_desk(100_00)
    for _ in range(3):
        cash_desk(50_00)
    browser = browser_of(ready.clerk)
    with django_assert_max_num_queries(24):
        page = browser.get("/county/cash/")
    assert page.status_code == 200
    assert [row[1] for row in page.context["table"].rows] == ["¥100.00"]

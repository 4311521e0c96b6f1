"""What somebody is owed by the weather who has died goes to the heir, or back to the payer; two people say so."""

import pytest
from django.db import IntegrityError, transaction

from core.errors import SamePerson, WrongState
from finance.insurance import accounts
from finance.insurance.queries import payees_of_payouts
from finance.insurance.services import (
    HeirUnknown,
    PayeeLives,
    ask_to_return_payout,
    confirm_heir,
    decline_estate,
    name_heir,
    return_payout,
)
from finance.models import CoverageCounter, IndexPayout
from ledger.audit import audit_book
from stations.models import Person
from tests.factories.claims import paying_bank
from tests.factories.finance import desk
from tests.factories.health import id_number
from tests.factories.insurance import DAY, given, insured, insurer, villager
from tests.factories.people import resident, second_login_of
from tests.factories.premiums import (
    AFTER,
    FIRST,
    LAST,
    account_of_person,
    drought,
    left,
    measured,
    payout_of,
    run_job,
    weather_station,
    window,
)
from tests.factories.stations import StationFactory, UserFactory, api_client, county_manager_of, finance_officer, send

PAPER = "公证书（2027）第118号"


@pytest.fixture
def ready(db):
    return desk()


def of_the_dead(ready):
    """The payout of somebody who lived alone and died during the window."""
    version = drought(ceilings=(("person_year", "", 30_000_00), ("fund_year", "", None)))
    policy = insured(ready, version=version, person=villager(ready, full_name="李四"))
    given(insurer(), 50_000_00)
    opened = window(weather_station(ready), version)
    measured(opened.source, 300)
    Person.objects.filter(pk=policy.person_id).update(residence="deceased", died_date=AFTER.date())
    run_job()
    return payout_of(policy)


def an_heir(ready, number=1):
    """A grown child who lives elsewhere, and the number of the identity card."""
    card = id_number(number)
    return resident("王小二", ready.station, by=ready.partner, id_number=card), card


def test_nobody_is_paid_for_the_dead_until_two_people_have_named_the_heir(ready):
    paying_bank()
    payout = of_the_dead(ready)
    heir, card = an_heir(ready)
    assert (payout.status, payees_of_payouts(payout.policy, AFTER.date())) == ("account_missing", [])
    asker = UserFactory()
    with pytest.raises(HeirUnknown):
        name_heir(payout=payout, id_number=id_number(2), paper=PAPER, by=asker, at=AFTER)
    named = name_heir(payout=payout, id_number=card, paper=PAPER, by=asker, at=AFTER)
    assert payees_of_payouts(payout.policy, AFTER.date()) == []
    with pytest.raises(SamePerson):
        confirm_heir(payout=named, by=second_login_of(asker), at=AFTER)
    with pytest.raises(IntegrityError, match="estate_is_confirmed_by_another_person"), transaction.atomic():
        IndexPayout.objects.filter(pk=payout.pk).update(status="account_missing", answered_by=asker)
    confirmed = confirm_heir(payout=named, by=finance_officer(), at=AFTER)
    assert (confirmed.status, confirmed.heir) == ("account_missing", heir)
    assert payees_of_payouts(payout.policy, AFTER.date()) == [heir]
    account_of_person(payout.policy, heir, at=AFTER + 4 * DAY)
    run_job(AFTER + 4 * DAY)
    payout.refresh_from_db()
    assert (payout.status, payout.payee, left()) == ("sent", heir, 30_000_00)


def test_nobody_names_or_confirms_themselves(ready):
    payout = of_the_dead(ready)
    heir, card = an_heir(ready)
    own = UserFactory(person=heir)
    with pytest.raises(SamePerson):
        name_heir(payout=payout, id_number=card, paper=PAPER, by=own, at=AFTER)
    named = name_heir(payout=payout, id_number=card, paper=PAPER, by=UserFactory(), at=AFTER)
    with pytest.raises(SamePerson):
        confirm_heir(payout=named, by=own, at=AFTER)
    with pytest.raises(WrongState):
        return_payout(payout=named, by=finance_officer(), at=AFTER)


def test_who_lives_or_whose_family_can_be_paid_has_no_heir(ready):
    payout = of_the_dead(ready)
    _heir, card = an_heir(ready)
    Person.objects.filter(pk=payout.policy.person_id).update(residence="resident", died_date=None)
    payout = payout_of(payout.policy)
    with pytest.raises(PayeeLives):
        name_heir(payout=payout, id_number=card, paper=PAPER, by=UserFactory(), at=AFTER)
    with pytest.raises(PayeeLives):
        ask_to_return_payout(payout=payout, paper="村委会证明", by=UserFactory(), at=AFTER)


def test_what_nobody_inherits_is_given_back_once_with_its_use_of_ceilings(ready):
    payout = of_the_dead(ready)
    asker = UserFactory()
    asked = ask_to_return_payout(payout=payout, paper="村委会证明：无继承人", by=asker, at=AFTER)
    with pytest.raises(SamePerson):
        return_payout(payout=asked, by=asker, at=AFTER)
    ended = return_payout(payout=asked, by=finance_officer(), at=AFTER)
    assert (ended.status, left()) == ("returned", 50_000_00)
    assert set(CoverageCounter.objects.values_list("used_minor", flat=True)) == {0}
    assert audit_book(book=accounts.insurance_book("CN"), at=AFTER).findings == 0
    with pytest.raises(WrongState):
        return_payout(payout=ended, by=finance_officer(), at=AFTER)
    run_job(AFTER + DAY)
    assert payout_of(payout.policy).status == "returned"


def test_what_is_not_confirmed_is_said_anew(ready):
    payout = of_the_dead(ready)
    _heir, card = an_heir(ready)
    named = name_heir(payout=payout, id_number=card, paper=PAPER, by=UserFactory(), at=AFTER)
    declined = decline_estate(payout=named, reason="公证书与姓名不符", by=finance_officer(), at=AFTER)
    assert (declined.status, declined.heir, declined.paper) == ("account_missing", None, "")
    again = name_heir(payout=declined, id_number=card, paper=PAPER, by=UserFactory(), at=AFTER)
    assert again.status == "heir_named"


def test_each_payout_of_the_dead_has_an_heir_of_its_own(ready):
    """An heir of one payout is paid by nobody's word for another: that one is named as well."""
    paying_bank()
    policy = insured(ready, version=drought(), person=villager(ready, full_name="李四"))
    given(insurer(), 50_000_00)
    source, half = weather_station(ready), FIRST + 60 * DAY
    for first, last in ((FIRST, half), (half + DAY, LAST)):
        window(source, policy.version, first=first, last=last)
        measured(source, 300, date=last)
    Person.objects.filter(pk=policy.person_id).update(residence="deceased", died_date=AFTER.date())
    run_job()
    heir, card = an_heir(ready)
    for payout in IndexPayout.objects.order_by("pk"):
        named = name_heir(payout=payout, id_number=card, paper=PAPER, by=UserFactory(), at=AFTER)
        confirm_heir(payout=named, by=finance_officer(), at=AFTER)
    account_of_person(policy, heir, at=AFTER + 4 * DAY)
    run_job(AFTER + 4 * DAY)
    assert list(IndexPayout.objects.values_list("status", "payee")) == [("sent", heir.pk)] * 2
    assert left() == 10_000_00


def test_an_heir_who_was_named_by_mistake_or_does_not_accept_is_named_anew(ready):
    payout = of_the_dead(ready)
    _wrong, card = an_heir(ready)
    named = name_heir(payout=payout, id_number=card, paper=PAPER, by=UserFactory(), at=AFTER)
    confirmed = confirm_heir(payout=named, by=finance_officer(), at=AFTER)
    right, other_card = an_heir(ready, 2)
    asker = UserFactory()
    anew = name_heir(payout=confirmed, id_number=other_card, paper="判决书第7号", by=asker, at=AFTER)
    assert (anew.status, anew.heir, anew.answered_by) == ("heir_named", right, None)
    with pytest.raises(SamePerson):
        confirm_heir(payout=anew, by=asker, at=AFTER)
    assert confirm_heir(payout=anew, by=finance_officer(), at=AFTER).heir == right


def test_the_county_is_told_of_payouts_of_the_dead_and_names_the_heir_on_the_page(ready, client):
    payout = of_the_dead(ready)
    _heir, card = an_heir(ready)
    manager = county_manager_of(ready.station.county)
    client.force_login(manager)
    assert "1" in client.get("/finance/insurance/weather/index-payouts/?state=account_missing").content.decode()
    here = f"/finance/insurance/weather/index-payouts/{payout.pk}/"
    page = client.get(here)
    typed = {"key": page.context["heir"]["key"].value(), "id_number": card, "paper": PAPER}
    assert client.post(f"{here}heir/", typed).status_code == 303
    assert client.get(here).context["confirm"] is None
    client.force_login(finance_officer())
    page = client.get(here)
    assert client.post(f"{here}confirm/", {"key": page.context["confirm"]["key"].value()}).status_code == 303
    assert payout_of(payout.policy).status == "account_missing"


def test_heirs_over_the_api(ready):
    payout = of_the_dead(ready)
    _heir, card = an_heir(ready)
    here = f"/api/v1/index-payouts/{payout.pk}/"
    manager, officer = api_client(county_manager_of(ready.station.county)), api_client(finance_officer())
    assert send(manager, f"{here}no-heir/", paper="村委会证明").json()["status"] == "no_heir"
    assert send(officer, f"{here}decline/", reason="有继承人").json()["status"] == "account_missing"
    assert send(manager, f"{here}heir/", id_number=card, paper=PAPER).json()["status"] == "heir_named"
    assert send(manager, f"{here}confirm/").status_code == 403
    assert send(officer, f"{here}return/").json()["code"] == "wrong_state"
    assert send(officer, f"{here}confirm/").json()["status"] == "account_missing"
    stranger = api_client(county_manager_of(StationFactory().county))
    assert send(stranger, f"{here}heir/", id_number=card, paper=PAPER).status_code == 404

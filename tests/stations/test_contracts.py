"""How partners stand: away, suspended and only looking, back by somebody else, ended by two people or by the day."""

import datetime as dt
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import translation
from django.utils.timezone import now

from core.errors import Refused, SamePerson, WrongState
from core.fields import uuid7
from core.forms import new_key
from core.models import Event, Notice
from stations.contracts import services
from stations.contracts.services import NoReplacement, TerminationAsked
from stations.contracts.tasks import end_due_contracts
from stations.hooks import CLOSING_CHECKS
from stations.models import Certificate, Contract, Device, Person, Termination
from stations.network.services import ClearanceOpen
from stations.recruitment.queries import registered
from tests.factories.days import today
from tests.factories.stations import (
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
    platform_admin,
)
from tests.hooks import replace

IN_ONE = pytest.mark.django_db
WITH_COMMITS = pytest.mark.usefixtures("own_database")
DAY = dt.timedelta(days=1)
NUMBER = "321324000710004215"


@pytest.fixture(autouse=True)
def _nothing_owed(monkeypatch):
    replace(monkeypatch, CLOSING_CHECKS)


@pytest.fixture
def station():
    return StationFactory()


@pytest.fixture
def manager(station):
    return county_manager_of(station.county)


def contract(user, station, **values):
    began = today() - 100 * DAY
    return Contract.objects.create(
        **{
            "user": user,
            "station": station,
            "kind": "partner",
            "from_date": began,
            "to_date": began + 365 * DAY,
            "terms_sha256": "0" * 64,
            "commission_plan_code": "standard",
            "signed_by_person_at": now(),
            "signed_by_county_at": now(),
            "county_signer": UserFactory(),
            "status": "active",
            **values,
        }
    )


@pytest.fixture
def bound(station):
    return contract(partner_of(station), station)


def send(user, path, **body):
    return api_client(user).post(path, body, format="json", headers={"Idempotency-Key": uuid7().hex})


def owing(monkeypatch, *sentences):
    replace(monkeypatch, CLOSING_CHECKS, lambda station: list(sentences))


@WITH_COMMITS
def test_a_suspended_partner_looks_and_writes_nothing_from_the_next_request_on(client, station, bound, manager):
    client.force_login(bound.user)
    assert client.get("/station/exception/").status_code == 200
    typed = {"full_name": "王秀英", "village_code": station.village.code}
    assert send(bound.user, "/api/v1/people/", **typed).status_code == 201
    services.suspend_partner(contract=bound, actor=manager, at=now(), reason="投诉核实中")
    assert send(bound.user, "/api/v1/people/", **typed | {"full_name": "李桂兰"}).status_code == 403
    assert client.post("/people/new/", {"key": new_key(), "full_name": "李桂兰"}).status_code == 403
    assert client.get("/station/").status_code == 200
    assert client.get("/people/").status_code == 403
    told = Notice.objects.get(user=bound.user_id)
    assert (told.template, told.params["reason"]) == ("contract_changed", "投诉核实中")
    assert Event.objects.get(name="stations.partner_suspended").payload["partner"] == str(bound.user_id)


@WITH_COMMITS
def test_whoever_is_suspended_reads_why_where_a_write_is_refused_and_on_the_first_page(client, station, bound, manager):
    services.suspend_partner(contract=bound, actor=manager, at=now(), reason="投诉核实中")
    client.force_login(bound.user)
    typed = {"full_name": "李桂兰", "village_code": station.village.code}
    refused = client.post("/people/new/", {"key": new_key(), **typed})
    told = send(bound.user, "/api/v1/people/", **typed)
    assert (refused.status_code, told.status_code) == (403, 403)
    home = client.get("/").content.decode()
    for words in (refused.content.decode(), told.json()["detail"], home):
        assert "投诉核实中" in words
        assert station.name in words
    assert "/finance/bills/" not in home
    assert not Person.objects.filter(full_name="李桂兰").exists()
    assert "投诉核实中" not in client.get("/county/people/duplicates/").content.decode()  # never theirs to do


@WITH_COMMITS
def test_a_suspension_stops_only_the_post_at_its_station(station, bound, manager):
    other = StationFactory(county=station.county)
    helper_of(other, user=bound.user)
    services.suspend_partner(contract=bound, actor=manager, at=now(), reason="投诉核实中")
    bound.user.__dict__.pop("live_posts", None)
    assert send(bound.user, "/api/v1/people/", full_name="李桂兰", station=other.code).status_code == 201


@IN_ONE
def test_somebody_else_lets_a_partner_work_again(bound, manager, station):
    services.suspend_partner(contract=bound, actor=manager, at=now(), reason="投诉核实中")
    with pytest.raises(SamePerson):
        services.reinstate_partner(contract=bound, actor=manager, at=now(), finding="不属实")
    assert Contract.objects.get().status == "suspended"
    services.reinstate_partner(contract=bound, actor=platform_admin(), at=now(), finding="不属实")
    assert Contract.objects.get().status == "active"
    assert Event.objects.filter(name="stations.partner_reinstated").count() == 1
    with pytest.raises(WrongState):
        services.reinstate_partner(contract=bound, actor=platform_admin(), at=now(), finding="不属实")


@IN_ONE
def test_a_leave_needs_somebody_instead(bound, manager, station):
    with pytest.raises(NoReplacement):
        services.start_leave(contract=bound, actor=manager, at=now(), reason="回家探亲")
    assert Contract.objects.get().status == "active"
    helper_of(station)
    services.start_leave(contract=bound, actor=manager, at=now(), reason="回家探亲")
    assert Contract.objects.get().status == "on_leave"
    services.end_leave(contract=bound, actor=manager, at=now())
    assert Contract.objects.get().status == "active"


@IN_ONE
def test_a_leave_of_a_closed_station_needs_nobody(bound, manager, station):
    station.status = "temporarily_closed"
    station.save(update_fields=["status"])
    services.start_leave(contract=bound, actor=manager, at=now(), reason="回家探亲")
    assert Contract.objects.get().status == "on_leave"


@IN_ONE
def test_a_cent_in_the_till_stands_in_the_way_and_is_named(bound, manager, station, monkeypatch):
    """Scenario 13: the refusal lists `till 0.01 CNY`; when it is paid in, the register shows `revoked`."""
    Certificate.objects.create(
        holder=bound.user,
        subject="partner",
        number=NUMBER,
        station=station,
        issued_date=today() - DAY,
        expires_date=today() + 100 * DAY,
    )
    asked = services.ask_termination(contract=bound, actor=manager, at=now(), reason="挪用备用金")
    second = county_manager_of(station.county)
    owing(monkeypatch, "till 0.01 CNY")
    with pytest.raises(ClearanceOpen, match=r"till 0\.01 CNY"):
        services.terminate_partner(termination=asked, actor=second, at=now())
    assert (Contract.objects.get().status, registered(NUMBER, now()).state) == ("active", "valid")
    owing(monkeypatch)
    services.terminate_partner(termination=asked, actor=second, at=now())
    assert (Contract.objects.get().status, registered(NUMBER, now()).state) == ("terminated", "revoked")
    assert not bound.user.posts.live(now()).exists()
    assert Event.objects.filter(name="stations.partner_terminated").count() == 1


@IN_ONE
def test_unsent_items_of_a_device_stand_in_the_way(bound, manager, station):
    Device.objects.create(
        station=station, label="柜台手机", registered_by=bound.user, registered_at=now(), queued_ops=2
    )
    asked = services.ask_termination(contract=bound, actor=manager, at=now(), reason="挪用备用金")
    with translation.override("en"), pytest.raises(ClearanceOpen, match="2 unsent items"):
        services.terminate_partner(termination=asked, actor=county_manager_of(station.county), at=now())
    assert Contract.objects.get().status == "active"


@IN_ONE
def test_a_contract_is_terminated_by_two_people_once(bound, manager, station):
    asked = services.ask_termination(contract=bound, actor=manager, at=now(), reason="挪用备用金")
    with pytest.raises(TerminationAsked):
        services.ask_termination(contract=bound, actor=manager, at=now(), reason="挪用备用金")
    with pytest.raises(SamePerson):
        services.terminate_partner(termination=asked, actor=manager, at=now())
    assert (Contract.objects.get().status, Termination.objects.get().status) == ("active", "asked")
    services.withdraw_termination(termination=asked, actor=manager, at=now(), reason="已谈妥")
    with pytest.raises(WrongState):
        services.terminate_partner(termination=asked, actor=county_manager_of(station.county), at=now())
    assert Contract.objects.get().status == "active"


@WITH_COMMITS
def test_two_who_confirm_at_once_end_it_once(bound, manager, station):
    asked = services.ask_termination(contract=bound, actor=manager, at=now(), reason="挪用备用金")
    people, gate, refused = [county_manager_of(station.county) for _n in range(2)], Barrier(2), []

    def confirm(actor):
        gate.wait()
        try:
            services.terminate_partner(termination=Termination.objects.get(pk=asked.pk), actor=actor, at=now())
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=confirm, args=[actor]) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["wrong_state"]
    assert Event.objects.filter(name="stations.partner_terminated").count() == 1


@pytest.mark.parametrize(("left", "status"), [(1, "active"), (0, "active"), (-1, "ended")])
@IN_ONE
def test_a_contract_runs_through_its_last_day(bound, station, left, status):
    Contract.objects.update(to_date=today() + left * DAY)
    payload = {"place": station.county.code, "zone": station.zone, "date": today().isoformat()}
    for _night in range(2):
        end_due_contracts.run(payload, now()) if hasattr(end_due_contracts, "run") else end_due_contracts(
            payload, now()
        )
    assert Contract.objects.get().status == status
    assert bound.user.posts.live(now()).exists() == (status == "active")


@IN_ONE
def test_what_cannot_end_is_told_to_the_county_every_day(bound, manager, station, monkeypatch):
    Contract.objects.update(to_date=today() - DAY)
    owing(monkeypatch, "till 0.01 CNY")
    for at in (now(), now(), now() + DAY):
        services.end_due_contracts(stations=[station], date=today(), at=at)
    assert Contract.objects.get().status == "active"
    assert Notice.objects.filter(template="contract_overdue", user=manager.pk).count() == 2


@WITH_COMMITS
def test_the_doors_of_a_contract(client, bound, manager, station):
    path = f"/api/v1/contracts/{bound.pk}/suspend/"
    assert send(county_manager_of(StationFactory().county), path, reason="核实").status_code == 404
    assert send(bound.user, path, reason="核实").status_code == 404
    assert send(platform_admin(), path, reason="核实").status_code == 403
    assert Contract.objects.get().status == "active"
    assert send(manager, path, reason="核实").json()["status"] == "suspended"
    assert [row["id"] for row in api_client(manager).get("/api/v1/contracts/").json()["results"]] == [bound.pk]
    client.force_login(county_manager_of(station.county))
    page = f"/county/contracts/{bound.pk}/"
    assert client.get(page).status_code == 200
    assert page in client.get(f"/county/stations/{station.code}/").content.decode()
    assert client.post(f"{page}reinstate/", {"key": new_key(), "reason": "不属实"}).status_code == 303
    assert client.post(f"{page}terminate/", {"key": new_key(), "reason": "挪用"}).status_code == 303
    asked = Termination.objects.get()
    client.force_login(manager)
    assert client.post(f"{page}terminations/{asked.pk}/", {"key": new_key()}).status_code == 303
    assert Contract.objects.get().status == "terminated"

"""Four eyes are two persons: wherever a row names two logins, the database asks whose they are, or it is said here why
one person may stand in both places."""

import re
from itertools import combinations
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from core.errors import SamePerson
from stations.accounts.queries import own_logins
from stations.models import Person, PersonMerge, User
from stations.two_persons import TwoPersons, is_same_person, require_two_persons
from tests.architecture import source
from tests.architecture.source import APPS
from tests.factories.people import resident, second_login_of
from tests.factories.stations import StationFactory, UserFactory

#: What one person may be twice, and why.
ONE_PERSON_MAY_BE_BOTH = {
    ("orders.Shipment", "compensated_by", "disposed_by"): "Damage that was paid says nothing about who fetches it.",
    ("stations.PersonMerge", "proposed_by", "undone_by"): "Whoever was wrong takes it back.",
    ("stations.PersonMerge", "decided_by", "undone_by"): "Whoever was wrong takes it back.",
    ("stations.ServicePause", "paused_by", "ended_by"): "A pause is one manager's.",
    ("education.Tutor", "login", "recorded_by"): "A clerk may apply as a tutor; another person approves it.",
    ("education.Concern", "reporter", "about_user"): "Whoever reports themselves reads it no more than others do.",
    ("education.Concern", "reporter", "acknowledged_by"): "A manager may report and handle it.",
    ("education.ContentPackage", "author", "blocked_by"): "Whoever brought what does harm may block it at once.",
    ("education.Roster", "made_by", "applied_by"): "Who brings a file takes it in; a guardian agrees for each child.",
    ("orders.Return", "requested_by", "decided_by"): "Up to the ceiling the counter decides itself.",
    ("orders.Return", "decided_by", "inspected_by"): "Who takes it and who inspects it are two.",
    ("health.Encounter", "wrong_by", "recorded_by"): "Whoever was wrong says so.",
    ("health.Condition", "wrong_by", "confirmed_by"): "Whoever was wrong says so.",
    ("health.Allergy", "wrong_by", "recorded_by"): "Whoever was wrong says so.",
    ("health.Medicine", "wrong_by", "recorded_by"): "Whoever was wrong says so.",
    ("health.Prescription", "reviewed_by", "dispensed_by"): "The pharmacist who released it may hand it out.",
    ("health.CheckupOrder", "rostered_by", "arrived_by"): "The nurse who made the list may receive the resident.",
    ("health.CheckupOrder", "rostered_by", "completed_by"): "A clinic may have one nurse.",
    ("health.CheckupOrder", "arrived_by", "completed_by"): "A clinic may have one nurse.",
    ("health.CheckupReport", "released_by", "told_by"): "The doctor who released it may explain it.",
    ("health.Article", "written_by", "edited_by"): "Whoever wrote it may edit it; another person reviews it.",
    ("health.Enrolment", "enrolled_by", "confirmed_by"): "A doctor may find it and confirm it.",
    (
        "health.GranteeConsent",
        "recorded_by",
        "withdrawn_by",
    ): "The resident's word ends it.",
    ("finance.Complaint", "logged_by", "assignee"): "A manager may write a complaint down and answer it.",
    ("finance.Complaint", "assignee", "resolved_by"): "Whoever works on it answers it.",
    ("finance.FloatTopUp", "requested_by", "matched_by"): "Neither of them credits it.",
    ("finance.FloatTransfer", "sent_by", "answered_by"): "The sender calls it back.",
    ("finance.FloatTransfer", "receiver", "answered_by"): "The receiver accepts it.",
    ("finance.PayoutAccount", "user", "set_by"): "The payee names the own account.",
    ("finance.PayoutAccount", "user", "confirmed_by"): "The other two are two; no payee of finance has a station.",
    ("finance.PayoutBatch", "created_by", "calculated_by"): "One press makes it; another person approves.",
    ("finance.ReconItem", "owner", "write_off_asked_by"): "Whoever works on it asks.",
    ("finance.ReconItem", "owner", "closed_by"): "Whoever works on it closes it with a reason.",
    ("finance.CashDay", "opened_by", "closed_by"): "One drawer, one day, one person.",
    ("finance.LoanApplication", "appraiser", "rejected_by"): "Whoever proposes may decline instead.",
    ("finance.LoanApplication", "approver", "rejected_by"): "Whoever approves first may decline instead.",
    ("finance.LoanApplication", "approver2", "rejected_by"): "What was approved is not declined.",
    ("finance.LoanApplication", "recommender", "fee_partner"): "A partner earns by what they recommend.",
    ("finance.LoanApplication", "rejected_by", "fee_partner"): "By what is declined nobody earns.",
    **{
        ("finance.Loan", one, other): "They are those of its application, by a foreign key of the database."
        for one, other in combinations(("recommender", "appraiser", "approver", "approver2"), 2)
    },
    ("education.TutoringSession", "started_by", "confirmed_by"): "The station may do both; the tutor never confirms.",
    ("education.TutoringSession", "started_by", "contested_by"): "The station may do both; the tutor never contests.",
    ("education.TutoringSession", "confirmed_by", "contested_by"): "What is contested, the county alone confirms.",
    ("education.TutoringSession", "started_by", "decided_by"): "What the county decides it has not contested.",
    ("education.TutoringSession", "confirmed_by", "decided_by"): "What the county decides took place it confirms.",
    ("finance.IndexWindow", "maker", "closed_by"): "A window without a reading pays nothing, whoever closes it.",
    ("finance.IndexWindow", "checker", "closed_by"): "A window without a reading pays nothing, whoever closes it.",
    ("finance.IndexWindow", "maker", "asked_by"): "Whoever proposed a window may ask to cancel it; another decides.",
    ("finance.IndexWindow", "checker", "asked_by"): "Whoever approved a window may ask to cancel it; another decides.",
    ("finance.Appeal", "filed_by", "claim_filer"): "The partner files both.",
    ("finance.Appeal", "filed_by", "claim_assessor"): "Partners file, assessors assess.",
    ("finance.Appeal", "filed_by", "claim_decider"): "Partners file, assessors decide.",
    ("finance.Appeal", "claim_filer", "claim_assessor"): "Two persons by the rule of the claim.",
    ("finance.Appeal", "claim_filer", "claim_decider"): "Two persons by the rule of the claim.",
    ("finance.Appeal", "claim_assessor", "claim_decider"): "Two persons by the rule of the claim.",
    **{
        ("orders.Intake", one, "advance_by"): "Who works at the scale may pay the advance; the farmer may not."
        for one in ("weighed_by", "grader", "second_grader", "accepted_by")
    },
    ("orders.PresaleOrder", "taken_by", "handed_by"): "Who took the order may hand the boxes over; the buyer may not.",
    ("orders.Fulfilment", "supplier_told_by", "given_back_by"): "Who gives goods back tells their supplier.",
    ("orders.Intake", "weighed_by", "grader"): "Who weighs may grade; the farmer may ask for a second grader.",
    ("orders.Intake", "weighed_by", "second_grader"): "The first grader is another one.",
    ("orders.Intake", "weighed_by", "accepted_by"): "The farmer agrees by a code or before a witness.",
    ("orders.Intake", "grader", "accepted_by"): "The farmer agrees by a code or before a witness.",
    ("orders.Intake", "second_grader", "accepted_by"): "The farmer agrees by a code or before a witness.",
    ("orders.Shop", "opened_by", "submitted_by"): "Who prepares a shop sends it in; the county decides.",
    ("orders.LotHold", "opened_by", "closed_by"): "Who stops a lot for a check lets it go on.",
    ("finance.LossCase", "reported_by", "asked_by"): "A third one closes it.",
    ("finance.OverShort", "holder", "asked_by"): "Another one decides.",
    ("finance.OverShort", "proposed_by", "asked_by"): "Another one decides.",
    ("finance.Remittance", "carrier", "declared_by"): "The giver is another one.",
    ("finance.Remittance", "carrier", "received_by"): "A clerk fetches cash and counts it at the centre.",
    ("finance.Remittance", "declared_by", "given_by"): "Whoever declares it gives it.",
    ("finance.Remittance", "declared_by", "received_by"): "A clerk declares a change fund and gets a rest back.",
}

MODELS = [model for model in apps.get_models() if model._meta.app_label in APPS]
RULES = [
    pytest.param(model, rule, maker, id=f"{rule.name}-{maker}")
    for model in MODELS
    for rule in model._meta.constraints
    if isinstance(rule, TwoPersons)
    for maker in rule.makers
]


def logins_of(model):
    return [field.name for field in model._meta.local_concrete_fields if field.related_model is User]


def pairs_with_a_rule(model):
    rules = [rule for rule in model._meta.constraints if isinstance(rule, TwoPersons)]
    return {frozenset({rule.checker, maker}) for rule in rules for maker in rule.makers}


def test_every_two_logins_of_a_row_are_two_persons_or_it_is_said_why_not():
    found = {
        (model._meta.label, *pair)
        for model in MODELS
        for pair in combinations(logins_of(model), 2)
        if frozenset(pair) not in pairs_with_a_rule(model)
    }
    assert found == set(ONE_PERSON_MAY_BE_BOTH)


def write(model, **columns):
    """A row with nothing but these columns: the trigger looks at it before anything else does."""
    names = ", ".join(f'"{model._meta.get_field(name).column}"' for name in columns)
    places = ", ".join(["%s"] * len(columns))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})', list(columns.values()))  # noqa: S608


def fitting(model, rule):
    """Values under which the rule holds."""
    found = {}
    for lookup, value in rule.condition.children if rule.condition else ():
        name, _separator, how = lookup.partition("__")
        given = {"": value, "in": next(iter(value)) if how == "in" else None, "isnull": 1}
        found[name] = given[how]
    return found


def refused_by(model, **columns):
    with pytest.raises(IntegrityError) as error:
        write(model, **columns)
    return error.value.__cause__.diag


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "rule", "maker"), RULES)
def test_the_database_refuses_the_second_login_of_the_same_person(model, rule, maker):
    first = UserFactory()
    names_person = model._meta.get_field(maker).related_model is Person
    second = second_login_of(first)
    maker_id = first.person_id if names_person else first.pk
    checker_id = second.person_id if model._meta.get_field(rule.checker).related_model is Person else second.pk
    columns = {**fitting(model, rule), maker: maker_id}
    refusal = refused_by(model, **columns, **{rule.checker: checker_id})
    assert (refusal.sqlstate, refusal.constraint_name) == ("23514", rule.name)
    # Another person passes the rule; what is refused then is a row of nothing but these columns.
    other = UserFactory(person=resident("赵六"))
    other_id = other.person_id if model._meta.get_field(rule.checker).related_model is Person else other.pk
    assert refused_by(model, **columns, **{rule.checker: other_id}).sqlstate == "23502"


@pytest.fixture
def logins(db):
    first = UserFactory()
    return first, second_login_of(first)


def test_the_service_refuses_the_second_login_too(logins):
    first, second = logins
    with pytest.raises(SamePerson):
        require_two_persons(second, None, UserFactory().pk, first.pk)
    require_two_persons(second, None, UserFactory().pk)


def test_a_login_without_a_person_stands_for_itself(db):
    one, other = UserFactory(), UserFactory()
    assert is_same_person(one, one.pk)
    assert not is_same_person(one, other.pk)
    assert not is_same_person(one, None)
    assert not is_same_person(one, uuid4())


def test_a_login_of_a_merged_record_is_of_the_one_that_was_kept(db):
    station = StationFactory()
    records = [resident("王秀英", station) for _ in range(2)]
    one, other = (UserFactory(person=record) for record in records)
    assert not is_same_person(one, other.pk)
    Person.objects.filter(pk=records[0].pk).update(merged_into=records[1])
    assert is_same_person(one, other.pk)
    assert is_same_person(one, records[1].pk)


def test_a_row_that_was_right_goes_on_when_its_logins_turn_out_to_be_one_person(db):
    station = StationFactory()
    records = [resident("王秀英", station) for _ in range(4)]
    asking, deciding = (UserFactory(person=record) for record in records[:2])
    merge = PersonMerge.objects.create(
        kept=records[2],
        merged=records[3],
        reason="同一个人",
        proposed_by=asking,
        proposed_at=station.created_at,
        status="merged",
        decided_by=deciding,
        decided_at=station.created_at,
    )
    Person.objects.filter(pk=records[0].pk).update(merged_into=records[1])
    merge.reason = "查过户口簿"
    merge.save()
    merge.decided_by = asking
    with pytest.raises(IntegrityError, match="records_are_merged_by_two_people"), transaction.atomic():
        merge.save()


def test_a_login_does_not_become_another_persons(logins):
    first, _second = logins
    for person in (None, resident("赵六")):
        with pytest.raises(IntegrityError, match="login_stays_its_persons"), transaction.atomic():
            User.objects.filter(pk=first.pk).update(person=person)


def test_a_new_pair_without_a_rule_is_found():
    class Release(models.Model):
        made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
        checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

        class Meta:
            app_label = "tests"
            managed = False

    del apps.all_models["tests"]["release"]
    assert logins_of(Release) == ["made_by", "checked_by"]
    assert pairs_with_a_rule(Release) == set()


def test_nothing_waits_for_a_second_login_of_whoever_did_it():
    """What is left out of a list of needs is left out by person: `own_logins`, not the login of the moment."""
    by_login = re.compile(r"\.exclude\([^.]*\b\w+=user\b(?!\.)")
    consoles = [path for path in source.files() if path.name == "console.py"]
    assert len(consoles) > 20
    assert [source.named(path) for path in consoles if by_login.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.django_db
def test_the_logins_of_a_person_are_all_of_them_and_of_nobody_else():
    first, other = UserFactory(), UserFactory()
    second = second_login_of(first)
    assert {row["pk"] for row in own_logins(second)} == {first.pk, second.pk}
    assert own_logins(other) == [other.pk]

"""Submit: one write per key, and a refusal that leaves the person where he was, with what he typed."""

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from core.errors import ProviderDown, Refused
from core.files.services import StorageUnavailable
from core.forms import Digits, KeyedForm, Line, MoneyField, new_key, submit
from core.models import Event, RequestKey
from core.money import Money

pytestmark = pytest.mark.django_db

PERSON = get_user_model()(username="sun")


class NoteForm(KeyedForm):
    amount = MoneyField("CNY", least=Money(100, "CNY"))
    note = Line(required=False)
    paper = forms.FileField(required=False)


class TooMuch(Refused):
    code = "too_much"
    status = 422
    message = "Only %(left)s is left."


class NotToday(Refused):
    code = "not_today"
    status = 409
    message = "Not today."


def press(*, run=None, key="0123456789abcdef", person=PERSON, path="/notes/1/", **typed):
    data = {"key": key, "amount": "186.40"} | typed
    request = RequestFactory().post(path, data)
    request.user = person
    form = NoteForm(request.POST, request.FILES)
    return submit(request, operation="core.write_note", form=form, run=run or leave_a_trace)


def leave_a_trace(data):
    event = Event.objects.create(name="core.note_written", payload={"minor": data["amount"].minor})
    return f"/notes/{event.pk}/"


def refuse_with(refusal):
    def run(data):
        leave_a_trace(data)
        raise refusal

    return run


def test_opening_the_page_runs_nothing_and_gives_it_a_key():
    request = RequestFactory().get("/notes/1/")
    outcome = submit(request, operation="core.write_note", form=NoteForm(), run=leave_a_trace)
    assert (outcome.done, outcome.status) == (False, 200)
    assert len(outcome.form["key"].value()) == 32
    assert Event.objects.count() == 0


def test_a_good_form_runs_once_and_goes_on():
    outcome = press()
    assert outcome.done
    assert outcome.response.status_code == 303
    assert outcome.response["Location"].startswith("/notes/")
    assert Event.objects.get().payload == {"minor": 18640}


def test_pressing_twice_gives_the_first_answer():
    first, second = press(), press()
    assert second.response["Location"] == first.response["Location"]
    assert Event.objects.count() == 1


def test_a_form_with_faults_runs_nothing_and_keeps_key_and_words():
    outcome = press(amount="0.99", note="for granny")
    assert (outcome.done, outcome.status, outcome.code) == (False, 422, "invalid")
    assert outcome.form.errors.keys() == {"amount"}
    assert outcome.form["note"].value() == "for granny"
    assert outcome.form["key"].value() == "0123456789abcdef"
    assert (Event.objects.count(), RequestKey.objects.count()) == (0, 0)


def test_a_refusal_stands_at_its_field_with_what_was_typed_and_a_new_key():
    outcome = press(run=refuse_with(TooMuch(field="amount", left="12.00")), note="for granny")
    assert (outcome.done, outcome.status, outcome.code) == (False, 422, "too_much")
    assert outcome.form.errors["amount"] == ["Only 12.00 is left."]
    assert outcome.form["note"].value() == "for granny"
    assert outcome.form["amount"].value() == "186.40"
    assert outcome.form["key"].value() != "0123456789abcdef"
    assert Event.objects.count() == 0


def test_a_refusal_about_no_field_stands_at_the_top():
    outcome = press(run=refuse_with(NotToday()))
    assert outcome.status == 409
    assert outcome.form.non_field_errors() == ["Not today."]
    assert Event.objects.count() == 0


def test_a_refusal_about_a_field_that_the_form_does_not_have_stands_at_the_top():
    outcome = press(run=refuse_with(TooMuch(field="elsewhere", left="1.00")))
    assert outcome.form.non_field_errors() == ["Only 1.00 is left."]


def test_the_same_key_after_a_refusal_is_refused_again_and_a_corrected_press_goes_through():
    refused = press(run=refuse_with(NotToday()))
    assert press().code == "not_today"
    assert press(key=refused.form["key"].value()).done
    assert Event.objects.count() == 1


def test_a_company_that_is_away_leaves_the_page_its_key_and_the_same_press_works_when_it_is_back():
    outcome = press(run=refuse_with(ProviderDown(provider="State Grid")))
    assert (outcome.status, outcome.form.retry_after) == (503, 30)
    assert outcome.form["key"].value() == "0123456789abcdef"
    assert press().done


def test_a_refusal_that_no_key_remembers_keeps_the_key_and_the_same_press_works_later():
    outcome = press(run=refuse_with(StorageUnavailable(field="paper")))
    assert (outcome.status, outcome.code, outcome.form.retry_after) == (503, "storage_unavailable", 30)
    assert outcome.form.errors["paper"] == [str(StorageUnavailable.message)]
    assert outcome.form["key"].value() == "0123456789abcdef"
    assert (Event.objects.count(), RequestKey.objects.count()) == (0, 0)
    assert press().done
    assert Event.objects.count() == 1


def test_the_same_key_with_other_words_does_nothing_and_says_so():
    press()
    outcome = press(amount="200.00")
    assert (outcome.done, outcome.status, outcome.code) == (False, 422, "idempotency_key_reused")
    assert outcome.form["key"].value() != "0123456789abcdef"
    assert Event.objects.count() == 1


def test_the_same_key_with_another_file_is_another_request():
    press(paper=SimpleUploadedFile("a.txt", b"one"))
    assert press(paper=SimpleUploadedFile("a.txt", b"one")).done
    assert press(paper=SimpleUploadedFile("a.txt", b"two")).code == "idempotency_key_reused"


def test_the_same_key_of_another_person_or_another_page_is_another_request():
    press()
    assert press(person=get_user_model()(username="li")).done
    assert press(path="/notes/2/").done
    assert press(path=f"/notes/{'2' * 200}/").done
    assert Event.objects.count() == 4


@pytest.mark.parametrize("key", ["", "short", "with spaces in it ok"])
def test_a_press_without_a_usable_key_does_nothing_and_gets_one(key):
    outcome = press(key=key)
    assert (outcome.done, outcome.status) == (False, 422)
    assert len(outcome.form["key"].value()) == 32
    assert outcome.form.non_field_errors()
    assert Event.objects.count() == 0


def test_a_crash_leaves_the_key_usable():
    def crash(data):
        leave_a_trace(data)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        press(run=crash)
    assert press().done
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "minor"), [("1,200", 120000), ("1200.00", 120000), ("１２．５", 1250), (" 8.05 ", 805)]
)
def test_amounts_are_understood_as_people_type_them(typed, minor):
    form = NoteForm({"key": new_key(), "amount": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Money(minor, "CNY")


@pytest.mark.parametrize("typed", ["8.005", "eight", "1,20", "", "0.99"])
def test_amounts_that_cannot_be_meant_are_refused_with_a_sentence(typed):
    form = NoteForm({"key": new_key(), "amount": typed})
    assert not form.is_valid()
    assert form["amount"].value() == typed


@pytest.mark.parametrize("typed", ["a\x00b", "a\x1bb", "a\u202eb", "two\nlines"])
def test_a_line_refuses_what_cannot_be_printed(typed):
    assert not NoteForm({"key": new_key(), "amount": "1", "note": typed}).is_valid()


class AccountForm(KeyedForm):
    account = Digits(shortest=10, longest=13)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [("3213240012", "3213240012"), ("3213 2400 1234 5", "3213240012345"), ("３２１３２４００１２", "3213240012")],
)
def test_account_numbers_forgive_blanks_and_full_width_digits(typed, understood):
    form = AccountForm({"key": new_key(), "account": typed})
    assert form.is_valid()
    assert form.cleaned_data["account"] == understood


@pytest.mark.parametrize("typed", ["321324001", "32132400123456", "32132400ab"])
def test_account_numbers_of_another_length_or_with_letters_are_refused(typed):
    form = AccountForm({"key": new_key(), "account": typed})
    assert not form.is_valid()

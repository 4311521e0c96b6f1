"""Passwords that somebody else would try are refused; which kinds of characters they have is nobody's business."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from stations.accounts.forms import FirstSignInForm
from stations.accounts.guessable import BREACHED, MARK_BYTES, is_breached
from stations.accounts.models import User
from tests.factories.stations import UserFactory


def why_not(password, user=None):
    """The codes of what speaks against a password; none when it is taken."""
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        return {error.code for error in refusal.error_list}
    return set()


@pytest.mark.parametrize("password", ["qwertyuiop", "1029384756", "Password123", "1q2w3e4r5t"])
def test_what_was_stolen_elsewhere_is_refused_in_any_case(password):
    assert "password_breached" in why_not(password)


def test_the_list_is_sorted_without_repetition_and_longer_than_the_standard_asks():
    marks = BREACHED.read_bytes()
    each = [marks[start : start + MARK_BYTES] for start in range(0, len(marks), MARK_BYTES)]
    assert each == sorted(set(each))
    assert len(each) > 100_000


@pytest.mark.parametrize("edge", [0, -1])
def test_the_first_and_the_last_of_the_list_are_found(edge, monkeypatch):
    marks = BREACHED.read_bytes()
    wanted = (marks[:MARK_BYTES], marks[-MARK_BYTES:])[edge]
    digest = SimpleNamespace(digest=lambda: wanted + b"rest")
    monkeypatch.setattr("stations.accounts.guessable.hashlib", SimpleNamespace(sha256=lambda _bytes: digest))
    assert is_breached("whatever")


@pytest.mark.parametrize(
    "password",
    ["EcomNet2026!", "hehuoren-8888", "admin.partner.1", "村站管理员20261125", "Ligl.ecomnet.1", "李桂兰密码123456"],
)
def test_what_is_left_without_our_words_and_ones_own_is_too_little(password):
    assert why_not(password, User(username="ligl", last_name="李", first_name="桂兰")) == {"password_has_system_word"}


@pytest.mark.parametrize("password", ["EcomNet grüne Lampe", "partner-of-wind-and-rain", "柜台上的三只黄猫和雨"])
def test_our_words_beside_enough_others_are_taken(password):
    assert why_not(password) == set()


@pytest.mark.parametrize(("left", "refused"), [("ecomnet.a2b3c99", True), ("ecomnet.a2b3cd99", False)])
def test_six_own_characters_are_enough_and_five_are_not(left, refused):
    assert why_not(left) == ({"password_has_system_word"} if refused else set())


@pytest.mark.parametrize(
    "password",
    ["13812344821", "+86 138 1234 4821", "110105194912310022", "11010519491231002X", "1988091300", "6619880913"],
)
def test_a_number_of_somebody_is_refused(password):
    assert "password_is_a_number" in why_not(password)


@pytest.mark.parametrize(
    "password",
    [
        "7391046258",
        "ohnegrosses",
        "OHNEKLEINES",
        "!)(*&^%$#@~",
        "三只黄猫坐在雨里看着河",
        "mit leer zeichen",
        "x" * 3 + "yz" * 60,
    ],
)
def test_any_composition_and_a_great_length_are_taken(password):
    assert why_not(password) == set()


@pytest.mark.parametrize(("length", "refused"), [(9, True), (10, False)])
def test_ten_characters_are_enough_and_nine_are_not(length, refused):
    assert why_not("vogelkirsc hbaum"[:length]) == ({"password_too_short"} if refused else set())


@pytest.mark.django_db
def test_a_password_is_compared_as_it_was_typed():
    user = UserFactory()
    user.set_password(" Drei Katzen 7 ")
    user.save()
    for typed in ("Drei Katzen 7", " drei katzen 7 ", " Drei Katzen 7", " Drei Katzen 7  "):
        assert not user.check_password(typed), typed
    form = FirstSignInForm({"username": user.username, "password": " Drei Katzen 7 ", "code": "123456"})
    assert form.is_valid()
    assert user.check_password(form.cleaned_data["password"])
    assert not FirstSignInForm({"username": "x", "password": "x" * 201, "code": "123456"}).is_valid()

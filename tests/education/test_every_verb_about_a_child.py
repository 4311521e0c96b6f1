"""Whatever begins something with a learner asks for a guardian's consent, or stands here with why it does not."""

import importlib
import inspect
import pkgutil

import education
from education.safeguarding.services import ConsentMissing

#: A service that is given one of these does something with, for or about somebody who may be a minor.
ABOUT_SOMEBODY = ("Person", "Enrolment", "Wish", "CallContact", "Mark", "Watched")
WITHOUT_CONSENT = {
    "it ends or undoes something": {
        "withdraw_enrolment", "end_enrolments", "leave_all_classes", "leave_second_seats", "withdraw_child_consent",
        "remove_contact", "end_calls", "end_all_calls", "end_entitlements", "end_lessons", "end_all_lessons",
        "forget_homework", "forget_contacts", "forget_entitlements", "forget_child", "forget_notes_about",
        "hear_withdrawal", "join_callers",
    },
    "it is about an adult, who is checked": {
        "open_class", "open_class_session", "require_vetting", "require_adult_present", "record_vetting",
        "register_tutor", "follow_vettings",
    },
    "a fact that happened is kept, marked where no consent held": {"call_roll", "note_outcome", "issue_certificates"},
    "it keeps what was watched only of days on which a consent held": {"record_learning"},
    "nobody is kept from reporting a concern": {"raise_concern"},
    "it takes a duty away": {"excuse_from_homework", "waive_quiz"},
    "a book is lent without one (rule 1 names lessons, calls, accounts, photos and kits)": {"lend_copy", "place_hold"},
    "the seat waits until a guardian agrees (`place_seat` enrols)": {"match_pupil"},
    "it decides nothing: `open_learner_page` asks": {"check_pictures"},
    "it gives a seat back by `enrol_learner`, which asks": {"return_second_seats"},
    "it writes to the guardian; `hand_over_kit` asks": {"send_kit_code"},
    "nothing is written; the report names the dates without one": {"preview_tutoring_series"},
}  # fmt: skip


def verbs():
    """Each verb of the slices of education by its name, of those that are given somebody."""
    for module in pkgutil.iter_modules(education.__path__, "education."):
        try:
            services = importlib.import_module(f"{module.name}.services")
        except ModuleNotFoundError:
            continue
        for name, verb in vars(services).items():
            if inspect.isfunction(verb) and any(
                word in str(parameter.annotation)
                for parameter in inspect.signature(verb).parameters.values()
                for word in ABOUT_SOMEBODY
            ):
                yield name, verb


def test_each_verb_that_begins_something_with_a_learner_asks_for_consent_or_says_why_not():
    asking = {name for name, verb in verbs() if ConsentMissing in getattr(verb, "refusals", ())}
    excused = set().union(*WITHOUT_CONSENT.values())
    known = {name for name, _verb in verbs()} - {"require_consent"}
    assert {"enrol_learner", "book_tutoring", "book_call", "hand_over_kit", "submit_homework", "start_quiz"} <= asking
    assert known - asking == excused, "write down here why a verb does not ask, or let it ask"

"""What is typed about articles, events and campaigns."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DayField, KeyedForm, Line, PhotoField, Words
from health.hospitals.models import Hospital
from health.promotion.models import Article, PromotionEvent, Topic
from health.promotion.models.events import MOST_PEOPLE
from health.promotion.services import ArticleText, QuestionDraft
from stations.people.models import Consent
from stations.places.models import Division

#: How somebody agrees at the counter, where no code is sent.
MANNERS = [
    ("", _("has agreed before")),
    (Consent.Manner.SIGNATURE.value, _("signs now")),
    (Consent.Manner.PAPER.value, _("agrees on paper")),
]
_ONE_A_LINE = _("One on each line; both languages in the same order.")
_ASKED = ("question", "question_zh", "choices", "choices_zh", "right", "explanation", "explanation_zh")


class ChoicesField(Words):
    """The choices of a question, one on each line; each has at most `longest` characters."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=4 * longest + 20, help_text=_ONE_A_LINE, **kwargs)
        self.refuse_longer = MaxLengthValidator(longest)

    def validate(self, value: str) -> None:
        super().validate(value)
        for line in _lines(value):
            self.refuse_longer(line)


class TextForm(KeyedForm):
    """What an article says, in both languages, and the question at its end."""

    topic = forms.ChoiceField(label=_("Health topic"), choices=Topic.choices)
    audience = forms.ChoiceField(label=_("For whom"), choices=Article.Audience.choices)
    title_zh = Line(label=_("Title in Chinese"), max_length=40)
    body_zh = Words(
        label=_("Text in Chinese"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("An empty line ends a paragraph; “# ” begins a heading, “- ” a point of a list."),
    )
    title = Line(label=_("Title in English"), max_length=80)
    body = Words(label=_("Text in English"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 10}))
    source = Line(
        label=_("Source"),
        max_length=300,
        help_text=_("Who published what it rests on, and when."),
    )
    question_zh = Line(label=_("Question in Chinese"), max_length=100, required=False)
    choices_zh = ChoicesField(label=_("Choices in Chinese"), longest=60)
    question = Line(label=_("Question in English"), max_length=200, required=False)
    choices = ChoicesField(label=_("Choices in English"), longest=120)
    right = forms.IntegerField(
        label=_("Number of the right choice"),
        min_value=1,
        max_value=4,
        required=False,
        help_text=_("The first one is 1."),
    )
    explanation_zh = Line(label=_("Why, in Chinese"), max_length=150, required=False)
    explanation = Line(label=_("Why, in English"), max_length=300, required=False)

    @property
    def typed(self) -> dict[str, Any]:
        """The text as the service takes it, and what a subclass asks besides."""
        given = dict(super().typed)
        asked = {name: given.pop(name) for name in _ASKED}
        names = ("topic", "audience", "title", "title_zh", "body", "body_zh", "source")
        text = {name: given.pop(name) for name in names}
        return {**given, "text": ArticleText(**text, question=_question(asked))}

    def clean(self) -> dict[str, Any]:
        """A question is whole, or there is none."""
        found = super().clean()
        missing = [name for name in _ASKED if name not in self.errors and not found.get(name)]
        if len(missing) < len(_ASKED):
            for name in missing:
                self.add_error(name, ValidationError(_("Fill this in, or leave the whole question out.")))
        return found


class NewArticleForm(TextForm):
    """An article of a clinic, with the end of its public address."""

    clinic = forms.ModelChoiceField(label=_("Clinic"), queryset=Hospital.objects.none())
    code = forms.RegexField(
        label=_("Public address"),
        regex=r"^[a-z0-9][a-z0-9-]{2,29}$",
        help_text=_("The end of its public address: small letters, digits and dashes, such as less-salt."),
    )
    field_order = ("key", "clinic", "code")

    def __init__(self, *args: Any, clinics: QuerySet[Hospital], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["clinic"]
        chosen.queryset = clinics  # type: ignore[attr-defined]
        chosen.initial = clinics.first()
        chosen.label_from_instance = lambda row: row.title  # type: ignore[attr-defined]


class ReviewForm(KeyedForm):
    """How long a reviewer stands for an article."""

    until_date = DayField(label=_("Shown through"))


class RecordForm(KeyedForm):
    """How an article was shown, and to how many people."""

    kind = forms.ChoiceField(label=pgettext_lazy("health event", "How"), choices=PromotionEvent.Kind.choices)
    counted_people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=MOST_PEOPLE, initial=10)
    on_date = DayField(label=_("Day"))
    photo = PhotoField(label=_("Photo"), required=False)

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: the same press makes the same event."""
        return self.cleaned_data


class AnswerForm(KeyedForm):
    """The question at the end of an article."""

    choice = forms.TypedChoiceField(label=_("Answer"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[str], question: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].label = question
        self.offer("choice", list(enumerate(choices, start=1)))


class NameForm(KeyedForm):
    """A card, the end of a phone number or a name; or the person whom the page has found by it."""

    code = Line(
        label=_("Card, end of the phone number, or name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    manner = forms.ChoiceField(label=_("Agrees to be named"), choices=MANNERS, required=False)
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = not self.data.get("person")

    @property
    def typed(self) -> dict[str, Any]:
        """What was scanned, with the key: the same press names the same person."""
        return self.cleaned_data


class ChangeCampaignForm(KeyedForm):
    """What can be changed of a campaign that is open."""

    name = Line(label=_("Name of the campaign"), max_length=80)
    to_date = DayField(label=_("Last day"), help_text=_("An earlier day ends it."))
    goal_people = forms.IntegerField(label=_("People to reach"), min_value=1, max_value=10_000_000)


class CampaignForm(ChangeCampaignForm):
    """One topic in one place, for some weeks."""

    topic = forms.ChoiceField(label=_("Health topic"), choices=Topic.choices)
    division = forms.ModelChoiceField(label=_("Place"), queryset=Division.objects.none())
    from_date = DayField(label=_("First day"))
    to_date = DayField(label=_("Last day"))
    field_order = ("key", "name", "topic", "division", "from_date", "to_date", "goal_people")

    def __init__(self, *args: Any, divisions: QuerySet[Division], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["division"]
        place.queryset = divisions  # type: ignore[attr-defined]
        place.initial = divisions.first()
        place.label_from_instance = lambda row: row.name  # type: ignore[attr-defined]


class WhyForm(KeyedForm):
    """Why something is taken back."""

    reason = Line(label=_("Reason"), max_length=200)


def person_in(text: str) -> UUID | None:
    """The id of an address; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def fields_of(text: ArticleText) -> dict[str, Any]:
    """What stands in the fields of a text."""
    said: dict[str, Any] = dict(text.columns())
    if text.question is not None:
        asked = asdict(text.question)
        said |= {"question": asked.pop("text"), "question_zh": asked.pop("text_zh"), **asked}
        said |= {name: "\n".join(asked[name]) for name in ("choices", "choices_zh")}
    return said


def _question(asked: dict[str, Any]) -> QuestionDraft | None:
    if not asked["question"]:
        return None
    return QuestionDraft(
        text=asked["question"],
        text_zh=asked["question_zh"],
        choices=_lines(asked["choices"]),
        choices_zh=_lines(asked["choices_zh"]),
        right=asked["right"],
        explanation=asked["explanation"],
        explanation_zh=asked["explanation_zh"],
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]

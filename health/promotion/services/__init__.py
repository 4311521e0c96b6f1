"""The verbs of health promotion."""

from health.promotion.services.campaigns import CampaignDatesWrong, CampaignOverlaps, change_campaign, open_campaign
from health.promotion.services.forgetting import forget_names_of, forget_photos
from health.promotion.services.reading import NotAChoice, answer_question, count_reading, tell_of_ended_reviews
from health.promotion.services.recording import (
    AlreadyNamed,
    ArticleNotShown,
    EventDateWrong,
    EventIdUsed,
    EventPhotoUsed,
    NameIdUsed,
    NoResidentMeant,
    SeveralResidentsMeant,
    record_event,
    resident_meant,
    sign_in_resident,
    withdraw_event,
)
from health.promotion.services.writing import (
    ArticleAddressUsed,
    ArticleText,
    QuestionDraft,
    QuestionWrong,
    ReviewDateWrong,
    draft_article,
    edit_article,
    publish_article,
    text_of,
    withdraw_article,
)

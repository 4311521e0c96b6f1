"""Endpoints of residents and households."""

from django.urls import path

from stations.people.api import consents, finding, guardians, households, records

urlpatterns = [
    path("people/find/", finding.FindPeople.as_view()),
    path("people/", records.RegisterPerson.as_view()),
    path("people/<uuid:person_id>/", records.OnePerson.as_view()),
    path("people/<uuid:person_id>/take-up/", records.TakeUpPerson.as_view()),
    path("people/<uuid:person_id>/reveal/", records.RevealPerson.as_view()),
    path("people/<uuid:person_id>/send-phone-code/", consents.SendPhoneCode.as_view()),
    path("people/<uuid:person_id>/confirm-phone/", consents.ConfirmPhone.as_view()),
    path("people/<uuid:person_id>/send-consent-code/", consents.SendConsentCode.as_view()),
    path("people/<uuid:person_id>/consents/", consents.Consents.as_view()),
    path("people/<uuid:person_id>/issue-card/", households.IssueCard.as_view()),
    path("people/<uuid:person_id>/revoke-card/", households.RevokeCard.as_view()),
    path("people/<uuid:person_id>/guardianships/", guardians.Guardianships.as_view()),
    path("people/<uuid:person_id>/record-death/", guardians.RecordDeath.as_view()),
    path("people/<uuid:person_id>/undo-death/", guardians.UndoDeath.as_view()),
    path("guardianships/<int:guardianship_id>/end/", guardians.EndGuardianship.as_view()),
    path("consents/<int:consent_id>/withdraw/", consents.WithdrawConsent.as_view()),
    path("consent-texts/", consents.ConsentTexts.as_view()),
    path("households/", households.RegisterHousehold.as_view()),
    path("households/<uuid:household_id>/", households.OneHousehold.as_view()),
    path("households/<uuid:household_id>/settle/", households.SettleHousehold.as_view()),
    path("households/<uuid:household_id>/name-head/", households.NameHead.as_view()),
    path("households/<uuid:household_id>/move-in/", households.MoveIn.as_view()),
]

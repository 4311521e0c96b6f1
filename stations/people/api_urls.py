"""Endpoints of residents and households."""

from django.urls import path

from stations.people import api

urlpatterns = [
    path("people/find/", api.FindPeople.as_view()),
    path("people/", api.RegisterPerson.as_view()),
    path("people/<uuid:person_id>/", api.OnePerson.as_view()),
    path("people/<uuid:person_id>/reveal/", api.RevealPerson.as_view()),
    path("people/<uuid:person_id>/send-phone-code/", api.SendPhoneCode.as_view()),
    path("people/<uuid:person_id>/confirm-phone/", api.ConfirmPhone.as_view()),
    path("people/<uuid:person_id>/send-consent-code/", api.SendConsentCode.as_view()),
    path("people/<uuid:person_id>/consents/", api.Consents.as_view()),
    path("people/<uuid:person_id>/issue-card/", api.IssueCard.as_view()),
    path("people/<uuid:person_id>/revoke-card/", api.RevokeCard.as_view()),
    path("consents/<int:consent_id>/withdraw/", api.WithdrawConsent.as_view()),
    path("consent-texts/", api.ConsentTexts.as_view()),
    path("households/", api.RegisterHousehold.as_view()),
    path("households/<uuid:household_id>/", api.OneHousehold.as_view()),
    path("households/<uuid:household_id>/move-in/", api.MoveIn.as_view()),
]

"""Pages of residents."""

from django.urls import path

from stations.people import views

app_name = "people"

urlpatterns = [
    path("people/", views.find, name="find"),
    path("people/new/", views.new, name="new"),
    path("people/<uuid:person_id>/", views.person, name="person"),
    path("people/<uuid:person_id>/edit/", views.edit, name="edit"),
    path("people/<uuid:person_id>/household/", views.household, name="household"),
    path("people/<uuid:person_id>/household/new/", views.new_household, name="new-household"),
    path("people/<uuid:person_id>/household/move/", views.move, name="move"),
    path("people/<uuid:person_id>/history/", views.history, name="history"),
    path("people/<uuid:person_id>/phone/", views.phone, name="phone"),
    path("people/<uuid:person_id>/phone/send/", views.send_code, name="send-code"),
    path("people/<uuid:person_id>/consents/", views.consents, name="consents"),
    path("people/<uuid:person_id>/consents/<slug:purpose>/", views.consent, name="consent"),
    path("people/<uuid:person_id>/consents/<slug:purpose>/code/", views.send_consent_code, name="send-consent-code"),
    path("people/<uuid:person_id>/reveal/<slug:field>/", views.reveal, name="reveal"),
    path("people/reveals/<int:reveal_id>/", views.revealed, name="revealed"),
    path("people/consents/<int:consent_id>/withdraw/", views.withdraw, name="withdraw"),
]

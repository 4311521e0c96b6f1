"""Pages of residents."""

from django.urls import path

from stations.people.views import cards, consents, deaths, finding, guardians, records, reveals

app_name = "people"

urlpatterns = [
    path("people/", finding.find, name="find"),
    path("people/new/", records.new, name="new"),
    path("people/<uuid:person_id>/", records.person, name="person"),
    path("people/<uuid:person_id>/take-up/", records.take_up, name="take-up"),
    path("people/<uuid:person_id>/edit/", records.edit, name="edit"),
    path("people/<uuid:person_id>/household/", records.household, name="household"),
    path("people/<uuid:person_id>/household/new/", records.new_household, name="new-household"),
    path("people/<uuid:person_id>/household/move/", records.move, name="move"),
    path("people/<uuid:person_id>/household/village/", records.settle, name="settle"),
    path("people/<uuid:person_id>/household/head/", records.name_head, name="name-head"),
    path("people/<uuid:person_id>/guardians/", guardians.guardians, name="guardians"),
    path("people/<uuid:person_id>/guardians/new/", guardians.new_guardian, name="new-guardian"),
    path("people/guardianships/<int:guardianship_id>/end/", guardians.end_guardian, name="end-guardian"),
    path("people/<uuid:person_id>/card/", cards.card, name="card"),
    path("people/<uuid:person_id>/card/stop/", cards.stop_card, name="stop-card"),
    path("people/<uuid:person_id>/card/print/", cards.print_card, name="print-card"),
    path("people/<uuid:person_id>/card/picture/", cards.card_picture, name="card-picture"),
    path("people/<uuid:person_id>/death/", deaths.death, name="death"),
    path("people/<uuid:person_id>/death/undo/", deaths.undo_death, name="undo-death"),
    path("people/<uuid:person_id>/history/", records.history, name="history"),
    path("people/<uuid:person_id>/phone/", consents.phone, name="phone"),
    path("people/<uuid:person_id>/phone/send/", consents.send_code, name="send-code"),
    path("people/<uuid:person_id>/consents/", consents.consents, name="consents"),
    path("people/<uuid:person_id>/consents/<slug:purpose>/", consents.consent, name="consent"),
    path("people/<uuid:person_id>/consents/<slug:purpose>/code/", consents.send_consent_code, name="send-consent-code"),
    path("people/<uuid:person_id>/reveal/<slug:field>/", reveals.reveal, name="reveal"),
    path("people/reveals/<int:reveal_id>/", reveals.revealed, name="revealed"),
    path("people/consents/<int:consent_id>/withdraw/", consents.withdraw, name="withdraw"),
]

"""Pages of rights, at the root."""

from django.urls import path

from stations.rights import views

app_name = "rights"
urlpatterns = [
    path("people/<uuid:person_id>/rights/", views.rights, name="rights"),
    path("people/<uuid:person_id>/rights/export/", views.export, name="export"),
    path("people/<uuid:person_id>/rights/erase/", views.erase, name="erase"),
    path("people/requests/<int:request_id>/withdraw/", views.withdraw, name="withdraw"),
]

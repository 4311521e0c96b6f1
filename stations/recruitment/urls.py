"""Pages of certificates, at the root."""

from django.urls import path

from stations.recruitment import views

app_name = "recruitment"
urlpatterns = [
    path("r/<str:number>", views.register, name="register"),
    path("r/<str:number>/picture/", views.picture, name="picture"),
    path("station/certificates/<str:number>/", views.certificate, name="certificate"),
]

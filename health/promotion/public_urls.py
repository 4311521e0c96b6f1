"""What anybody opens with the code on a leaflet."""

from django.urls import path

from health.promotion.views import public

urlpatterns = [
    path("<str:code>/", public.article, name="health_article"),
    path("<str:code>/leaflet/", public.leaflet, name="health_leaflet"),
    path("<str:code>/qr/", public.qr, name="health_article_qr"),
]

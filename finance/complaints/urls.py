"""Pages of complaints and disputes."""

from django.urls import path

from finance.complaints import views
from finance.complaints.lists import COMPLAINTS

app_name = "complaints"
urlpatterns = [
    path("finance/complaints/", COMPLAINTS.view(), name="complaints"),
    path("county/complaints/", COMPLAINTS.view(), name="county_complaints"),
    *views.COMPLAINT_PAGE.paths("finance/complaints/<uuid:pk>/"),
    path("finance/payments/<uuid:pk>/complain/", views.complain, name="complain"),
    path("finance/accounts/<str:code>/", views.account, name="account"),
    path("finance/accounts/<str:code>/<int:version>/dispute/", views.dispute, name="dispute"),
]

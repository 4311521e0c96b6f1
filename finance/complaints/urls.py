"""Pages of complaints and disputes."""

from django.urls import path

from finance.complaints import views

app_name = "complaints"
urlpatterns = [
    path("finance/complaints/", views.complaints, name="complaints"),
    path("county/complaints/", views.complaints, name="county_complaints"),
    path("finance/complaints/<uuid:pk>/", views.complaint, name="complaint"),
    path("finance/complaints/<uuid:pk>/assign/", views.assign, name="assign"),
    path("finance/complaints/<uuid:pk>/ask-provider/", views.ask, name="ask"),
    path("finance/complaints/<uuid:pk>/resolve/", views.resolve, name="resolve"),
    path("finance/complaints/<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("finance/complaints/<uuid:pk>/decide/", views.decide, name="decide"),
    path("finance/payments/<uuid:pk>/complain/", views.complain, name="complain"),
    path("finance/accounts/<str:code>/", views.account, name="account"),
    path("finance/accounts/<str:code>/<int:version>/dispute/", views.dispute, name="dispute"),
]

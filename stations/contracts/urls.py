"""Pages of contracts, at the root."""

from django.urls import path

from stations.contracts import views

app_name = "contracts"
urlpatterns = [
    path("county/contracts/<int:contract_id>/", views.contract, name="contract"),
    path("county/contracts/<int:contract_id>/<slug:slug>/", views.move, name="move"),
    path("county/contracts/<int:contract_id>/terminations/<int:termination_id>/", views.terminate, name="terminate"),
    path(
        "county/contracts/<int:contract_id>/terminations/<int:termination_id>/withdraw/",
        views.withdraw,
        name="withdraw",
    ),
]

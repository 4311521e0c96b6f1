"""Endpoints of contracts, below /api/v1/."""

from django.urls import path

from stations.contracts import api

urlpatterns = [
    path("contracts/", api.Contracts.as_view()),
    path("contracts/<int:contract_id>/start-leave/", api.StartLeave.as_view()),
    path("contracts/<int:contract_id>/end-leave/", api.EndLeave.as_view()),
    path("contracts/<int:contract_id>/suspend/", api.Suspend.as_view()),
    path("contracts/<int:contract_id>/reinstate/", api.Reinstate.as_view()),
    path("contracts/<int:contract_id>/terminate/", api.AskTermination.as_view()),
    path("contract-terminations/<int:termination_id>/confirm/", api.ConfirmTermination.as_view()),
    path("contract-terminations/<int:termination_id>/withdraw/", api.WithdrawTermination.as_view()),
]

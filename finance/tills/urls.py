"""Pages of the drawer."""

from django.urls import path

from finance.tills.views import differences, drawers, losses, remittances

app_name = "tills"
urlpatterns = [
    path("", drawers.till, name="till"),
    path("open/", drawers.open_as_left, name="open-as-left"),
    path("open/counted/", drawers.open_counted, name="open"),
    path("<int:pk>/", drawers.day, name="day"),
    path("<int:pk>/count/", drawers.count, name="count"),
    path("<int:pk>/close/", drawers.close, name="close"),
    path("<int:pk>/resume/", drawers.resume, name="resume"),
    path("<int:pk>/hand-over/", drawers.hand_over, name="hand-over"),
    path("differences/", differences.differences, name="differences"),
    path("differences/<uuid:pk>/", differences.difference, name="difference"),
    *(
        path(f"differences/<uuid:pk>/{slug}/", differences.act_of(slug), name=f"difference-{slug}")
        for slug in differences.ACTS
    ),
    path("remittances/", remittances.remittances, name="remittances"),
    path("remittances/new/", remittances.declare, name="declare"),
    path("remittances/<uuid:pk>/", remittances.remittance, name="remittance"),
    *(
        path(f"remittances/<uuid:pk>/{slug}/", remittances.act_of(slug), name=f"remittance-{slug}")
        for slug in remittances.ACTS
    ),
    path("losses/", losses.losses, name="losses"),
    path("losses/new/", losses.report, name="report-loss"),
    path("losses/<uuid:pk>/", losses.loss, name="loss"),
    *(path(f"losses/<uuid:pk>/{slug}/", losses.act_of(slug), name=f"loss-{slug}") for slug in losses.ACTS),
]

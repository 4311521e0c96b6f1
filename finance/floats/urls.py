"""Pages of the float."""

from django.urls import path

from finance.floats.views import counter, county, topups, transfers

app_name = "floats"
urlpatterns = [
    path("", counter.float_page, name="float"),
    path("send/", counter.send, name="send"),
    path("withdraw/", counter.withdraw, name="withdraw"),
    path("transfers/<uuid:pk>/", transfers.transfer, name="transfer"),
    path("transfers/<uuid:pk>/accept/", transfers.accept, name="accept"),
    path("transfers/<uuid:pk>/decline/", transfers.decline, name="decline"),
    path("transfers/<uuid:pk>/recall/", transfers.recall, name="recall"),
    path("topups/", topups.topups, name="topups"),
    path("topups/<uuid:pk>/", topups.topup, name="topup"),
    path("topups/<uuid:pk>/match/", topups.match, name="match"),
    path("topups/<uuid:pk>/credit/", topups.credit, name="credit"),
    path("topups/<uuid:pk>/reject/", topups.reject, name="reject"),
    path("topups/<uuid:pk>/count-cash/", topups.count_cash, name="count_cash"),
    path("topups/<uuid:pk>/take-cash/", topups.take_cash, name="take_cash"),
    path("stations/", county.stations, name="stations"),
    path("stations/<str:code>/", county.station, name="station"),
    path("stations/<str:code>/clear/", county.clear, name="clear"),
    path("stations/<str:code>/rules/", county.rules, name="rules"),
]

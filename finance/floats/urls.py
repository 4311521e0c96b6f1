"""Pages of the float."""

from django.urls import path

from finance.floats.lists import FLOATS, TOPUPS
from finance.floats.views import bank_lines, counter, county, topups, transfers

app_name = "floats"
urlpatterns = [
    path("", counter.float_page, name="float"),
    path("send/", counter.send, name="send"),
    path("withdraw/", counter.withdraw, name="withdraw"),
    *transfers.TRANSFER.paths("transfers/<uuid:pk>/"),
    path("topups/", TOPUPS.view(), name="topups"),
    *topups.TOPUP.paths("topups/<uuid:pk>/"),
    *bank_lines.BANK_LINE.paths("bank-lines/<uuid:pk>/"),
    path("topups/<uuid:pk>/count-cash/", topups.count_cash, name="count_cash"),
    path("stations/", FLOATS.view(), name="stations"),
    path("stations/<str:code>/", county.station, name="station"),
    path("stations/<str:code>/clear/", county.clear, name="clear"),
    path("stations/<str:code>/rules/", county.rules, name="rules"),
]

"""Pages of produce."""

from django.urls import path

from orders.produce.lists import CLAIMS, HARVESTS, INTAKES, LOTS
from orders.produce.views import farmers, intakes, lots

app_name = "produce"
urlpatterns = [
    path("harvests/", HARVESTS.view(), name="harvests"),
    path("harvests/new/", intakes.announce, name="announce"),
    *intakes.HARVEST_PAGE.paths("harvests/<uuid:pk>/"),
    path("intakes/", INTAKES.view(), name="intakes"),
    path("intakes/new/", intakes.weigh, name="weigh"),
    *intakes.INTAKE_PAGE.paths("intakes/<uuid:pk>/"),
    path("intakes/<uuid:pk>/slip/", intakes.slip, name="slip"),
    path("lots/", LOTS.view(), name="lots"),
    path("lots/new/", lots.open_lot, name="open_lot"),
    *lots.LOT_PAGE.paths("lots/<uuid:pk>/"),
    *lots.SALE_PAGE.paths("lot-sales/<uuid:pk>/"),
    path("claims/", CLAIMS.view(), name="claims"),
    *lots.CLAIM_PAGE.paths("buyer-claims/<uuid:pk>/"),
    path("farmers/<uuid:pk>/", farmers.farmer, name="farmer"),
]

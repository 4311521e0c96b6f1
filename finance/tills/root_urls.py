"""Pages of the drawer that stand at the root: the county's cash, and what is known to be broken."""

from django.urls import path

from finance.tills.views import county

app_name = "cash"
urlpatterns = [
    path("county/cash/", county.county_cash, name="county"),
    path("known-errors/", county.known_errors, name="known-errors"),
]

"""What a donor opens with the code of a campaign."""

from django.urls import path

from education.supplies.views import campaigns

urlpatterns = [path("<str:code>/", campaigns.gift, name="gift")]

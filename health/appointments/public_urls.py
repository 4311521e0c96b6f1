"""What a resident whose doctor is away opens with the address in the message."""

from django.urls import path

from health.appointments.views import public

urlpatterns = [path("<str:token>/", public.choose, name="other_times")]

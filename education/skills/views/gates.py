"""Which courses open which services of a station, and what the reader has yet to complete."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from core.access import requires
from core.days import day_in
from education.skills.models import READ_GATE
from education.skills.queries import gates_of
from stations.people.models import Person
from stations.requests import SignedInRequest


@require_GET
@requires(READ_GATE)
def own_gates(request: SignedInRequest) -> HttpResponse:
    """The reader's own certificates: nobody else's courses are shown here."""
    people = Person.objects.select_related("home_station__county")
    person = people.filter(pk=request.user.person_id).first()
    lines = gates_of(person, day_in(person.home_station.zone, now())) if person else []
    return render(request, "education/skills/gates.html", {"person": person, "lines": lines})

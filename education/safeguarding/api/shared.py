"""What the endpoints of safeguarding share."""

from django.db.models import QuerySet

from stations.people.models import Person

#: A child of the examples.
CHILD = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01"


def people() -> QuerySet[Person]:
    """Living records with the place that says who reaches them."""
    return Person.objects.living().select_related("home_station__county")

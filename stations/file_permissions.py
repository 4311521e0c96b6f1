"""Who may look at the photos and papers of people: the one who reads the person or contract at their own station."""

from typing import Any

from stations.accounts.models import User
from stations.inspections.models import Inspection
from stations.network.models import Station
from stations.people.models import Consent, Death, Guardianship
from stations.recruitment.models import Contract
from stations.rights.models import PersonRequest


def may_see(user: User, file: Any) -> bool:
    """Evidence of a consent or guardianship, and the terms of a contract.

    Reading a person reaches the whole county of a station post; what proves a consent stays at the station.
    """
    consents = Consent.objects.open_to(user, "stations.read_person").filter(evidence=file)
    homes = Station.objects.open_to(user, "stations.read_person")
    guardians = Guardianship.objects.filter(evidence=file, child__home_station__in=homes)
    places = Station.objects.open_to(user, "stations.read_contract")
    terms = Contract.objects.filter(terms_file=file)
    deaths = Death.objects.filter(evidence=file, person__home_station__in=homes)
    inspected = Inspection.objects.open_to(user, "stations.read_inspection").filter(photos=file)
    copies = PersonRequest.objects.open_to(user, "stations.request_export").filter(file=file)
    return (
        consents.exists()
        or copies.exists()
        or inspected.exists()
        or deaths.exists()
        or guardians.exists()
        or terms.filter(station__in=places).exists()
        or terms.filter(user=user.pk).exists()
    )

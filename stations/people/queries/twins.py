"""Who may be the same person twice."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from stations.people.models import NameKey, Person
from stations.people.names import fold_name, name_keys


def likely_twins(person: Person, *, limit: int = 5) -> list[UUID]:
    """Registered people of the county who may be this one: same name and no other birth year, or same sound and phone.

    People of the same name whose documents differ are no twins.
    """
    county = person.home_station.county_id
    keys = name_keys(person.full_name, {})
    same_sound = NameKey.objects.filter(
        Q(kind="pinyin", key__in=keys.pinyin) | Q(kind="name", key=fold_name(person.full_name)), county=county
    )
    alike = (
        Person.objects.living()
        .filter(Q(pk__in=same_sound.values("person")) & (_same_name(person) | _same_phone(person)) | _set_aside(person))
        .exclude(pk=person.pk)
    )
    if person.birth_date:
        alike = alike.filter(Q(birth_date=None) | Q(birth_date__year=person.birth_date.year))
    if person.id_index:
        alike = alike.filter(id_index=None)
    return list(alike.order_by("-last_served_at", "pk").values_list("pk", flat=True)[:limit])


def _same_name(person: Person) -> Q:
    named = NameKey.objects.filter(person=OuterRef("pk"), kind="name", name=fold_name(person.full_name))
    return Q(Exists(named))


def _set_aside(person: Person) -> Q:
    """Records without keys: compared by the name itself."""
    return Q(archived_at__isnull=False, full_name=person.full_name, home_station__county=person.home_station.county_id)


def _same_phone(person: Person) -> Q:
    return Q(phone=person.phone) if person.phone else Q(pk__in=[])

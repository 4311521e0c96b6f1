"""Households and residents; consents; and every look at what is hidden."""

from stations.people.models.consents import Consent, ConsentQuerySet, ConsentText, PhoneCode
from stations.people.models.deaths import Death
from stations.people.models.households import Household, HouseholdQuerySet, Membership
from stations.people.models.looks import AccessRead, Reveal
from stations.people.models.names import NameKey, SurnameReading
from stations.people.models.persons import (
    COUNTY_VERBS,
    EachRecordOfPerson,
    Guardianship,
    GuardianshipQuerySet,
    Person,
    PersonKey,
    PersonQuerySet,
    RecordsOfPerson,
    ResidentCard,
    StandingRecord,
)
from stations.people.models.seals import AccessSeal, AccessSealCheck

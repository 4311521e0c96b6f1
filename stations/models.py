"""Table of contents: every noun this app stores."""

from stations.accounts.models import Device, DevicePin, DeviceToken, LoginCode, Post, User
from stations.network.models import (
    OpeningException,
    OpeningHours,
    RegisterMiss,
    Service,
    ServicePause,
    Station,
    StationService,
)
from stations.people.models import (
    AccessRead,
    Consent,
    ConsentText,
    Guardianship,
    Household,
    Membership,
    NameKey,
    Person,
    PhoneCode,
    ResidentCard,
    Reveal,
    SurnameReading,
)
from stations.places.models import BusinessDay, Division, DivisionName, DivisionSuccession, NameEnding
from stations.recruitment.models import Certificate, Contract, RegisterLookUps

__all__ = [
    "AccessRead",
    "BusinessDay",
    "Certificate",
    "Consent",
    "ConsentText",
    "Contract",
    "Device",
    "DevicePin",
    "DeviceToken",
    "Division",
    "DivisionName",
    "DivisionSuccession",
    "Guardianship",
    "Household",
    "LoginCode",
    "Membership",
    "NameEnding",
    "NameKey",
    "OpeningException",
    "OpeningHours",
    "Person",
    "PhoneCode",
    "Post",
    "RegisterLookUps",
    "RegisterMiss",
    "ResidentCard",
    "Reveal",
    "Service",
    "ServicePause",
    "Station",
    "StationService",
    "SurnameReading",
    "User",
]

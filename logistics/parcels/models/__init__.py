"""What is stored of parcels."""

from logistics.parcels.models.events import ParcelEvent, PickupCode
from logistics.parcels.models.parcels import Parcel
from logistics.parcels.models.policies import StoragePolicy

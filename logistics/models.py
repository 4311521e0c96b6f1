"""Table of contents: every noun this app stores."""

from logistics.parcels.models import Parcel, ParcelEvent, PickupCode, StoragePolicy

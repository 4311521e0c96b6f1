"""Table of contents: every noun this app stores."""

from logistics.parcels.models import Parcel, ParcelEvent, PickupCode, StoragePolicy
from logistics.routes.models import Bag, BagParcel, Carrier, Route, RouteRun, RouteStop, RunException, RunStop

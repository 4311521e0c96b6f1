"""Parcels over the API."""

from logistics.parcels.api.counter import (
    CollectParcel,
    ExtendStorage,
    RefuseParcel,
    ReissueCode,
)
from logistics.parcels.api.reading import ParcelDetail, Parcels, PickupList, Track
from logistics.parcels.api.road import (
    AnnulScan,
    ExamineContradiction,
    ReceiveReturnLeg,
    RecordCarrierScan,
    ReportException,
    ReturnToSender,
    ScanParcels,
)

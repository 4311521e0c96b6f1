"""API endpoints of parcels."""

from django.urls import path

from logistics.parcels import api

urlpatterns = [
    path("parcels/", api.Parcels.as_view(), name="api-parcels"),
    path("parcels/scan/", api.ScanParcels.as_view(), name="api-parcels-scan"),
    path("parcels/<str:number>/", api.ParcelDetail.as_view(), name="api-parcel"),
    path("parcels/<str:number>/collect/", api.CollectParcel.as_view(), name="api-parcel-collect"),
    path("parcels/<str:number>/refuse/", api.RefuseParcel.as_view(), name="api-parcel-refuse"),
    path("parcels/<str:number>/extend/", api.ExtendStorage.as_view(), name="api-parcel-extend"),
    path("parcels/<str:number>/reissue-code/", api.ReissueCode.as_view(), name="api-parcel-reissue-code"),
    path("parcels/<str:number>/report/", api.ReportException.as_view(), name="api-parcel-report"),
    path("parcels/<str:number>/annul/", api.AnnulScan.as_view(), name="api-parcel-annul"),
    path("parcels/<str:number>/return/", api.ReturnToSender.as_view(), name="api-parcel-return"),
    path("parcels/<str:number>/receive-back/", api.ReceiveReturnLeg.as_view(), name="api-parcel-receive-back"),
    path("parcels/<str:number>/carrier-scan/", api.RecordCarrierScan.as_view(), name="api-parcel-carrier-scan"),
    path("parcels/<str:number>/examine/", api.ExamineContradiction.as_view(), name="api-parcel-examine"),
    path("stations/<str:code>/pickup-list/", api.PickupList.as_view(), name="api-station-pickup-list"),
    path("tracks/<str:number>/", api.Track.as_view(), name="api-track"),
]

"""API of check-ups."""

from django.urls import path

from health.checkups.api import campaigns, days, results

urlpatterns = [
    path("checkup-packages/", campaigns.CheckupPackages.as_view()),
    path("checkup-packages/<uuid:pk>/", campaigns.PackageContents.as_view()),
    path("checkup-packages/<uuid:pk>/propose-range/", campaigns.ProposeRange.as_view()),
    path("checkup-packages/<uuid:pk>/discard/", campaigns.DiscardDraft.as_view()),
    path("checkup-packages/<uuid:pk>/approve/", campaigns.ApprovePackage.as_view()),
    path("checkup-campaigns/", campaigns.CheckupCampaigns.as_view()),
    path("checkup-campaigns/open/", campaigns.OpenCheckupCampaign.as_view()),
    path("checkup-campaigns/<uuid:pk>/open-day/", campaigns.OpenDay.as_view()),
    path("checkup-figures/", campaigns.CheckupFigures.as_view()),
    path("checkup-days/", days.CheckupDays.as_view()),
    path("checkup-days/<uuid:pk>/", days.CheckupList.as_view()),
    path("checkup-days/<uuid:pk>/roster/", days.RosterEligible.as_view()),
    path("checkup-days/<uuid:pk>/add/", days.RosterResident.as_view()),
    path("checkup-days/<uuid:pk>/move/", days.MoveDay.as_view()),
    path("checkup-days/<uuid:pk>/file/", days.RecordResultFile.as_view()),
    path("checkup-rosters/", days.CheckupRosters.as_view()),
    path("checkup-rosters/<uuid:pk>/", days.Roster.as_view()),
    path("checkup-orders/<uuid:pk>/arrive/", days.RecordCheckupArrival.as_view()),
    path("checkup-orders/<uuid:pk>/revoke/", days.RevokeCheckup.as_view()),
    path("checkup-orders/<uuid:pk>/finish/", results.FinishCheckup.as_view()),
    path("checkup-results/", results.RecordResults.as_view()),
    path("checkup-reports/", results.CheckupReports.as_view()),
    path("checkup-reports/<uuid:pk>/", results.ReportContents.as_view()),
    path("checkup-reports/<uuid:pk>/release/", results.ReleaseReport.as_view()),
    path("checkup-reports/<uuid:pk>/tell/", results.TellReport.as_view()),
    path("urgent-results/", results.UrgentResults.as_view()),
    path("urgent-results/<uuid:pk>/complete/", results.CompleteUrgentResult.as_view()),
]

"""Every page. The stations' pages stand at the root, the others below their app."""

from django.contrib import admin
from django.urls import include, path

from ecomnet.home import home, trend_file

urlpatterns = [
    path("", home, name="home"),
    path("trend/", trend_file, name="home_trend"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("ecomnet.api_urls")),
    path("finance/", include("finance.urls")),
    path("", include("finance.complaints.urls")),
    path("orders/", include("orders.urls")),
    path("education/", include("education.urls")),
    path("verify/", include("education.courses.public_urls")),
    path("learn/", include("education.learners.public_urls")),
    path("gifts/", include("education.supplies.public_urls")),
    path("pay/", include("orders.purchases.public_urls")),
    path("shop/", include("orders.shops.public_urls")),
    path("lot/", include("orders.produce.public_urls")),
    path("logistics/", include("logistics.urls")),
    path("health-info/", include("health.promotion.public_urls")),
    path("register/", include("finance.insurance.public_urls")),
    path("time/", include("health.appointments.public_urls")),
    path("health/", include("health.urls")),
    path("receipt/", include("finance.payments.public_urls")),
    path("s/", include("finance.fees.public_urls")),
    path("", include("finance.tills.root_urls")),
    path("", include("scheduling.feeds.urls")),
    path("scheduling/rooms/", include("scheduling.rooms.urls")),
    path("", include("core.urls")),
    path("", include("stations.urls")),
]

handler400 = "core.web.error_pages.bad_request"
handler403 = "core.web.error_pages.forbidden"
handler404 = "core.web.error_pages.not_found"
handler500 = "core.web.error_pages.broken"

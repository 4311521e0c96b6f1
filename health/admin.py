"""Administration of this app: a table of contents."""

from health.appointments import admin as appointments_admin
from health.checkups import admin as checkups_admin
from health.chronic import admin as chronic_admin
from health.consultations import admin as consultations_admin
from health.exports import admin as exports_admin
from health.hospitals import admin as hospitals_admin
from health.promotion import admin as promotion_admin
from health.records import admin as records_admin

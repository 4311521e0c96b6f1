"""Administration of this app: a table of contents."""

from logistics.parcels import admin as parcels_admin
from logistics.routes import admin as routes_admin

"""Administration of this app: a table of contents."""

from stations.accounts import admin as accounts_admin
from stations.archive import admin as archive_admin
from stations.contracts import admin as contracts_admin
from stations.duplicates import admin as duplicates_admin
from stations.inspections import admin as inspections_admin
from stations.network import admin as network_admin
from stations.people import admin as people_admin
from stations.places import admin as places_admin
from stations.recruitment import admin as recruitment_admin
from stations.rights import admin as rights_admin
from stations.scores import admin as scores_admin

"""Who may do what: role -> verbs. Deny by default; this table is the whole truth.

Verb and reach come from the same post (`stations.scope`). Anyone who holds a verb of a noun also holds `read_<noun>`,
written out here so that the table needs no rule to be read.
"""

from ecomnet.grants.counter import HELPER, PARTNER, SUSPENDED
from ecomnet.grants.county import COUNTY_CLERK, COUNTY_MANAGER
from ecomnet.grants.hospital import DOCTOR, NURSE, PHARMACIST
from ecomnet.grants.network import AUDITOR, CLAIMS_ASSESSOR, CREDIT_OFFICER, FINANCE_OFFICER, PLATFORM_ADMIN
from ecomnet.grants.schools import TEACHER

GRANTS: dict[str, set[str]] = {
    "helper": HELPER,
    "partner": PARTNER,
    "county_clerk": COUNTY_CLERK,
    "county_manager": COUNTY_MANAGER,
    "finance_officer": FINANCE_OFFICER,
    "credit_officer": CREDIT_OFFICER,
    "claims_assessor": CLAIMS_ASSESSOR,
    "doctor": DOCTOR,
    "nurse": NURSE,
    "pharmacist": PHARMACIST,
    "teacher": TEACHER,
    "auditor": AUDITOR,
    "platform_admin": PLATFORM_ADMIN,
}

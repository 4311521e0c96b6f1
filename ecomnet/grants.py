"""Who may do what: role -> verbs. Deny by default; this table is the whole truth.

Verb and reach come from the same post (`stations.scope`). Whoever holds a verb of a noun also holds `read_<noun>`,
written out here so that the table needs no rule to be read.
"""

HELPER: set[str] = set()

PARTNER: set[str] = HELPER | set()

COUNTY_CLERK: set[str] = set()

COUNTY_MANAGER: set[str] = set()

FINANCE_OFFICER: set[str] = set()

AUDITOR: set[str] = set()

PLATFORM_ADMIN: set[str] = set()

GRANTS: dict[str, set[str]] = {
    "helper": HELPER,
    "partner": PARTNER,
    "county_clerk": COUNTY_CLERK,
    "county_manager": COUNTY_MANAGER,
    "finance_officer": FINANCE_OFFICER,
    "auditor": AUDITOR,
    "platform_admin": PLATFORM_ADMIN,
}

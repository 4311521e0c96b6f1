"""Who may do what: role -> verbs. Deny by default; this table is the whole truth.

Verb and reach come from the same post (`stations.scope`). Whoever holds a verb of a noun also holds `read_<noun>`,
written out here so that the table needs no rule to be read.
"""

HELPER: set[str] = {
    "stations.find_person",
    "stations.read_person",
    "stations.register_person",
    "stations.edit_person",
    "stations.record_consent",
    "stations.withdraw_consent",
    "stations.send_phone_code",
    "stations.confirm_phone",
}

PARTNER: set[str] = HELPER | {
    "stations.reveal_person",
    "stations.read_device",
    "stations.revoke_device",
}

COUNTY_CLERK: set[str] = {
    "stations.find_person",
    "stations.read_person",
}

COUNTY_MANAGER: set[str] = {
    "stations.appoint_post",
    "stations.end_post",
    "stations.read_post",
    "stations.issue_login_code",
    "stations.read_device",
    "stations.revoke_device",
    "stations.find_person",
    "stations.read_person",
}

FINANCE_OFFICER: set[str] = set()

AUDITOR: set[str] = {
    "stations.read_post",
    "stations.read_device",
    "stations.read_person",
}

PLATFORM_ADMIN: set[str] = {
    "stations.appoint_post",
    "stations.end_post",
    "stations.read_post",
    "stations.issue_login_code",
}

GRANTS: dict[str, set[str]] = {
    "helper": HELPER,
    "partner": PARTNER,
    "county_clerk": COUNTY_CLERK,
    "county_manager": COUNTY_MANAGER,
    "finance_officer": FINANCE_OFFICER,
    "auditor": AUDITOR,
    "platform_admin": PLATFORM_ADMIN,
}

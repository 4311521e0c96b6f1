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
    "finance.pay_bill",
    "finance.read_bill",
    "finance.read_payment",
    "finance.cancel_payment",
    "finance.read_refund",
    "finance.send_refund_code",
    "finance.hand_back_cash",
    "finance.spend_refund",
    "finance.open_cash_day",
    "finance.count_cash",
    "finance.resume_day",
    "finance.read_cash_day",
    "finance.read_float",
    "finance.read_own_earnings",
}

PARTNER: set[str] = HELPER | {
    "stations.reveal_person",
    "stations.read_device",
    "stations.revoke_device",
    "finance.close_cash_day",
    "finance.request_topup",
    "finance.read_topup",
    "finance.read_station_statement",
}

COUNTY_CLERK: set[str] = {
    "stations.find_person",
    "stations.read_person",
    "finance.match_topup",
    "finance.read_topup",
    "finance.read_cash_day",
    "finance.read_payment",
}

COUNTY_MANAGER: set[str] = {
    "stations.read_login_code",
    "stations.appoint_post",
    "stations.end_post",
    "stations.read_post",
    "stations.issue_login_code",
    "stations.read_device",
    "stations.revoke_device",
    "stations.find_person",
    "stations.read_person",
}

FINANCE_OFFICER: set[str] = {
    "finance.credit_topup",
    "finance.reject_topup",
    "finance.read_topup",
    "finance.import_bank_statement",
    "finance.read_bank_statement",
    "finance.approve_commission_plan",
    "finance.read_payment",
    "finance.read_refund",
    "finance.read_account",
    "ledger.read_account",
    "ledger.read_audit_finding",
    "ledger.clear_audit_finding",
    "core.read_instruction",
    "core.ask_provider",
    "core.read_provider",
}

AUDITOR: set[str] = {
    "core.read_event",
    "core.read_job",
    "core.read_status_change",
    "stations.read_login_code",
    "ledger.read_account",
    "ledger.read_audit_finding",
    "stations.read_post",
    "stations.read_device",
    "stations.read_access_read",
    "stations.read_person",
    "finance.read_bill",
    "finance.read_payment",
    "finance.read_refund",
    "finance.read_cash_day",
    "finance.read_float",
    "finance.read_topup",
    "finance.read_bank_statement",
    "finance.read_account",
    "core.read_instruction",
    "core.read_provider",
}

PLATFORM_ADMIN: set[str] = {
    "stations.edit_reference_data",
    "core.discard_job",
    "core.retry_job",
    "core.read_event",
    "core.read_job",
    "core.read_notice",
    "core.read_request_key",
    "core.read_status_change",
    "core.read_stored_file",
    "stations.read_device",
    "stations.read_login_code",
    "stations.appoint_post",
    "stations.end_post",
    "stations.read_post",
    "stations.issue_login_code",
    "core.read_provider",
    "core.edit_provider",
    "core.read_instruction",
    "core.ask_provider",
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

"""Periodic work: job kind -> when. Anyone who notices a tick writes its job; the dedupe key makes two beats one."""

import datetime as dt

from core.jobs.times import Daily, Every

MINUTE, HOUR = 60, 3600

SCHEDULE: dict[str, Every | Daily] = {
    "appointments.chase_calls": Every(15 * MINUTE),
    "appointments.plan_lists": Every(6 * HOUR),
    "archive.propose_archiving": Daily(
        dt.time(3), places="stations.network.local_work.counties", key="archive:{place}:{zone}:{date}", day_of_month=3
    ),
    "bills.remind_due": Daily(
        dt.time(9),
        places="stations.network.local_work.counties",
        key="billdue:{place}:{zone}:{date}",
        use_within=dt.timedelta(hours=12),
    ),
    "contracts.end_due_contracts": Daily(
        dt.time(0, 5), places="stations.network.local_work.counties", key="contractend:{place}:{zone}:{date}"
    ),
    "floats.forecast_need": Daily(
        dt.time(20),
        places="stations.network.local_work.counties",
        key="forecast:{place}:{zone}:{date}",
        use_within=dt.timedelta(hours=12),
    ),
    "files.remove_orphans": Every(24 * HOUR),
    "gateways.plan_balances": Every(15 * MINUTE),
    "gateways.plan_files": Every(10 * MINUTE),
    "hospitals.plan_clinics": Every(15 * MINUTE),
    "insurance.ask_about_payments": Every(24 * HOUR),
    "insurance.build_register": Daily(
        dt.time(4), places="finance.insurance.queries.countries_in", key="register:{place}:{date}", day_of_month=3
    ),
    "insurance.claim_clock": Daily(
        dt.time(9),
        places="finance.settlement.queries.places.counties",
        key="claim-clock:{place}:{date}",
        use_within=dt.timedelta(hours=12),
    ),
    "insurance.close_claims": Every(HOUR),
    "insurance.pay_parametric": Daily(
        dt.time(6), places="finance.insurance.queries.countries_in", key="parametric:{place}:{date}"
    ),
    "insurance.start_policies": Daily(
        dt.time(0, 15), places="finance.settlement.queries.places.counties", key="policy-day:{place}:{date}"
    ),
    "loans.expire_offers": Every(HOUR),
    "loans.close_day": Daily(dt.time(0, 30), key="loan-close:{zone}:{date}"),
    "loans.ask_about_disbursements": Every(24 * HOUR),
    "loans.remind_instalment": Daily(
        dt.time(8),
        places="stations.network.local_work.counties",
        key="loan-remind:{place}:{zone}:{date}",
        use_within=dt.timedelta(hours=13),
    ),
    "jobs.start_local_work": Every(MINUTE),
    "notices.close_late_notices": Every(5 * MINUTE),
    "parcels.mark_uncollected": Daily(
        dt.time(2), places="stations.network.local_work.counties", key="uncollected:{place}:{zone}:{date}"
    ),
    "parcels.remind_pickup": Daily(
        dt.time(10),
        places="stations.network.local_work.counties",
        key="pickup:{place}:{zone}:{date}",
        use_within=dt.timedelta(hours=8),
    ),
    "parcels.forget_receivers": Every(HOUR),
    "shipping.forget_senders": Every(HOUR),
    "routes.plan_runs": Daily(
        dt.time(3), places="stations.network.local_work.counties", key="runs:{place}:{zone}:{date}"
    ),
    "routes.remind_late": Every(10 * MINUTE),
    "payments.pass_deadlines": Every(MINUTE),
    "payments.review_unknown": Every(10 * MINUTE),
    "payments.plan_compensations": Daily(dt.time(1)),
    "complaints.escalate_overdue": Every(5 * MINUTE),
    "complaints.close_answered": Every(HOUR),
    "people.seal_access_log": Every(HOUR),
    "people.check_access_seals": Every(24 * HOUR),
    "recon.add_up_tallies": Every(10 * MINUTE),
    "recon.end_day": Daily(dt.time(8), key="recon-end:{zone}:{date}"),
    "recon.raise_items": Every(10 * MINUTE),
    "recon.settle_sums": Every(HOUR),
    "rights.forget_exports": Every(HOUR),
    "scores.find_silent_stations": Every(HOUR),
    "scores.roll_station_day": Daily(
        dt.time(1), places="stations.network.local_work.counties", key="stationday:{place}:{date}"
    ),
    "scores.score_month": Daily(
        dt.time(2), places="stations.network.local_work.counties", key="score:{place}:{date}", day_of_month=2
    ),
    "scores.open_warnings": Daily(
        dt.time(2, 30), places="stations.network.local_work.counties", key="warn:{place}:{date}"
    ),
    "purchases.shut_windows": Daily(
        dt.time(0, 15), places="stations.network.local_work.counties", key="windows:{date}:{place}:{zone}"
    ),
    "groups.finish_group_orders": Daily(
        dt.time(0, 20), places="stations.network.local_work.counties", key="groups-finish:{date}:{place}:{zone}"
    ),
    "produce.settle_lots": Daily(
        dt.time(1), places="stations.network.local_work.counties", key="lot-settle:{date}:{place}:{zone}"
    ),
    "produce.close_harvests": Daily(
        dt.time(0, 30), places="stations.network.local_work.counties", key="harvest-close:{date}:{place}:{zone}"
    ),
    "produce.remind_farmers": Daily(
        dt.time(18), places="stations.network.local_work.counties", key="harvest-remind:{date}:{place}:{zone}"
    ),
    "shops.end_orders": Every(HOUR),
    "retention.forget_old_rows": Every(HOUR),
    "payouts.activate_accounts": Every(10 * MINUTE),
    "payouts.ask_about_payouts": Every(24 * HOUR),
    "settlement.end_waiting": Daily(dt.time(4), places="stations.network.local_work.counties"),
    "settlement.find_risks": Daily(dt.time(3, 30), key="risks:{zone}:{date}", use_within=dt.timedelta(hours=20)),
    "bookings.expire_holds": Every(MINUTE),
    "bookings.expire_offers": Every(MINUTE),
    "bookings.expire_answers": Every(5 * MINUTE),
    "bookings.end_attendance": Every(5 * MINUTE),
    "bookings.end_series": Every(HOUR),
    "bookings.send_reminders": Every(5 * MINUTE),
    "calendars.make_sessions": Daily(
        dt.time(2), places="scheduling.calendars.queries.resources_in", key="sessions:{place}:{date}"
    ),
    "bookings.check_validity": Daily(dt.time(8), key="validity:{zone}:{date}", use_within=12 * dt.timedelta(hours=1)),
    "checkups.chase_reports": Daily(dt.time(8), key="checkup-chase:{zone}:{date}"),
    "consultations.end_prescriptions": Every(10 * MINUTE),
    "hotlines.remind": Every(5 * MINUTE),
    "hotlines.list_unreached": Daily(dt.time(8), key="edu-nocall:{zone}:{date}"),
    "courses.end_sessions": Every(10 * MINUTE),
    "courses.close_rooms": Every(HOUR),
    "learners.end_left_screens": Every(10 * MINUTE),
    "quizzes.end_attempts": Every(MINUTE),
    "rosters.try_waiting": Every(HOUR),
    "rosters.discard_old": Every(24 * HOUR),
    "statements.collect": Every(MINUTE),
    "homework.forget_photos": Every(HOUR),
    "supplies.expire_entitlements": Every(HOUR),
    "promotion.forget_photos": Every(HOUR),
    "promotion.tell_of_ended_reviews": Daily(dt.time(8), key="health-articles:{zone}:{date}"),
    "skills.remind_of_renewals": Daily(dt.time(8), key="edu-renewals:{zone}:{date}"),
    "courses.expire_certificates": Daily(dt.time(2), key="edu-certificates:{zone}:{date}"),
    "libraries.mark_overdue": Daily(dt.time(9), key="edu-overdue:{zone}:{date}", use_within=dt.timedelta(hours=12)),
    "libraries.expire_holds": Every(HOUR),
    "safeguarding.clock_concern": Every(5 * MINUTE),
    "safeguarding.watch_vettings": Daily(dt.time(2), key="edu-vettings:{zone}:{date}"),
    "safeguarding.expire_consents": Daily(dt.time(9), key="edu-consents:{zone}:{date}"),
    "tutoring.fund_stipends": Daily(dt.time(3), key="edu-fund:{zone}:{date}"),
    "tutoring.forget_notes": Every(24 * HOUR),
    "tutoring.remind_families": Daily(dt.time(18), key="edu-lessons:{zone}:{date}", use_within=dt.timedelta(hours=4)),
    "tutoring.warn_of_uncovered": Daily(
        dt.time(9), key="edu-uncovered:{zone}:{date}", use_within=dt.timedelta(hours=12)
    ),
    "ledger.roll_up_accounts": Every(10),
    "ledger.expire_holds": Every(MINUTE),
    "ledger.audit_books": Every(HOUR),
    "ledger.make_month_statements": Every(HOUR),
    "ledger.make_partitions": Every(24 * HOUR),
    "settlement.settle_day": Daily(
        dt.time(2, 30), places="finance.settlement.queries.places.counties", key="settle:{date}:{place}"
    ),
    "settlement.close_book_date": Daily(dt.time(6), places="finance.settlement.queries.places.books"),
    "settlement.resume_held_days": Every(10 * MINUTE),
    "tills.age_cash": Daily(dt.time(8, 30), places="stations.network.local_work.counties"),
}

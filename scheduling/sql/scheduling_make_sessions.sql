-- Sessions, slots and claims of a resource from its weekly rules, for these local dates, in one statement. What is there
-- already stays; an occurrence whose resources another session has is left out and its date returned.
CREATE OR REPLACE FUNCTION scheduling_make_sessions(
    of_resource uuid, first_date date, last_date date, after timestamptz, OUT made bigint, OUT clashing date[]
) LANGUAGE sql VOLATILE AS $$
WITH calendar_day AS (
    SELECT day::date AS date, resource.zone, special.kind = 'holiday' AS is_holiday,
           CASE WHEN special.kind = 'makeup_workday'
                THEN CASE WHEN resource.works_on_makeup_days THEN special.follows_weekday::integer END
                ELSE extract(isodow FROM day)::integer END AS weekday
      FROM scheduling_resource AS resource
     CROSS JOIN generate_series(first_date::timestamp, last_date::timestamp, INTERVAL '1 day') AS day
      LEFT JOIN scheduling_holiday AS special
             ON special.calendar_id = resource.holiday_calendar_id AND special.date = day::date
     WHERE resource.id = of_resource AND resource.is_active
), occurrence AS (
    SELECT rule.id AS rule_id, rule.offering_id, rule.part_of_day, rule.slot_minutes, rule.capacity, day.date, day.zone,
           day.is_holiday, starts.at AS starts_at, starts.at + (rule.closes_at - rule.opens_at) AS ends_at
      FROM calendar_day AS day
      JOIN scheduling_availabilityrule AS rule
        ON rule.resource_id = of_resource AND rule.weekday = day.weekday
       AND rule.from_date <= day.date AND (rule.to_date IS NULL OR rule.to_date > day.date)
       AND (date_trunc('week', day.date::timestamp)::date - date_trunc('week', rule.anchor_date::timestamp)::date)
           / 7 % rule.every_n_weeks = 0
     CROSS JOIN LATERAL (SELECT scheduling_local_instant(day.zone, day.date + rule.opens_at) AS at) AS starts
     WHERE starts.at > after
       AND NOT EXISTS (
           SELECT FROM scheduling_session AS known WHERE known.rule_id = rule.id AND known.local_date = day.date)
), needed AS (
    SELECT occurrence.rule_id, occurrence.date, resource.id AS resource_id, resource.is_exclusive,
           occurrence.starts_at - make_interval(mins => resource.buffer_before_minutes) AS starts_at,
           occurrence.ends_at + make_interval(mins => resource.buffer_after_minutes) AS ends_at
      FROM occurrence
      JOIN scheduling_resource AS resource
        ON resource.id = of_resource
        OR resource.id IN (SELECT need.resource_id FROM scheduling_availabilityrule_needs AS need
                            WHERE need.availabilityrule_id = occurrence.rule_id)
), planned AS (
    SELECT occurrence.*, away.id AS exception_id, coalesce(away.kind, '') AS unavailable_because
      FROM occurrence
      LEFT JOIN LATERAL (
           SELECT exception.id, exception.kind FROM scheduling_availabilityexception AS exception
            WHERE exception.resource_id IN (SELECT needed.resource_id FROM needed WHERE needed.rule_id = occurrence.rule_id
                                               AND needed.date = occurrence.date)
              AND exception.kind IN ('closed', 'leave') AND exception.withdrawn_at IS NULL
              AND exception.starts_at <= occurrence.starts_at AND exception.ends_at >= occurrence.ends_at
            ORDER BY exception.id LIMIT 1
      ) AS away ON true
     WHERE occurrence.is_holiday IS NOT TRUE
        OR EXISTS (SELECT FROM scheduling_availabilityexception AS extra
                    WHERE extra.resource_id = of_resource AND extra.kind = 'extra' AND extra.withdrawn_at IS NULL
                      AND extra.starts_at < occurrence.ends_at AND extra.ends_at > occurrence.starts_at)
), clash AS (
    SELECT DISTINCT planned.rule_id, planned.date
      FROM planned
      JOIN needed ON needed.rule_id = planned.rule_id AND needed.date = planned.date AND needed.is_exclusive
      JOIN scheduling_claim AS claim
        ON claim.resource_id = needed.resource_id AND claim.is_active AND claim.is_exclusive
       AND tstzrange(claim.starts_at, claim.ends_at) && tstzrange(needed.starts_at, needed.ends_at)
     WHERE planned.exception_id IS NULL
), session AS (
    INSERT INTO scheduling_session (created_at, updated_at, resource_id, offering_id, rule_id, exception_id, starts_at,
                                    ends_at, local_date, part_of_day, opens_at, closes_at, unavailable_because,
                                    next_sequence, is_out_of_template)
    SELECT now(), now(), of_resource, planned.offering_id, planned.rule_id, planned.exception_id, planned.starts_at,
           planned.ends_at, planned.date, planned.part_of_day,
           scheduling_local_instant(planned.zone, planned.date - policy.opens_days_before + policy.release_local_time),
           coalesce(planned.starts_at - make_interval(mins => policy.closes_minutes_before),
                    scheduling_local_instant(planned.zone, planned.date - 1 + policy.closes_day_before_at)),
           planned.unavailable_because, 1, false
      FROM planned
      JOIN scheduling_offering AS offering ON offering.id = planned.offering_id
      JOIN scheduling_bookingpolicy AS policy ON policy.id = offering.policy_id
     WHERE NOT EXISTS (SELECT FROM clash WHERE clash.rule_id = planned.rule_id AND clash.date = planned.date)
    RETURNING id, rule_id, local_date, starts_at, ends_at, exception_id
), slot AS (
    INSERT INTO scheduling_slot (created_at, updated_at, session_id, starts_at, ends_at, state, capacity, ceiling, booked,
                                 held, version)
    SELECT now(), now(), session.id, part.starts_at, part.starts_at + part.length,
           CASE WHEN EXISTS (
                SELECT FROM scheduling_availabilityexception AS exception
                  JOIN needed ON needed.resource_id = exception.resource_id
                             AND needed.rule_id = session.rule_id AND needed.date = session.local_date
                 WHERE exception.kind IN ('closed', 'leave') AND exception.withdrawn_at IS NULL
                   AND exception.starts_at < part.starts_at + part.length AND exception.ends_at > part.starts_at
           ) THEN 'unavailable' ELSE 'open' END,
           occurrence.capacity, occurrence.capacity, 0, 0, 0
      FROM session
      JOIN occurrence ON occurrence.rule_id = session.rule_id AND occurrence.date = session.local_date
     CROSS JOIN LATERAL (
           SELECT coalesce(make_interval(mins => occurrence.slot_minutes), session.ends_at - session.starts_at) AS length
     ) AS one
     CROSS JOIN LATERAL (
           SELECT session.starts_at + number * one.length AS starts_at, one.length
             FROM generate_series(0, floor(extract(epoch FROM session.ends_at - session.starts_at)
                                           / extract(epoch FROM one.length))::integer - 1) AS number
     ) AS part
), claim AS (
    INSERT INTO scheduling_claim (created_at, updated_at, resource_id, session_id, starts_at, ends_at, is_exclusive,
                                  is_active)
    SELECT now(), now(), needed.resource_id, session.id, needed.starts_at, needed.ends_at, needed.is_exclusive,
           session.exception_id IS NULL
      FROM session
      JOIN needed ON needed.rule_id = session.rule_id AND needed.date = session.local_date
)
SELECT (SELECT count(*) FROM session),
       coalesce((SELECT array_agg(DISTINCT clash.date ORDER BY clash.date) FROM clash), '{}')
$$;

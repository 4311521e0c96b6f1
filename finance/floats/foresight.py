"""The statements behind the forecast: many stations at once, no station by itself.

A day's use is what left the float for services: holds of sales that were posted. The figure of a day ahead is what
four of five of its weekdays needed; see `docs/money.md`.
"""

#: Wanted of a county in one go: what was used on each of the last days, and whether the station was open.
RECORD_DAYS = """
WITH place AS (
    SELECT id, code, currency, status, (%(at)s AT TIME ZONE zone)::date AS today
      FROM stations_station WHERE id = ANY(%(stations)s)
), day AS (
    SELECT generate_series(%(first)s::date, %(last)s::date, '1 day')::date AS date
), owner AS (
    SELECT DISTINCT contract.station_id, replace(contract.user_id::text, '-', '') AS hex
      FROM stations_contract AS contract JOIN place ON place.id = contract.station_id
     WHERE contract.kind = 'partner'
), used AS (
    SELECT place.id AS station_id, transfer.business_date AS date, sum(entry.posted_delta)::bigint AS minor
      FROM place
      JOIN owner ON owner.station_id = place.id
      JOIN ledger_account AS account
        ON account.code = 'float:' || place.code || ':' || owner.hex AND account.currency = place.currency
      JOIN ledger_entry AS entry
        ON entry.account_id = account.id AND entry.side = 'debit' AND entry.posted_delta > 0
       AND entry.entered_at >= %(first)s::date - interval '1 day'
      JOIN ledger_transferkey AS key ON key.id = entry.transfer_id
      JOIN ledger_transfer AS transfer
        ON transfer.id = key.id AND transfer.recorded_at = key.recorded_at AND transfer.kind = 'post'
       AND transfer.business_date BETWEEN %(first)s AND %(last)s
      JOIN ledger_account AS target ON target.id = transfer.credit_id AND target.kind = 'clearing'
     GROUP BY 1, 2
)
INSERT INTO finance_floatday (created_at, updated_at, station_id, date, is_open, used_minor, refusals)
SELECT %(at)s, %(at)s, place.id, day.date,
       coalesce(used.minor, 0) > 0
       OR ({published} AND (day.date < place.today OR place.status IN ('trial', 'active'))),
       coalesce(used.minor, 0), 0
  FROM place CROSS JOIN day
  LEFT JOIN used ON used.station_id = place.id AND used.date = day.date
    ON CONFLICT (station_id, date) DO UPDATE
   SET used_minor = EXCLUDED.used_minor,
       is_open = finance_floatday.is_open OR EXCLUDED.used_minor > 0,
       updated_at = EXCLUDED.updated_at
 WHERE finance_floatday.used_minor <> EXCLUDED.used_minor
"""

#: Whether a place is open on a day by what it has published: the exception of the date, else the week in force.
_PUBLISHED = """coalesce(
    (SELECT exception.opens IS NOT NULL FROM stations_openingexception AS exception
      WHERE exception.station_id = place.id AND exception.date = day.date),
    EXISTS (SELECT FROM stations_openinghours AS hours
      WHERE hours.station_id = place.id AND hours.weekday = extract(isodow FROM day.date)
        AND hours.from_date <= day.date AND (hours.to_date IS NULL OR hours.to_date > day.date))
)"""

#: One row per station with a partner that pays from a float, for the days after `date` up to the next bank day.
FORESEE = """
WITH place AS (
    SELECT station.id, station.currency, station.status, station.reopens_date, county.country,
           coalesce(rules.float_min_minor, (usual.limits ->> 'float_min_minor')::bigint) AS least,
           coalesce(rules.float_max_minor, (usual.limits ->> 'float_max_minor')::bigint) AS most,
           coalesce(account.credits_posted - account.debits_posted - account.debits_pending, 0) AS available
      FROM stations_station AS station
     CROSS JOIN LATERAL (SELECT %(usual)s::jsonb -> station.currency AS limits) AS usual
      JOIN stations_division AS county ON county.id = station.county_id
      JOIN stations_contract AS contract
        ON contract.station_id = station.id AND contract.kind = 'partner'
       AND contract.status IN ('active', 'on_leave', 'suspended')
      LEFT JOIN finance_stationmoney AS rules
        ON rules.station_id = station.id AND rules.from_date <= %(date)s
       AND (rules.to_date IS NULL OR rules.to_date > %(date)s)
      LEFT JOIN ledger_account AS account
        ON account.code = 'float:' || station.code || ':' || replace(contract.user_id::text, '-', '')
       AND account.currency = station.currency AND account.closed_at IS NULL
     WHERE station.id = ANY(%(stations)s) AND station.status IN ('trial', 'active', 'temporarily_closed')
       AND coalesce(rules.mode, 'prepaid') = 'prepaid'
), bank AS (
    SELECT country.country, next.date AS until
      FROM (SELECT DISTINCT country FROM place) AS country
     CROSS JOIN LATERAL (
        SELECT ahead.date
          FROM (SELECT generate_series(%(date)s::date + 1, %(date)s::date + 60, '1 day')::date AS date) AS ahead
          LEFT JOIN finance_bankday AS known ON known.country = country.country AND known.date = ahead.date
         WHERE coalesce(known.is_working,
                        NOT %(weekends)s::jsonb -> country.country @> to_jsonb(extract(isodow FROM ahead.date)::int))
         ORDER BY ahead.date LIMIT 1
     ) AS next
), day AS (
    SELECT place.id AS place, bank.until, ahead.date, ahead.is_open
      FROM place
      JOIN bank ON bank.country = place.country
     CROSS JOIN LATERAL (
        SELECT day.date,
               {published} AND NOT (place.status = 'temporarily_closed'
                   AND (place.reopens_date IS NULL OR place.reopens_date > day.date)) AS is_open
          FROM (SELECT generate_series(%(date)s::date + 1, bank.until, '1 day')::date AS date) AS day
     ) AS ahead
), figure AS (
    SELECT day.place, day.until, day.date,
           CASE WHEN NOT day.is_open THEN 'closed' WHEN same.days >= 4 THEN 'usual'
                WHEN recent.days > 0 THEN 'mean' ELSE 'least' END AS how,
           CASE WHEN NOT day.is_open THEN 0 WHEN same.days >= 4 THEN same.rank_80
                WHEN recent.days > 0 THEN (6 * recent.total + 5 * recent.days - 1) / (5 * recent.days)
                ELSE place.least END AS minor,
           CASE WHEN NOT day.is_open THEN 0 WHEN same.days >= 4 THEN same.days ELSE recent.days END AS days
      FROM day
      JOIN place ON place.id = day.place
      LEFT JOIN LATERAL (
        SELECT count(*) AS days,
               (array_agg(last.used_minor ORDER BY last.used_minor))[((4 * count(*) + 4) / 5)::int] AS rank_80
          FROM (SELECT used_minor FROM finance_floatday AS known
                 WHERE day.is_open AND known.station_id = day.place AND known.is_open
                   AND known.date >= %(date)s::date - 366 AND known.date < %(date)s
                   AND extract(isodow FROM known.date) = extract(isodow FROM day.date)
                 ORDER BY known.date DESC LIMIT 8) AS last
      ) AS same ON TRUE
      LEFT JOIN LATERAL (
        SELECT count(*) AS days, sum(last.used_minor)::bigint AS total
          FROM (SELECT used_minor FROM finance_floatday AS known
                 WHERE day.is_open AND same.days < 4 AND known.station_id = day.place AND known.is_open
                   AND known.date >= %(date)s::date - 366 AND known.date < %(date)s
                 ORDER BY known.date DESC LIMIT 14) AS last
      ) AS recent ON TRUE
), need AS (
    SELECT figure.place, figure.until, count(*) AS days,
           greatest(sum(figure.minor), max(place.least))::bigint AS minor,
           jsonb_agg(jsonb_build_object('date', figure.date, 'how', figure.how, 'minor', figure.minor,
                                        'days', figure.days) ORDER BY figure.date) AS basis
      FROM figure JOIN place ON place.id = figure.place GROUP BY 1, 2
)
INSERT INTO finance_floatforecast (created_at, updated_at, station_id, date, currency, need_minor, available_minor,
                                   until_date, days_of_cover, level, suggested_minor, basis, made_at)
SELECT %(at)s, %(at)s, place.id, %(date)s, place.currency, need.minor, place.available, need.until,
       CASE WHEN need.minor > 0 THEN (place.available * need.days * 10 / need.minor)::numeric / 10 END,
       CASE WHEN 2 * place.available < need.minor THEN 'critical' WHEN place.available < need.minor THEN 'low'
            ELSE 'ok' END,
       greatest(0, least(
           (need.minor - place.available + hundred - 1) / hundred * hundred, place.most - place.available)),
       need.basis, %(at)s
  FROM need
  JOIN place ON place.id = need.place
 CROSS JOIN LATERAL (SELECT (%(usual)s::jsonb -> place.currency ->> 'hundred')::bigint AS hundred) AS step
    ON CONFLICT (station_id, date) DO UPDATE
   SET need_minor = EXCLUDED.need_minor, available_minor = EXCLUDED.available_minor, currency = EXCLUDED.currency,
       until_date = EXCLUDED.until_date, days_of_cover = EXCLUDED.days_of_cover, level = EXCLUDED.level,
       suggested_minor = EXCLUDED.suggested_minor, basis = EXCLUDED.basis, made_at = EXCLUDED.made_at,
       updated_at = EXCLUDED.updated_at
RETURNING station_id
"""

RECORD_DAYS = RECORD_DAYS.replace("{published}", _PUBLISHED)
FORESEE = FORESEE.replace("{published}", _PUBLISHED)

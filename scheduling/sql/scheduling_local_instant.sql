-- The instant at which clocks of a zone show this time. A time that clocks skip moves forward by the gap; of one that
-- they show twice it is the first, where `AT TIME ZONE` takes the second.
CREATE OR REPLACE FUNCTION scheduling_local_instant(zone text, wall timestamp) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN earlier AT TIME ZONE zone = wall AND earlier < plain THEN earlier ELSE plain END
      FROM (SELECT wall AT TIME ZONE zone AS plain) AS read
     CROSS JOIN LATERAL (
           -- Read with the offset of some hours before.
           SELECT (wall - ((plain - INTERVAL '4 hours') AT TIME ZONE zone - (plain - INTERVAL '4 hours') AT TIME ZONE 'UTC'))
                  AT TIME ZONE 'UTC' AS earlier
     ) AS guess
$$;

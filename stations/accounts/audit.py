"""What the auditor proves about posts, from the rows alone: nobody holds two that must not meet on the same ground.

The same pairs as `services.posts.CONFLICTS`: whoever looks after money is not whoever handles it, and who checks does
nothing else.
"""

from ledger.audit import Check, by_account

_POSTS_IN_CONFLICT = """
WITH live AS (
    SELECT post.id, post.user_id, post.role, coalesce(station.code, division.code) AS place, county.country,
           CASE post.reach WHEN 'network' THEN '' WHEN 'region' THEN division.path
                           ELSE village.path || 'station-' || station.id END AS ground
      FROM stations_post AS post
      LEFT JOIN stations_station AS station ON station.id = post.station_id
      LEFT JOIN stations_division AS village ON village.id = station.village_id
      LEFT JOIN stations_division AS division ON division.id = post.division_id
      LEFT JOIN stations_division AS county ON county.id = coalesce(station.county_id, post.division_id)
     WHERE post.from_at <= %(at)s AND (post.to_at IS NULL OR post.to_at > %(at)s)
)
SELECT 'posts:' || one.user_id AS account, 'post' AS kind, one.role, other.role AS other,
       coalesce(one.place, other.place) AS station
  FROM live AS one
  JOIN live AS other ON other.user_id = one.user_id AND other.id <> one.id
   AND (starts_with(one.ground, other.ground) OR starts_with(other.ground, one.ground))
  JOIN ledger_book AS book ON book.id = %(book)s
 WHERE book.code = book.country AND coalesce(one.country, other.country, book.country) = book.country
   AND ((one.role = 'finance_officer' AND other.role IN ('partner', 'helper', 'county_manager'))
        OR (one.role = 'auditor' AND other.role <> 'auditor'))
 ORDER BY one.id, other.id
"""

CHECKS: list[Check] = [by_account("stations.posts_in_conflict", _POSTS_IN_CONFLICT, recent=_POSTS_IN_CONFLICT)]

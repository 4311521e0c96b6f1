"""The statements that merge a list of divisions. Every temporary table is of this transaction alone."""

INCOMING = """
DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.placed, pg_temp.wanted, pg_temp.naming, pg_temp.named, pg_temp.ending;
CREATE TEMPORARY TABLE incoming (
    line integer NOT NULL,
    code text NOT NULL,
    level text NOT NULL,
    name text NOT NULL,
    parent_code text NOT NULL,
    rank integer NOT NULL GENERATED ALWAYS AS (level_rank(level)) STORED
) ON COMMIT DROP;
"""

# The parent is the row with the parent's code at the nearest higher level: in the file, or already in the table.
PLACED = """
CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
WITH possible AS (
    SELECT code, level, rank FROM incoming WHERE level <> 'village'
    UNION
    SELECT code, level, level_rank(level) FROM stations_division
    WHERE country = %(country)s AND valid_to IS NULL AND level <> 'village'
), nearest AS (
    SELECT DISTINCT ON (child.parent_code, child.rank) child.parent_code, child.rank, possible.level AS parent_level
    FROM (SELECT DISTINCT parent_code, rank FROM incoming) AS child
    JOIN possible ON possible.code = child.parent_code AND possible.rank < child.rank
    ORDER BY child.parent_code, child.rank, possible.rank DESC
)
SELECT incoming.*, nearest.parent_level FROM incoming LEFT JOIN nearest USING (parent_code, rank);
ANALYZE placed;
"""

REPEATED = """
SELECT line, first FROM (SELECT line, min(line) OVER (PARTITION BY code, rank) AS first FROM placed) AS counted
WHERE line <> first ORDER BY line LIMIT 10000
"""

WITHOUT_PARENT = """
SELECT line, parent_code FROM placed WHERE rank > 1 AND parent_level IS NULL ORDER BY line LIMIT 10000
"""

# What stands below a division, and what it stands in.
ONLY_UNDER = """
WITH RECURSIVE root AS (
    SELECT code, level, rank, parent_code, parent_level FROM placed WHERE code = %(under)s ORDER BY rank LIMIT 1
), below AS (
    SELECT code, level FROM root
    UNION
    SELECT placed.code, placed.level FROM placed
    JOIN below ON placed.parent_code = below.code AND placed.parent_level = below.level
), above AS (
    SELECT parent_code, parent_level FROM root
    UNION
    SELECT placed.parent_code, placed.parent_level FROM placed
    JOIN above ON placed.code = above.parent_code AND placed.level = above.parent_level
)
DELETE FROM placed
WHERE (code, level) NOT IN (SELECT code, level FROM below)
    AND NOT EXISTS (SELECT FROM above WHERE parent_code = placed.code AND parent_level = placed.level);
"""

WANTED = """
CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
SELECT
    placed.*,
    division.id AS old_id,
    coalesce(latest.name, division.name) AS old_name,
    coalesce(division.id, nextval(pg_get_serial_sequence('stations_division', 'id'))) AS id
FROM placed
LEFT JOIN stations_division AS division
    ON division.country = %(country)s AND division.code = placed.code AND division.level = placed.level
        AND division.valid_to IS NULL
LEFT JOIN stations_divisionname AS latest ON latest.division_id = division.id AND latest.valid_to IS NULL;
CREATE UNIQUE INDEX ON wanted (id);
ANALYZE wanted;
"""

OLDER_THAN_NAME = """
SELECT wanted.line, named.valid_from FROM wanted
JOIN stations_divisionname AS named ON named.division_id = wanted.old_id AND named.valid_to IS NULL
WHERE wanted.old_name <> wanted.name AND named.valid_from > %(valid_from)s ORDER BY wanted.line LIMIT 10000
"""

OLDER_THAN_END = """
SELECT wanted.line, max(division.valid_to) FROM wanted
JOIN stations_division AS division
    ON division.country = %(country)s AND division.code = wanted.code AND division.level = wanted.level
        AND division.valid_to > %(valid_from)s
WHERE wanted.old_id IS NULL GROUP BY wanted.line ORDER BY wanted.line LIMIT 10000
"""

# Each new name once; only villages have endings to shorten.
NAMES = """
CREATE TEMPORARY TABLE naming ON COMMIT DROP AS
SELECT row_number() OVER () AS id, name, is_village
FROM (SELECT DISTINCT name, level = 'village' AS is_village FROM wanted WHERE old_name IS DISTINCT FROM name) AS new;
CREATE UNIQUE INDEX ON naming (id);
CREATE TEMPORARY TABLE named (
    name text NOT NULL, is_village boolean NOT NULL, short_name text NOT NULL, romanised text NOT NULL,
    initials text NOT NULL
) ON COMMIT DROP;
"""

CREATE = """
INSERT INTO stations_division (
    id, created_at, updated_at, country, code, level, name, short_name, romanised, initials, is_romanised_by_hand,
    parent_id, path, valid_from, source
)
SELECT
    wanted.id, now(), now(), %(country)s, wanted.code, wanted.level, wanted.name, named.short_name,
    named.romanised, named.initials, false, parent.id, coalesce(parent.path, '') || wanted.id || '/',
    %(valid_from)s, %(source)s
FROM wanted
JOIN named ON named.name = wanted.name AND named.is_village = (wanted.level = 'village')
LEFT JOIN stations_division AS parent
    ON parent.country = %(country)s AND parent.code = wanted.parent_code AND parent.level = wanted.parent_level
        AND parent.valid_to IS NULL
WHERE wanted.level = %(level)s AND wanted.old_id IS NULL
ORDER BY wanted.code
"""

NAME_CREATED = """
INSERT INTO stations_divisionname (
    created_at, updated_at, division_id, name, short_name, romanised, initials, valid_from
)
SELECT now(), now(), wanted.id, wanted.name, named.short_name, named.romanised, named.initials, %(valid_from)s
FROM wanted JOIN named ON named.name = wanted.name AND named.is_village = (wanted.level = 'village')
WHERE wanted.old_id IS NULL ORDER BY wanted.id
"""

# The planner knows nothing of rows that this transaction wrote: hash joins are right for a list, loops would be fatal.
JOIN_LISTS = "SET LOCAL enable_nestloop = off"
JOIN_FEW = "SET LOCAL enable_nestloop = on"

MOVING = """
DROP TABLE IF EXISTS pg_temp.moving;
CREATE TEMPORARY TABLE moving ON COMMIT DROP AS
SELECT division.id, parent.id AS parent_id, division.path AS old_path, parent.path || division.id || '/' AS new_path
FROM wanted
JOIN stations_division AS division ON division.id = wanted.old_id
JOIN stations_division AS parent
    ON parent.country = %(country)s AND parent.code = wanted.parent_code AND parent.level = wanted.parent_level
        AND parent.valid_to IS NULL
WHERE wanted.level = %(level)s AND division.parent_id <> parent.id;
SELECT count(*) FROM moving;
"""

# Run level by level from the top, so that each level sees the final paths of the levels above it. The range is the
# prefix of a path ("12/34/" up to "12/340"), in the order of the index.
MOVE = """
UPDATE stations_division AS division
SET path = moving.new_path || substr(division.path, length(moving.old_path) + 1),
    parent_id = CASE WHEN division.id = moving.id THEN moving.parent_id ELSE division.parent_id END,
    updated_at = now()
FROM moving
WHERE division.path ~>=~ moving.old_path AND division.path ~<~ (left(moving.old_path, -1) || '0')
"""

# A name of the same date is a correction; an older one ends on the day when the new one begins.
RENAME = (
    """
    UPDATE stations_divisionname AS standing SET name = wanted.name, short_name = named.short_name,
        romanised = named.romanised, initials = named.initials, updated_at = now()
    FROM wanted JOIN named ON named.name = wanted.name AND named.is_village = (wanted.level = 'village')
    WHERE wanted.old_name <> wanted.name AND standing.division_id = wanted.old_id AND standing.valid_to IS NULL
        AND standing.valid_from = %(valid_from)s
    """,
    """
    UPDATE stations_divisionname AS standing SET valid_to = %(valid_from)s, updated_at = now()
    FROM wanted
    WHERE wanted.old_name <> wanted.name AND standing.division_id = wanted.old_id AND standing.valid_to IS NULL
        AND standing.valid_from < %(valid_from)s
    """,
    """
    INSERT INTO stations_divisionname (
        created_at, updated_at, division_id, name, short_name, romanised, initials, valid_from
    )
    SELECT now(), now(), wanted.id, wanted.name, named.short_name, named.romanised, named.initials, %(valid_from)s
    FROM wanted JOIN named ON named.name = wanted.name AND named.is_village = (wanted.level = 'village')
    WHERE wanted.old_name <> wanted.name AND NOT EXISTS (
        SELECT FROM stations_divisionname AS standing
        WHERE standing.division_id = wanted.old_id AND standing.valid_to IS NULL
    )
    """,
)
RENAMED = "SELECT count(*) FROM wanted WHERE old_id IS NOT NULL AND old_name <> name"

# A division carries the name of today; one of a day to come waits in its history.
NAME_OF_TODAY = """
UPDATE stations_division AS division
SET name = named.name,
    short_name = named.short_name,
    romanised = CASE WHEN division.is_romanised_by_hand THEN division.romanised ELSE named.romanised END,
    initials = CASE WHEN division.is_romanised_by_hand THEN division.initials ELSE named.initials END,
    updated_at = now()
FROM stations_divisionname AS named
WHERE named.division_id = division.id AND division.country = %(country)s AND named.valid_from = %(valid_from)s
    AND (named.valid_to IS NULL OR named.valid_to > %(valid_from)s) AND division.name <> named.name
"""

ENDING = """
CREATE TEMPORARY TABLE ending ON COMMIT DROP AS
SELECT division.id, division.code, division.level, division.short_name AS name, division.valid_from
FROM stations_division AS division
WHERE division.country = %(country)s AND division.valid_to IS NULL
    AND NOT EXISTS (SELECT FROM wanted WHERE wanted.id = division.id)
    AND (%(under)s = '000000000000' OR division.path LIKE (
        SELECT root.path FROM stations_division AS root JOIN wanted ON wanted.id = root.id
        WHERE wanted.code = %(under)s ORDER BY wanted.rank LIMIT 1
    ) || '%%');
CREATE UNIQUE INDEX ON ending (id);
"""

EXAMPLES = """
SELECT code || ' ' || level || ' ' || name FROM ending AS listed ORDER BY code, level_rank(level) LIMIT %(told)s
"""

# A division without children of its own level goes first; the one who keeps a child stays.
KEEP_YOUNGER = "DELETE FROM ending WHERE valid_from >= %(valid_from)s"
KEEP_OCCUPIED = "DELETE FROM ending WHERE EXISTS (SELECT FROM {table} WHERE {table}.{column} = ending.id)"
KEEP_PARENTS = """
DELETE FROM ending WHERE level = %(level)s AND EXISTS (
    SELECT FROM stations_division AS child
    WHERE child.parent_id = ending.id AND child.valid_to IS NULL
        AND NOT EXISTS (SELECT FROM ending AS also WHERE also.id = child.id)
)
"""
END = """
UPDATE stations_divisionname AS named SET valid_to = %(valid_from)s, updated_at = now()
FROM ending WHERE named.division_id = ending.id AND named.valid_to IS NULL;
UPDATE stations_division AS division SET valid_to = %(valid_from)s, updated_at = now()
FROM ending WHERE division.id = ending.id;
"""
KEPT_EXAMPLES = """
SELECT division.code || ' ' || division.level || ' ' || division.short_name
FROM unnest(%(missing)s::bigint[]) AS missing(id) JOIN stations_division AS division USING (id)
WHERE division.valid_to IS NULL ORDER BY division.code, level_rank(division.level) LIMIT %(told)s
"""

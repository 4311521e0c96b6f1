-- Statement triggers with transition tables: one check for all rows of an import.
CREATE OR REPLACE FUNCTION level_rank(level text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    array_position(ARRAY['province', 'prefecture', 'county', 'township', 'village'], level);

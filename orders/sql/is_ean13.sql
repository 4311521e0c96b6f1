-- The last digit of an EAN-13 number brings the weighted sum of all digits (1 and 3 in turn) to a multiple of ten.
CREATE OR REPLACE FUNCTION is_ean13(code text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN code ~ '^[0-9]{13}$' THEN (
        SELECT sum(substr(code, place, 1)::integer * CASE WHEN place % 2 = 1 THEN 1 ELSE 3 END) % 10 = 0
        FROM generate_series(1, 13) AS place
    ) ELSE false END
$$;

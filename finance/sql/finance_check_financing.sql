-- The shares of a premium make the whole premium, and one of them takes what rounding leaves.
CREATE OR REPLACE FUNCTION finance_check_financing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole bigint;
    takers bigint;
BEGIN
    SELECT sum(share_bp), count(*) FILTER (WHERE takes_remainder) INTO whole, takers
      FROM finance_financingshare WHERE version_id = NEW.id;
    IF whole IS DISTINCT FROM 10000 OR takers <> 1 THEN
        RAISE EXCEPTION 'shares_of_a_premium_make_the_whole'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'shares_of_a_premium_make_the_whole';
    END IF;
    RETURN NEW;
END
$$;

-- At the end of a transaction the grades that stand, and what is not taken, are all that was weighed.
CREATE OR REPLACE FUNCTION orders_check_grades() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    weighed orders_intake%ROWTYPE;
    graded bigint;
BEGIN
    SELECT * INTO weighed FROM orders_intake WHERE id = NEW.id;
    IF weighed.round = 0 THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(grams), 0) INTO graded FROM orders_intakegrade
    WHERE intake_id = weighed.id AND round = weighed.round;
    IF graded + weighed.rejected_g <> weighed.net_g THEN
        RAISE EXCEPTION 'grades_add_up_to_net: intake %', NEW.id
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'grades_add_up_to_net';
    END IF;
    RETURN NULL;
END
$$;

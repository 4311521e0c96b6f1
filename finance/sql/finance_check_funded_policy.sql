-- Nobody is insured whose premium was not paid.
CREATE OR REPLACE FUNCTION finance_check_funded_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM finance_policyfunding WHERE policy_id = NEW.id) THEN
        RAISE EXCEPTION 'policy_is_in_force_once_it_is_paid'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'policy_is_in_force_once_it_is_paid';
    END IF;
    RETURN NEW;
END
$$;

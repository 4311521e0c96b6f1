-- A statement of premiums is the sum of its lines, and each line what funds paid for the policies of its enrolment.
CREATE OR REPLACE FUNCTION finance_check_premium_statement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said record;
    found record;
BEGIN
    SELECT amount_minor, policies INTO said FROM finance_premiumstatement WHERE id = NEW.statement_id;
    SELECT sum(amount_minor) AS amount_minor, sum(policies) AS policies INTO found
      FROM finance_premiumline WHERE statement_id = NEW.statement_id;
    IF (said.amount_minor, said.policies) IS DISTINCT FROM (found.amount_minor, found.policies) THEN
        RAISE EXCEPTION 'statement_of_premiums_is_its_lines'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'statement_of_premiums_is_its_lines';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION finance_keep_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'calculated'
       AND (NEW.account_id, NEW.payee, NEW.payee_kind, NEW.county_id, NEW.currency, NEW.period, NEW.period_from,
            NEW.period_to, NEW.to_at, NEW.opening_minor, NEW.accrued_minor, NEW.reversed_minor, NEW.adjusted_minor,
            NEW.disputes_held_minor, NEW.tax_minor, NEW.charges_minor, NEW.payable_minor, NEW.carried_minor,
            NEW.sha256, NEW.previous_sha256, NEW.closed_at)
           IS DISTINCT FROM
           (OLD.account_id, OLD.payee, OLD.payee_kind, OLD.county_id, OLD.currency, OLD.period, OLD.period_from,
            OLD.period_to, OLD.to_at, OLD.opening_minor, OLD.accrued_minor, OLD.reversed_minor, OLD.adjusted_minor,
            OLD.disputes_held_minor, OLD.tax_minor, OLD.charges_minor, OLD.payable_minor, OLD.carried_minor,
            OLD.sha256, OLD.previous_sha256, OLD.closed_at) THEN
        RAISE EXCEPTION 'a closed statement does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

-- A loan that is lent to members of a group only is applied for by a member. The terms of the fee for recommending it are
-- those of the day when it was sent.
CREATE OR REPLACE FUNCTION finance_keep_application_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.group_id IS NULL
       AND EXISTS (SELECT FROM finance_loanproductversion WHERE id = NEW.version_id AND needs_group) THEN
        RAISE EXCEPTION '%: this loan is lent to members of a group', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.submitted_at IS NOT NULL
       AND (NEW.fee_partner_id, NEW.fee_plan_code, NEW.fee_helper_share_bp)
           IS DISTINCT FROM (OLD.fee_partner_id, OLD.fee_plan_code, OLD.fee_helper_share_bp) THEN
        RAISE EXCEPTION '%: the terms of the fee for a recommendation do not change', TG_NAME
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END
$$;

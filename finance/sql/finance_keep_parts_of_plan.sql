-- The plan is held while one of its parts is written, so that nothing is written beside its approval.
CREATE OR REPLACE FUNCTION finance_keep_parts_of_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    plans bigint[];
    plan record;
BEGIN
    IF TG_TABLE_NAME = 'finance_commissionrule' THEN
        plans := ARRAY[OLD.plan_id, NEW.plan_id];
    ELSE
        plans := ARRAY(SELECT plan_id FROM finance_commissionrule WHERE id IN (OLD.rule_id, NEW.rule_id));
    END IF;
    FOR plan IN SELECT status FROM finance_commissionplan WHERE id = ANY (plans) ORDER BY id FOR SHARE LOOP
        IF plan.status <> 'draft' THEN
            RAISE EXCEPTION '%: an approved plan keeps its rules and shares', TG_NAME
                USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;

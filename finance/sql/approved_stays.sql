-- An approved plan is never edited: neither the plan, nor a rule of it, nor a share. A new version follows it.
CREATE FUNCTION finance_keep_approved_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{status,to_date,updated_at}';
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change
       AND (NEW.status = OLD.status OR (OLD.status = 'approved' AND NEW.status = 'retired'))
       AND (OLD.to_date IS NULL OR NEW.to_date = OLD.to_date) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%: an approved plan does not change; it ends, or is put away', TG_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;
CREATE TRIGGER plan_begins_as_a_draft BEFORE INSERT ON finance_commissionplan FOR EACH ROW
    WHEN (NEW.status <> 'draft') EXECUTE FUNCTION finance_keep_approved_plan();
CREATE TRIGGER approved_plan_stays BEFORE UPDATE OR DELETE ON finance_commissionplan FOR EACH ROW
    WHEN (OLD.status <> 'draft') EXECUTE FUNCTION finance_keep_approved_plan();

-- The plan is held while one of its parts is written, so that nothing is written beside its approval.
CREATE FUNCTION finance_keep_parts_of_plan() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER approved_plan_keeps_its_rules BEFORE INSERT OR UPDATE OR DELETE ON finance_commissionrule
    FOR EACH ROW EXECUTE FUNCTION finance_keep_parts_of_plan();
CREATE TRIGGER approved_plan_keeps_its_shares BEFORE INSERT OR UPDATE OR DELETE ON finance_commissionshare
    FOR EACH ROW EXECUTE FUNCTION finance_keep_parts_of_plan();

-- What holds from a date on stays as it was said once that date has come; only its end is still open. A day has come
-- when it has everywhere on earth: the services ask by the country's own clock.
CREATE FUNCTION finance_keep_what_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{to_date,updated_at}';
BEGIN
    IF OLD.from_date <= (now() AT TIME ZONE 'Etc/GMT+12')::date
       AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change) THEN
        RAISE EXCEPTION '%: what holds since % does not change; it ends, and another follows', TG_NAME, OLD.from_date
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_tariff
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();
CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_taxrule
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();
CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_statementterms
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();
CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_compensationrule
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();
CREATE TRIGGER what_holds_stays BEFORE UPDATE OR DELETE ON finance_cashthreshold
    FOR EACH ROW EXECUTE FUNCTION finance_keep_what_holds();

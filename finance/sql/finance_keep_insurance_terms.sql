-- Shares, benefits, grades, papers and ceilings of an insurance product are written while its version is a draft; the
-- version is held meanwhile, so that nothing is written beside its approval.
CREATE OR REPLACE FUNCTION finance_keep_insurance_terms() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    versions bigint[];
    version record;
BEGIN
    IF TG_TABLE_NAME IN ('finance_graderow', 'finance_evidencerule') THEN
        versions := ARRAY(SELECT version_id FROM finance_benefit WHERE id IN (OLD.benefit_id, NEW.benefit_id));
    ELSE
        versions := ARRAY[OLD.version_id, NEW.version_id];
    END IF;
    FOR version IN SELECT status FROM finance_insuranceproductversion
                    WHERE id = ANY (versions) ORDER BY id FOR SHARE LOOP
        IF version.status <> 'draft' THEN
            RAISE EXCEPTION '%: the terms of insurance in force do not change', TG_NAME
                USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;

-- Lines and steps of a scorecard are written while it is a draft; it is held meanwhile, so that nothing is written beside
-- its approval.
CREATE OR REPLACE FUNCTION finance_keep_scorecard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cards bigint[];
    card record;
BEGIN
    IF TG_TABLE_NAME = 'finance_scorecardattribute' THEN
        cards := ARRAY[OLD.scorecard_id, NEW.scorecard_id];
    ELSE
        cards := ARRAY(SELECT scorecard_id FROM finance_scorecardattribute
                        WHERE id IN (OLD.attribute_id, NEW.attribute_id));
    END IF;
    FOR card IN SELECT status FROM finance_scorecard WHERE id = ANY (cards) ORDER BY id FOR SHARE LOOP
        IF card.status <> 'draft' THEN
            RAISE EXCEPTION '%: a scorecard in force does not change', TG_NAME
                USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;

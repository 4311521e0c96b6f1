-- A kit is handed to a child that two people have entitled to one of this campaign.
CREATE OR REPLACE FUNCTION education_check_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM education_kitentitlement
         WHERE id = NEW.entitlement_id AND campaign_id = NEW.campaign_id AND status = 'approved'
           AND person_behind(child_id) = person_behind(NEW.child_id)
    ) THEN
        RAISE EXCEPTION '%: a kit is handed over to a child with an approved entitlement', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'kit_is_handed_over_to_an_entitled_child';
    END IF;
    RETURN NEW;
END
$$;

-- A place on a list lies within the half-hour's number, and the half-hour belongs to the day.
CREATE OR REPLACE FUNCTION health_check_checkup_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM scheduling_slot AS slot
        JOIN health_checkupday AS day ON day.session_id = slot.session_id
        WHERE slot.id = NEW.slot_id AND day.id = NEW.day_id AND day.campaign_id = NEW.campaign_id
            AND NEW.place BETWEEN 1 AND slot.capacity
    ) THEN
        RAISE EXCEPTION 'a place on a list lies within its half-hour and its day'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'checkup_has_a_place_of_its_day';
    END IF;
    RETURN NEW;
END
$$;

-- A check-up day is on the date of its session, whenever that is moved.
CREATE OR REPLACE FUNCTION health_check_checkup_date() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM scheduling_session WHERE id = NEW.session_id AND local_date = NEW.local_date
    ) THEN
        RAISE EXCEPTION 'a check-up day is on the date of its session'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'checkup_day_is_on_its_date';
    END IF;
    RETURN NEW;
END
$$;

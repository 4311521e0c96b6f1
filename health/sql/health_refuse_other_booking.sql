-- An appointment keeps its booking, or follows it to the one that took its place.
CREATE OR REPLACE FUNCTION health_refuse_other_booking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM scheduling_booking
         WHERE id = OLD.booking_id AND replaced_by_id = NEW.booking_id
            OR id = NEW.booking_id AND instead_of_id = OLD.booking_id
    ) THEN
        RAISE EXCEPTION 'an appointment follows its booking only to the one that took its place'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointment_follows_its_booking';
    END IF;
    RETURN NEW;
END
$$;

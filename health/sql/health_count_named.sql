-- The event counts its names; a check of its table holds them to the people who were counted.
CREATE OR REPLACE FUNCTION health_count_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE health_promotionevent SET named_people = named_people + 1 WHERE id = NEW.event_id;
        RETURN NEW;
    END IF;
    UPDATE health_promotionevent SET named_people = named_people - 1 WHERE id = OLD.event_id;
    RETURN OLD;
END
$$;

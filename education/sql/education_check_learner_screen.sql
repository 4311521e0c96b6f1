-- A class uses a device that its station has registered, and no other.
CREATE OR REPLACE FUNCTION education_check_learner_screen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM stations_device AS device
          JOIN education_classrun AS run ON run.station_id = device.station_id
         WHERE device.id = NEW.device_id AND run.id = NEW.run_id AND device.state = 'active'
    ) THEN
        RAISE EXCEPTION '%: a class uses a device of its own station', TG_NAME
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'screen_is_a_device_of_the_station';
    END IF;
    RETURN NEW;
END
$$;

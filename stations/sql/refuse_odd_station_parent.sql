CREATE OR REPLACE FUNCTION refuse_odd_station_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing stations_station; parent stations_station;
BEGIN
    SELECT * INTO standing FROM stations_station WHERE id = NEW.id;
    SELECT * INTO parent FROM stations_station WHERE id = standing.parent_id;
    IF parent.id IS NOT NULL AND (
        parent.county_id <> standing.county_id
        OR (standing.kind = 'township_hub' AND parent.kind <> 'county_centre')
        OR (standing.kind = 'village_station' AND parent.kind = 'village_station')
    ) THEN
        RAISE EXCEPTION 'station % cannot stand under %', standing.code, parent.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'station_stands_under_hub_or_centre_of_its_county';
    END IF;
    RETURN NULL;
END
$$;

-- A key stands in the county of its station, and goes along when the station comes into another county.
ALTER TABLE stations_namekey ADD CONSTRAINT name_key_is_in_the_county_of_its_station
    FOREIGN KEY (station_id, county_id) REFERENCES stations_station (id, county_id)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

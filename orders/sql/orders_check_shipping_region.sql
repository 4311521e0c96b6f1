-- A region belongs to a zone of its own tariff.
CREATE OR REPLACE FUNCTION orders_check_shipping_region() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM orders_shippingzone WHERE id = NEW.zone_id AND tariff_id = NEW.tariff_id) THEN
        RAISE EXCEPTION 'region_lies_in_a_zone_of_its_tariff: region %', NEW.name
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
            CONSTRAINT = 'region_lies_in_a_zone_of_its_tariff';
    END IF;
    RETURN NEW;
END
$$;

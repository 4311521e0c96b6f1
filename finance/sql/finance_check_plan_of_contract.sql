-- What is flat in a plan is in its currency: the contract of a station that sells in other money cannot name it.
CREATE OR REPLACE FUNCTION finance_check_plan_of_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM finance_commissionplan AS plan
          JOIN stations_station AS station ON station.id = NEW.station_id
          JOIN stations_division AS county ON county.id = station.county_id
         WHERE plan.code = NEW.commission_plan_code
           AND (plan.currency <> station.currency OR plan.country <> county.country)
    ) THEN
        RAISE EXCEPTION 'contract_names_a_plan_of_the_country_of_its_station'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'contract_names_a_plan_of_the_country_of_its_station';
    END IF;
    RETURN NEW;
END
$$;

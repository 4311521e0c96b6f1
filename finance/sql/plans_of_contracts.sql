CREATE TRIGGER contract_names_a_plan_of_the_country_of_its_station
    BEFORE INSERT OR UPDATE OF station_id, commission_plan_code ON stations_contract
    FOR EACH ROW EXECUTE FUNCTION finance_check_plan_of_contract();

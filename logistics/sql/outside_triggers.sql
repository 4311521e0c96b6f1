CREATE TRIGGER goes_outside_stays BEFORE UPDATE ON logistics_parcel
    FOR EACH ROW WHEN (OLD.goes_outside IS DISTINCT FROM NEW.goes_outside)
    EXECUTE FUNCTION refuse_change_of_columns('goes_outside');

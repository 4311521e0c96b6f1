CREATE TRIGGER subsidy_is_added AFTER INSERT ON orders_parcelsubsidy
    FOR EACH ROW EXECUTE FUNCTION orders_add_parcel_subsidy();

CREATE TRIGGER used_follows_parcels BEFORE UPDATE ON orders_subsidyprogramme
    FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND OLD.used_minor IS DISTINCT FROM NEW.used_minor)
    EXECUTE FUNCTION orders_keep_subsidy_used();

CREATE TRIGGER programme_begins_unused BEFORE INSERT ON orders_subsidyprogramme
    FOR EACH ROW WHEN (NEW.used_minor <> 0)
    EXECUTE FUNCTION orders_keep_subsidy_used();

CALL make_append_only('orders_parcelsubsidy');
CALL keep_columns('orders_subsidyprogramme', 'code', 'division_id', 'currency');

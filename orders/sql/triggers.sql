CREATE TRIGGER prices_stay BEFORE UPDATE OR DELETE ON orders_priceitem
    FOR EACH ROW EXECUTE FUNCTION orders_keep_prices();

CREATE TRIGGER price_list_stays BEFORE UPDATE ON orders_pricelist
    FOR EACH ROW WHEN (
        OLD.valid_from_at <= now() AND (
            OLD.audience, OLD.division_id, OLD.currency, OLD.priority, OLD.valid_from_at, OLD.code)
        IS DISTINCT FROM (NEW.audience, NEW.division_id, NEW.currency, NEW.priority, NEW.valid_from_at, NEW.code))
    EXECUTE FUNCTION orders_keep_price_list();

CREATE TRIGGER movement_applies AFTER INSERT ON orders_stockmovement
    FOR EACH ROW EXECUTE FUNCTION orders_apply_movement();

CREATE TRIGGER level_follows_movements BEFORE UPDATE ON orders_stocklevel
    FOR EACH ROW WHEN (
        pg_trigger_depth() = 0 AND (OLD.on_hand, OLD.allocated) IS DISTINCT FROM (NEW.on_hand, NEW.allocated))
    EXECUTE FUNCTION orders_keep_level();

CREATE TRIGGER level_begins_empty BEFORE INSERT ON orders_stocklevel
    FOR EACH ROW WHEN (NEW.on_hand <> 0 OR NEW.allocated <> 0)
    EXECUTE FUNCTION orders_keep_level();

CALL make_append_only('orders_stockmovement');

CALL make_append_only('orders_productimport');

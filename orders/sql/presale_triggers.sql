CREATE TRIGGER presale_order_is_counted AFTER INSERT ON orders_presaleorder
    FOR EACH ROW EXECUTE FUNCTION orders_count_presale_order();

CREATE TRIGGER withdrawn_presale_order_is_not_counted AFTER UPDATE OF status ON orders_presaleorder
    FOR EACH ROW WHEN (OLD.status <> 'withdrawn' AND NEW.status = 'withdrawn')
    EXECUTE FUNCTION orders_count_presale_order();

CREATE TRIGGER ordered_follows_orders BEFORE UPDATE ON orders_presalecycle
    FOR EACH ROW WHEN (
        pg_trigger_depth() = 0
        AND (OLD.ordered, OLD.order_count) IS DISTINCT FROM (NEW.ordered, NEW.order_count))
    EXECUTE FUNCTION orders_keep_presale_ordered();

CREATE TRIGGER presale_begins_without_orders BEFORE INSERT ON orders_presalecycle
    FOR EACH ROW WHEN (NEW.ordered <> 0 OR NEW.order_count <> 0)
    EXECUTE FUNCTION orders_keep_presale_ordered();

CREATE CONSTRAINT TRIGGER allotted_boxes_are_what_there_is AFTER UPDATE OF available ON orders_presalecycle
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.available IS NOT NULL)
    EXECUTE FUNCTION orders_check_allotment();

CALL make_append_only('orders_presaleharvest');

CALL keep_columns('orders_presalecycle', 'key', 'number', 'station_id', 'crop_id', 'grade_id', 'currency', 'box_g',
    'price_minor', 'expected_g', 'opened_by_id', 'opens_at', 'closes_at', 'closes_date', 'delivery_date');

CALL keep_columns('orders_presaleorder', 'key', 'presale_id', 'station_id', 'villager_id', 'boxes', 'held_minor',
    'currency', 'payment_id', 'taken_by_id', 'ordered_at');

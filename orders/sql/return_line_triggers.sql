CALL keep_columns('orders_return', 'key', 'number', 'order_id', 'station_id', 'value_minor', 'leg_minor', 'carrier',
    'currency', 'is_instant', 'reason', 'resolution', 'requested_at', 'requested_by_id');

CALL keep_columns('orders_returnline', 'goods_return_id', 'part_id', 'quantity', 'value_minor', 'currency');

DROP TRIGGER columns_stay ON orders_order;
CALL keep_columns('orders_order', 'key', 'number', 'station_id', 'walk_in_name', 'ordered_by_id', 'replaces_id',
    'pay_method', 'currency', 'price_as_of_at', 'total_minor', 'discount_minor', 'ordered');

CREATE CONSTRAINT TRIGGER return_is_whole AFTER INSERT OR UPDATE OF status ON orders_return
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_return();

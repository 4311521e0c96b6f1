DROP TRIGGER columns_stay ON orders_orderline;
CALL keep_columns('orders_orderline', 'order_id', 'variant_id', 'quantity', 'unit_price_minor', 'goods_minor',
    'currency', 'return_window_days', 'accepts_change_of_mind');

CALL keep_columns('orders_return', 'key', 'number', 'order_id', 'station_id', 'part_id', 'quantity', 'value_minor',
    'leg_minor', 'carrier', 'currency', 'is_instant', 'reason', 'requested_at', 'requested_by_id');

DROP TRIGGER columns_stay ON orders_return;
CALL keep_columns('orders_return', 'key', 'number', 'order_id', 'station_id', 'value_minor', 'leg_minor', 'leg_bearer',
    'carrier', 'currency', 'is_instant', 'reason', 'resolution', 'requested_at', 'requested_by_id');

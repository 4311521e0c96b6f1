CALL keep_columns('orders_order', 'key', 'number', 'station_id', 'walk_in_name', 'ordered_by_id',
    'pay_method', 'currency', 'price_as_of_at', 'total_minor', 'ordered');

CALL keep_columns('orders_orderline', 'order_id', 'variant_id', 'quantity', 'unit_price_minor', 'goods_minor',
    'currency', 'return_window_days');

CALL keep_columns('orders_fulfilmentline', 'fulfilment_id', 'order_line_id', 'quantity', 'goods_minor', 'currency');

CALL make_append_only('orders_codrefusal');

DROP TRIGGER columns_stay ON orders_orderline;
CALL keep_columns('orders_orderline', 'order_id', 'variant_id', 'supplier_id', 'quantity', 'unit_price_minor',
    'goods_minor', 'discount_minor', 'currency', 'return_window_days', 'accepts_change_of_mind', 'supply');

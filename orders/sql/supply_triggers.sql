DROP TRIGGER columns_stay ON orders_orderline;
CALL keep_columns('orders_orderline', 'order_id', 'variant_id', 'quantity', 'unit_price_minor', 'goods_minor',
    'discount_minor', 'currency', 'return_window_days', 'accepts_change_of_mind', 'supply');

CALL keep_columns('orders_fulfilment', 'order_id', 'warehouse_id', 'supplier_id', 'currency');

CREATE TRIGGER fulfilment_line_stays BEFORE DELETE ON orders_fulfilmentline
    FOR EACH ROW EXECUTE FUNCTION orders_keep_fulfilment_line();

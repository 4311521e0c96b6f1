CREATE CONSTRAINT TRIGGER checkout_total_is_the_sum_of_its_orders AFTER INSERT ON orders_shopcheckout
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_checkout();

CREATE CONSTRAINT TRIGGER shop_order_is_part_of_its_checkout AFTER INSERT ON orders_shoporder
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_checkout();

CALL keep_columns('orders_shop', 'ref', 'key', 'owner_id', 'station_id', 'currency', 'platform_bp', 'pack_help_bp',
    'opened_by_id', 'opened_at');

CALL keep_columns('orders_shoparticle', 'ref', 'key', 'shop_id', 'currency');

CALL keep_columns('orders_shopcheckout', 'ref', 'key', 'number', 'station_id', 'language', 'total_minor', 'currency',
    'taken_by_id', 'made_at', 'expires_at');

CALL keep_columns('orders_shoporder', 'number', 'checkout_id', 'shop_id', 'goods_minor', 'freight_minor', 'total_minor',
    'platform_minor', 'pack_help_minor', 'currency', 'carrier', 'made_at');

CALL make_append_only('orders_shoporderline');

CREATE TRIGGER coupon_use_is_checked BEFORE INSERT ON orders_shopcouponuse
    FOR EACH ROW EXECUTE FUNCTION orders_check_coupon_use();

CREATE TRIGGER coupon_use_is_counted AFTER INSERT ON orders_shopcouponuse
    FOR EACH ROW EXECUTE FUNCTION orders_count_coupon_use();

CREATE TRIGGER coupon_given_back_is_counted AFTER UPDATE OF back_minor ON orders_shopcouponuse
    FOR EACH ROW WHEN (OLD.back_minor <> NEW.back_minor) EXECUTE FUNCTION orders_count_coupon_use();

CALL keep_columns('orders_shopcouponuse', 'promotion_id', 'order_id', 'amount_minor', 'seller_minor', 'currency',
    'used_at');

DROP TRIGGER columns_stay ON orders_promotion;
CALL keep_columns('orders_promotion', 'key', 'code', 'name', 'name_zh', 'kind', 'value', 'needs_coupon', 'audience',
    'division_id', 'currency', 'category_id', 'supplier_id', 'shop_id', 'min_goods_minor', 'priority', 'budget_minor',
    'per_villager_limit', 'from_date', 'to_date', 'prepared_by_id', 'prepared_at');

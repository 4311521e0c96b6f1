CREATE CONSTRAINT TRIGGER promotion_is_whole AFTER INSERT ON orders_promotion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_promotion();

CREATE CONSTRAINT TRIGGER shares_are_all_of_it AFTER INSERT ON orders_promotionbearer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_promotion();

CREATE CONSTRAINT TRIGGER articles_are_of_a_bundle AFTER INSERT ON orders_promotionarticle
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_promotion();

CREATE TRIGGER use_is_checked BEFORE INSERT ON orders_promotionuse
    FOR EACH ROW EXECUTE FUNCTION orders_check_promotion_use();

CREATE TRIGGER part_is_counted AFTER INSERT ON orders_promotionpart
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION orders_count_promotion_parts();

CREATE TRIGGER part_given_back_is_counted AFTER UPDATE ON orders_promotionpart
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION orders_count_promotion_parts();

CREATE TRIGGER use_follows_parts BEFORE UPDATE ON orders_promotionuse
    FOR EACH ROW WHEN (
        pg_trigger_depth() = 0
        AND (OLD.amount_minor, OLD.back_minor) IS DISTINCT FROM (NEW.amount_minor, NEW.back_minor))
    EXECUTE FUNCTION orders_keep_promotion_sums();

CREATE TRIGGER use_begins_empty BEFORE INSERT ON orders_promotionuse
    FOR EACH ROW WHEN (NEW.amount_minor <> 0 OR NEW.back_minor <> 0)
    EXECUTE FUNCTION orders_keep_promotion_sums();

CREATE TRIGGER used_follows_parts BEFORE UPDATE ON orders_promotion
    FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND OLD.used_minor IS DISTINCT FROM NEW.used_minor)
    EXECUTE FUNCTION orders_keep_promotion_sums();

CREATE TRIGGER promotion_begins_unused BEFORE INSERT ON orders_promotion
    FOR EACH ROW WHEN (NEW.used_minor <> 0)
    EXECUTE FUNCTION orders_keep_promotion_sums();

CALL make_append_only('orders_promotionarticle');

CALL make_append_only('orders_promotionbearer');

CALL keep_columns('orders_promotion', 'key', 'code', 'name', 'name_zh', 'kind', 'value', 'needs_coupon', 'audience',
    'division_id', 'currency', 'category_id', 'supplier_id', 'min_goods_minor', 'priority', 'budget_minor',
    'per_villager_limit', 'from_date', 'to_date', 'prepared_by_id', 'prepared_at');

CALL keep_columns('orders_promotionuse', 'promotion_id', 'order_id', 'currency', 'used_at');

CALL keep_columns('orders_promotionpart', 'use_id', 'order_line_id', 'party', 'amount_minor');

DROP TRIGGER columns_stay ON orders_order;
CALL keep_columns('orders_order', 'key', 'number', 'station_id', 'walk_in_name', 'ordered_by_id',
    'pay_method', 'currency', 'price_as_of_at', 'total_minor', 'discount_minor', 'ordered');

DROP TRIGGER columns_stay ON orders_orderline;
CALL keep_columns('orders_orderline', 'order_id', 'variant_id', 'quantity', 'unit_price_minor', 'goods_minor',
    'discount_minor', 'currency', 'return_window_days', 'accepts_change_of_mind');

DROP TRIGGER columns_stay ON orders_fulfilmentline;
CALL keep_columns('orders_fulfilmentline', 'fulfilment_id', 'order_line_id', 'quantity', 'goods_minor',
    'discount_minor', 'currency');

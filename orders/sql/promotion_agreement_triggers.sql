CREATE TRIGGER who_bears_a_promotion_has_agreed BEFORE UPDATE OF status ON orders_promotion
    FOR EACH ROW WHEN (NEW.status = 'approved' AND OLD.status <> 'approved')
    EXECUTE FUNCTION orders_check_promotion_agreed();

CALL make_append_only('orders_promotionagreement');

CREATE TRIGGER promotion_begins_prepared BEFORE INSERT ON orders_promotion
    FOR EACH ROW WHEN (NEW.status IN ('approved', 'ended'))
    EXECUTE FUNCTION orders_check_promotion_agreed();

CREATE TRIGGER pledge_is_counted AFTER INSERT ON orders_grouppledge
    FOR EACH ROW EXECUTE FUNCTION orders_count_pledge();

CREATE TRIGGER withdrawn_pledge_is_not_counted AFTER UPDATE OF status ON orders_grouppledge
    FOR EACH ROW WHEN (OLD.status <> 'withdrawn' AND NEW.status = 'withdrawn')
    EXECUTE FUNCTION orders_count_pledge();

CREATE TRIGGER pledged_follows_pledges BEFORE UPDATE ON orders_grouporder
    FOR EACH ROW WHEN (
        pg_trigger_depth() = 0
        AND (OLD.pledged_quantity, OLD.pledge_count) IS DISTINCT FROM (NEW.pledged_quantity, NEW.pledge_count))
    EXECUTE FUNCTION orders_keep_pledged();

CREATE TRIGGER group_begins_without_pledges BEFORE INSERT ON orders_grouporder
    FOR EACH ROW WHEN (NEW.pledged_quantity <> 0 OR NEW.pledge_count <> 0)
    EXECUTE FUNCTION orders_keep_pledged();

CREATE CONSTRAINT TRIGGER tier_is_cheaper AFTER INSERT ON orders_grouptier
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_tier();

CALL make_append_only('orders_grouptier');

CALL keep_columns('orders_grouporder', 'key', 'number', 'station_id', 'variant_id', 'currency', 'opened_by_id',
    'opened_at', 'cutoff_at', 'cutoff_date', 'pickup_date', 'min_quantity', 'max_quantity', 'held_price_minor');

CALL keep_columns('orders_grouppledge', 'key', 'group_id', 'villager_id', 'quantity', 'held_minor', 'currency',
    'payment_id', 'content_hash', 'taken_by_id', 'pledged_at');

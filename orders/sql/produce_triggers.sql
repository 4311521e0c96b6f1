CREATE TRIGGER lot_source_counts AFTER INSERT ON orders_lotsource
    FOR EACH ROW EXECUTE FUNCTION orders_add_lot_source();

CREATE TRIGGER lot_sale_counts AFTER INSERT ON orders_lotsale
    FOR EACH ROW EXECUTE FUNCTION orders_add_lot_sale();

CREATE TRIGGER lot_grams_follow BEFORE UPDATE ON orders_lotgrade
    FOR EACH ROW WHEN (
        pg_trigger_depth() = 0 AND (OLD.grams, OLD.grams_moved, OLD.grams_sold)
            IS DISTINCT FROM (NEW.grams, NEW.grams_moved, NEW.grams_sold))
    EXECUTE FUNCTION orders_keep_lot_grams();

CREATE TRIGGER lot_grade_begins_empty BEFORE INSERT ON orders_lotgrade
    FOR EACH ROW WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION orders_keep_lot_grams();

CREATE TRIGGER intake_grams_follow BEFORE UPDATE ON orders_intakegrade
    FOR EACH ROW WHEN (pg_trigger_depth() = 0 AND OLD.grams_in_lots IS DISTINCT FROM NEW.grams_in_lots)
    EXECUTE FUNCTION orders_keep_lot_grams();

CREATE CONSTRAINT TRIGGER grades_add_up_to_net AFTER INSERT OR UPDATE ON orders_intake
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_check_grades();

CALL keep_columns('orders_intake', 'key', 'slip_number', 'farmer_id', 'station_id', 'crop_id', 'sheet_id',
    'gross_g', 'tare_g', 'net_g', 'currency', 'weighed_by_id', 'weighed_at');

CALL keep_columns('orders_intakegrade', 'intake_id', 'round', 'grade_id', 'grams');

CALL keep_columns('orders_lot', 'key', 'code', 'crop_id', 'station_id', 'currency', 'opened_at');

CALL make_append_only('orders_lotsource');

CALL keep_columns('orders_lotsale', 'key', 'lot_id', 'grade_id', 'buyer_id', 'grams', 'price_minor',
    'amount_minor', 'currency', 'sold_at');

CALL keep_columns('orders_farmerstatement', 'lot_id', 'farmer_id', 'station_id', 'grams', 'gross_minor',
    'deducted_minor', 'reserve_minor', 'net_minor', 'currency', 'made_at');

CALL make_append_only('orders_statementdeduction');

CALL make_append_only('orders_claimpart');

CALL keep_columns('orders_buyerclaim', 'sale_id', 'amount_minor', 'currency', 'raised_by_id');

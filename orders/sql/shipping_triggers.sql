CREATE TRIGGER region_is_checked BEFORE INSERT OR UPDATE ON orders_shippingregion
    FOR EACH ROW EXECUTE FUNCTION orders_check_shipping_region();
CALL keep_columns('orders_shippingzone', 'tariff_id');
CALL keep_columns('orders_shipment', 'key', 'parcel_id', 'number', 'station_id', 'tariff_id', 'region_id', 'weight_g',
    'price_minor', 'currency', 'declared_minor', 'limit_minor', 'payment_id', 'accepted_by_id', 'accepted_at');

DROP TRIGGER columns_stay ON health_checkupday;
CALL keep_columns('health_checkupday', 'campaign_id', 'station_id', 'session_id', 'opened_by_id');
CREATE TRIGGER date_is_of_the_session BEFORE UPDATE OF local_date ON health_checkupday
    FOR EACH ROW EXECUTE FUNCTION health_check_checkup_date();

DROP TRIGGER columns_stay ON health_checkupreport;
CALL keep_columns('health_checkupreport', 'order_id');

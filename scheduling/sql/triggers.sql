CALL make_append_only('scheduling_bookingpolicy');

CREATE TRIGGER refuse_unknown_zone BEFORE INSERT OR UPDATE OF zone ON scheduling_resource
    FOR EACH ROW EXECUTE FUNCTION scheduling_refuse_unknown_zone();

CALL keep_columns('scheduling_booking', 'owner_kind', 'offering_id', 'session_id', 'key', 'ical_uid');

CALL keep_columns('scheduling_roomuse', 'booking_id', 'rooms_id');
CALL keep_columns('scheduling_stationrooms', 'station_id', 'group_id');
CALL keep_columns('scheduling_resourcegroup', 'owner_kind', 'owner_ref', 'offering_id');

DROP TRIGGER columns_stay ON scheduling_calendarfeed;
CALL keep_columns('scheduling_calendarfeed', 'person_id', 'resource_id', 'ref', 'made_by_id', 'made_at');

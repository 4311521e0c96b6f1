CALL make_append_only('logistics_runexception');
CALL keep_columns('logistics_routerun', 'route_id', 'start_id', 'run_date');
CALL keep_columns('logistics_bag', 'seal', 'from_station_id', 'to_station_id', 'key');
CALL keep_columns('logistics_bagparcel', 'bag_id', 'parcel_id');

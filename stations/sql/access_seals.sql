CALL make_append_only('stations_accessseal');

CALL make_append_only('stations_accesssealcheck');

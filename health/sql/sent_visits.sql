-- What a device has sent is never changed and never taken away.
CALL make_append_only('health_sentvisit');

CALL make_append_only('core_statuschange');

CALL make_append_only('core_event');

CALL make_forgettable('core_event', 'created_at', '90 days');

-- What was answered to a key is answered for as long as the key is kept; then it is forgotten by the owner's function.
CALL make_append_only('core_requestkey');

CALL make_forgettable('core_requestkey', 'created_at', '90 days');

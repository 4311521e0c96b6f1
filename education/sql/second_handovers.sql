CALL keep_columns('education_secondhandover', 'entitlement_id', 'kit_id', 'station_id', 'received_by_id', 'proof',
    'handed_by_id', 'made_at', 'received_at');

CALL keep_columns('orders_presaleclaim', 'key', 'order_id', 'boxes', 'amount_minor', 'currency', 'reason', 'photo_id',
    'raised_by_id', 'raised_at', 'buyer_claim_id');

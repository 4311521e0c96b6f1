CALL keep_columns('orders_paymentlink', 'ref', 'order_id', 'amount_minor', 'currency', 'phone', 'made_by_id', 'made_at',
    'expires_at');

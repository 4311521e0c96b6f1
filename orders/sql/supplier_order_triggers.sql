CALL keep_columns('orders_supplierorder', 'supplier_id', 'fulfilment_id', 'body', 'made_at');

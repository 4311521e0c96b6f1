CALL keep_columns('orders_supplierwebhook', 'supplier_id', 'order_id', 'kind', 'about', 'body', 'made_at');

CALL keep_columns('health_export', 'requested_by_id', 'requested_at', 'address', 'division_id', 'programme', 'types',
                  'since');

CALL keep_columns('health_exportfile', 'export_id', 'type', 'stored_id', 'line_count');

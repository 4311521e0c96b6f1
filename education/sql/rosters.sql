CALL keep_columns('education_roster', 'county_id', 'source_system', 'version', 'sha256', 'report', 'made_by_id', 'made_at');

CALL keep_columns('education_rosterrecord', 'county_id', 'source_system', 'kind', 'sourced_id');

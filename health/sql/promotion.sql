CREATE TRIGGER reviewed_text_stays BEFORE UPDATE ON health_article
    FOR EACH ROW EXECUTE FUNCTION health_keep_reviewed_text();
CALL keep_columns('health_article', 'code', 'clinic_id', 'written_by_id');
CALL keep_rows('health_article');

CALL keep_columns('health_question', 'article_id', 'text', 'text_zh', 'choices', 'choices_zh', 'right', 'explanation',
                  'explanation_zh');
CALL keep_rows('health_question');

CALL keep_columns('health_promotioncampaign', 'topic', 'division_id', 'from_date', 'opened_by_id', 'opened_at');
CALL keep_rows('health_promotioncampaign');

CALL keep_columns('health_promotionevent', 'station_id', 'local_date', 'kind', 'article_id', 'campaign_id',
                  'recorded_by_id', 'recorded_at');
CALL keep_rows('health_promotionevent');

CREATE TRIGGER event_counts_its_names AFTER INSERT OR DELETE ON health_reach
    FOR EACH ROW EXECUTE FUNCTION health_count_named();
CALL keep_columns('health_reach', 'event_id', 'resident_id', 'signed_in_by_id', 'signed_in_at');

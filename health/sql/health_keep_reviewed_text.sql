-- What a second person has read is what is shown: the text changes only on the way to a draft, or in it.
CREATE OR REPLACE FUNCTION health_keep_reviewed_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'draft'
       AND (NEW.title, NEW.title_zh, NEW.body, NEW.body_zh, NEW.source, NEW.topic, NEW.audience, NEW.edited_by_id)
           IS DISTINCT FROM
           (OLD.title, OLD.title_zh, OLD.body, OLD.body_zh, OLD.source, OLD.topic, OLD.audience, OLD.edited_by_id) THEN
        RAISE EXCEPTION 'the text of an article changes in a draft alone'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'reviewed_text_never_changes';
    END IF;
    RETURN NEW;
END
$$;

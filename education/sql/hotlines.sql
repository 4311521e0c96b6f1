CALL make_append_only('education_callattempt');

CREATE TRIGGER refuse_unknown_zone BEFORE INSERT OR UPDATE OF zone ON education_callcontact
    FOR EACH ROW EXECUTE FUNCTION scheduling_refuse_unknown_zone();

CALL keep_columns('education_callcontact', 'child_id', 'name', 'relation', 'verified_by_id');

CALL keep_columns('education_call', 'booking_id', 'child_id', 'contact_id', 'consent_id');

-- A child calls nobody but those on the list of this child.
ALTER TABLE education_call ADD CONSTRAINT call_goes_to_a_person_on_the_list_of_the_child
    FOREIGN KEY (contact_id, child_id) REFERENCES education_callcontact (id, child_id) DEFERRABLE INITIALLY DEFERRED;

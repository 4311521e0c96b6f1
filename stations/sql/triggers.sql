CALL make_append_only('stations_reveal');

CALL make_append_only('stations_accessread');

CREATE TRIGGER consent_text_is_unused BEFORE UPDATE OR DELETE ON stations_consenttext
    FOR EACH ROW EXECUTE FUNCTION consent_text_is_unused();

CREATE TRIGGER guardian_is_adult BEFORE INSERT OR UPDATE ON stations_guardianship
    FOR EACH ROW EXECUTE FUNCTION guardian_is_adult();

CREATE CONSTRAINT TRIGGER head_is_living_member AFTER INSERT OR UPDATE OF head_id ON stations_household
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.head_id IS NOT NULL)
    EXECUTE FUNCTION check_head_of_household();

CREATE CONSTRAINT TRIGGER head_is_living_member AFTER UPDATE OR DELETE ON stations_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_head_after_membership();

CREATE CONSTRAINT TRIGGER head_is_living_member AFTER UPDATE OF died_date ON stations_person
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.died_date IS NOT NULL)
    EXECUTE FUNCTION check_head_after_death();

CREATE TRIGGER division_parent_when_made AFTER INSERT ON stations_division
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_odd_parents();

CREATE TRIGGER division_parent_when_changed AFTER UPDATE ON stations_division
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_odd_parents();

CREATE TRIGGER succession_has_no_cycle BEFORE INSERT OR UPDATE ON stations_divisionsuccession
    FOR EACH ROW EXECUTE FUNCTION refuse_succession_cycles();

-- Deferred: when a county moves, its stations follow in one transaction, in any order.
CREATE CONSTRAINT TRIGGER station_stands_under_hub_or_centre_of_its_county
    AFTER INSERT OR UPDATE OF parent_id, county_id, kind ON stations_station
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_odd_station_parent();

CALL make_forgettable('stations_reveal', 'at', '3 years');

CALL make_forgettable('stations_accessread', 'at', '3 years');

CALL make_append_only('stations_stationfact');

CREATE TRIGGER merge_target_stands BEFORE INSERT OR UPDATE OF merged_into_id ON stations_person
    FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL) EXECUTE FUNCTION merge_target_stands();

CREATE TRIGGER member_is_no_merged_record BEFORE INSERT OR UPDATE OF person_id ON stations_membership
    FOR EACH ROW EXECUTE FUNCTION refuse_merged_record('person_id');

CREATE TRIGGER consent_is_of_no_merged_record BEFORE INSERT OR UPDATE OF person_id ON stations_consent
    FOR EACH ROW EXECUTE FUNCTION refuse_merged_record('person_id');

CREATE TRIGGER child_is_no_merged_record BEFORE INSERT OR UPDATE OF child_id ON stations_guardianship
    FOR EACH ROW EXECUTE FUNCTION refuse_merged_record('child_id');

CREATE TRIGGER guardian_is_no_merged_record BEFORE INSERT OR UPDATE OF guardian_id ON stations_guardianship
    FOR EACH ROW EXECUTE FUNCTION refuse_merged_record('guardian_id');

CREATE TRIGGER card_is_of_no_merged_record BEFORE INSERT OR UPDATE OF person_id ON stations_residentcard
    FOR EACH ROW EXECUTE FUNCTION refuse_merged_record('person_id');

CREATE TRIGGER phone_code_is_of_no_merged_record BEFORE INSERT OR UPDATE OF person_id ON stations_phonecode
    FOR EACH ROW EXECUTE FUNCTION refuse_merged_record('person_id');

CREATE TRIGGER request_is_of_no_merged_record BEFORE INSERT OR UPDATE OF person_id ON stations_personrequest
    FOR EACH ROW EXECUTE FUNCTION refuse_merged_record('person_id');

CREATE TRIGGER login_is_of_no_merged_record BEFORE INSERT OR UPDATE OF person_id ON stations_user
    FOR EACH ROW EXECUTE FUNCTION refuse_merged_record('person_id');

CREATE CONSTRAINT TRIGGER forgotten_person_has_no_key AFTER UPDATE OF erased_at ON stations_person
    FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION forgotten_person_has_no_key();

CREATE CONSTRAINT TRIGGER key_is_of_a_person_who_is_known AFTER INSERT OR UPDATE ON stations_personkey
    FOR EACH ROW EXECUTE FUNCTION key_is_of_a_person_who_is_known();

CREATE TRIGGER login_stays_its_persons BEFORE UPDATE OF person_id ON stations_user FOR EACH ROW
    WHEN (OLD.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id)
    EXECUTE FUNCTION login_stays_its_persons();

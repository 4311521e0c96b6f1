-- A claim says of its resource whether it is exclusive, and follows it.
ALTER TABLE scheduling_claim ADD CONSTRAINT claim_is_as_exclusive_as_its_resource
    FOREIGN KEY (resource_id, is_exclusive) REFERENCES scheduling_resource (id, is_exclusive)
    ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE scheduling_booking ADD CONSTRAINT booking_is_of_the_session_of_its_slot
    FOREIGN KEY (session_id, slot_id) REFERENCES scheduling_slot (session_id, id) DEFERRABLE INITIALLY DEFERRED;

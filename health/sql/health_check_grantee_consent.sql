-- Whoever would read a record by a consent does not record it, under no login; on paper it has its photo.
CREATE OR REPLACE FUNCTION health_check_grantee_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    recorder CONSTANT uuid := person_behind(NEW.recorded_by_id);
    place CONSTANT uuid := coalesce(NEW.hospital_id, (
        SELECT department.hospital_id FROM health_doctor AS doctor
        JOIN health_department AS department ON department.id = doctor.department_id WHERE doctor.id = NEW.doctor_id
    ));
BEGIN
    IF EXISTS (
        SELECT FROM health_hospitalstaff AS staff
        WHERE staff.hospital_id = place AND staff.from_at <= NEW.from_at
          AND (staff.to_at IS NULL OR staff.to_at > NEW.from_at) AND person_behind(staff.user_id) = recorder
    ) OR EXISTS (
        SELECT FROM health_doctor AS doctor WHERE doctor.id = NEW.doctor_id AND person_behind(doctor.user_id) = recorder
    ) THEN
        RAISE EXCEPTION 'nobody records a consent by which they read the record'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'grantee_records_no_own_consent';
    END IF;
    IF NEW.manner = 'paper' AND NEW.evidence_id IS NULL THEN
        RAISE EXCEPTION 'a consent on paper has the photo of the paper'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'consent_on_paper_has_its_photo';
    END IF;
    RETURN NEW;
END
$$;

-- Four eyes are two persons, not two logins (stations/two_persons.py).

-- The person of a login; of a merged record the one that stands for it. A login without a person stands for itself, and
-- so does the id of a person.
CREATE OR REPLACE FUNCTION person_behind(login uuid) RETURNS uuid LANGUAGE sql STABLE STRICT AS $$
    SELECT coalesce(standing_record(known.id), known.id)
      FROM (SELECT coalesce((SELECT person_id FROM stations_user WHERE id = login), login) AS id) AS known
$$;

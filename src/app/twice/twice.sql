-- twice.sql: every statement on twice.

-- name: add
INSERT INTO twice (community_id, id, number, kind, object_id, object, why, by_person, by_name, at, until_at, state,
    decided_by, decided_name, decided_at, said, used_at)
VALUES (:community_id, :id, :number, :kind, :object_id, :object, :why, :by_person, :by_name, :at, :until_at, :state,
    0, '', 0, '', 0);
-- name: get
SELECT id, number, kind, object_id, object, why, by_person, by_name, at, until_at, state, decided_by, decided_name,
    decided_at, said, used_at
FROM twice WHERE community_id = :community_id AND id = :id;
-- name: by_number
SELECT id, number, kind, object_id, object, why, by_person, by_name, at, until_at, state, decided_by, decided_name,
    decided_at, said, used_at
FROM twice WHERE community_id = :community_id AND number = :number;
-- name: live     of one object, the caller's newest
SELECT id, number, kind, object_id, object, why, by_person, by_name, at, until_at, state, decided_by, decided_name,
    decided_at, said, used_at
FROM twice
WHERE community_id = :community_id AND kind = :kind AND object_id = :object_id AND object = :object
    AND by_person = :who_id AND state IN ('open', 'approved') AND until_at > :now
ORDER BY at DESC, id DESC LIMIT 1;
-- name: newest
SELECT id, number, kind, object_id, object, why, by_person, by_name, at, until_at, state, decided_by, decided_name,
    decided_at, said, used_at
FROM twice WHERE community_id = :community_id ORDER BY at DESC, id DESC LIMIT 200;
-- name: decide     nothing changes when somebody was faster or it is too late
UPDATE twice SET state = :state, decided_by = :who_id, decided_name = :decided_name, decided_at = :now, said = :said,
    until_at = :until_at
WHERE community_id = :community_id AND id = :id AND state = 'open' AND until_at > :now;
-- name: appointers    who appointed him since then, to a post that is not over
SELECT DISTINCT by_person AS id FROM holding
WHERE community_id = :community_id AND person_id = :person_id AND id > :since AND by_person <> 0
    AND to_at <> from_at AND (to_at = 0 OR to_at > :now);
-- name: withdraw
UPDATE twice SET state = 'withdrawn'
WHERE community_id = :community_id AND id = :id AND by_person = :who_id AND state IN ('open', 'approved');
-- name: use
UPDATE twice SET state = 'used', used_at = :now
WHERE community_id = :community_id AND id = :id AND state = 'approved' AND until_at > :now;

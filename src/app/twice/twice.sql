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
-- name: appointed     one person to whom the posts of both lead: who was appointed since then, to a post that is not over,
-- leads to who appointed him, and on from there
WITH RECURSIVE line (is_proposer, person_id) AS (
    SELECT 0, CAST(:who_id AS BIGINT) UNION ALL SELECT 1, CAST(:proposer AS BIGINT)
    UNION
    SELECT line.is_proposer, h.by_person FROM line JOIN holding h ON h.person_id = line.person_id
    WHERE h.community_id = :community_id AND h.id > :since AND h.by_person <> 0
        AND h.to_at <> h.from_at AND (h.to_at = 0 OR h.to_at > :now))
SELECT COUNT(*) FROM line a JOIN line b ON b.person_id = a.person_id WHERE a.is_proposer = 0 AND b.is_proposer = 1;
-- name: withdraw
UPDATE twice SET state = 'withdrawn'
WHERE community_id = :community_id AND id = :id AND by_person = :who_id AND state IN ('open', 'approved');
-- name: use
UPDATE twice SET state = 'used', used_at = :now
WHERE community_id = :community_id AND id = :id AND state = 'approved' AND until_at > :now;

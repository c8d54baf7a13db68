-- idem.sql: every statement on the table `idem`.
-- name: find
SELECT id, key_hash, person_id, status, sealed, at FROM idem
WHERE community_id = :community_id AND person_id = :who_id AND key_hash = :key_hash;
-- name: put
INSERT INTO idem (community_id, id, key_hash, person_id, status, sealed, at)
VALUES (:community_id, :id, :key_hash, :who_id, :status, :sealed, :now);
-- name: clean    rows older than 90 days
DELETE FROM idem WHERE community_id = :community_id AND at < :before;

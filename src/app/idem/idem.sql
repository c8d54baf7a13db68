-- idem.sql: every statement on the table `idem`.
-- name: find
SELECT id, idem_key, person_id, hash, status, body, at FROM idem
WHERE community_id = :community_id AND person_id = :who_id AND idem_key = :key;
-- name: put
INSERT INTO idem (community_id, id, idem_key, person_id, hash, status, body, at)
VALUES (:community_id, :id, :key, :who_id, :hash, :status, :body, :now);
-- name: clean    rows older than 90 days
DELETE FROM idem WHERE community_id = :community_id AND at < :before;

-- keyring.sql: every statement on key_lock, keyring and subject_key.
-- name: lock         (all communities)
SELECT lock FROM key_lock;
-- name: lock_put     (all communities)
INSERT INTO key_lock (community_id, id, lock) VALUES (0, 1, :lock);
-- name: lock_change  (all communities)
UPDATE key_lock SET lock = :lock;
-- name: rows         what is active comes last: two active ones at once are refused
SELECT community_id, id AS kid, purpose, state, suite, created_at, wrapped FROM keyring
WHERE community_id = :community_id ORDER BY CASE WHEN state = 'active' THEN 1 ELSE 0 END, id;
-- name: version      another one after each key that is added, retires or is destroyed
SELECT COALESCE(SUM(id * CASE state WHEN 'active' THEN 1 WHEN 'destroyed' THEN 3 ELSE 2 END), 0)
FROM keyring WHERE community_id = :community_id;
-- name: put
INSERT INTO keyring (community_id, id, purpose, state, suite, created_at, wrapped)
VALUES (:community_id, :kid, :purpose, :state, :suite, :created_at, :wrapped);
-- name: turn
UPDATE keyring SET state = :state, wrapped = :wrapped WHERE community_id = :community_id AND id = :kid;
-- name: last
SELECT COALESCE(MAX(id), 0) AS kid FROM keyring WHERE community_id = :community_id;

-- ---- keys of one record each ----
-- name: own
SELECT id, about, about_id, key FROM subject_key
WHERE community_id = :community_id AND about = :about AND about_id = :about_id;
-- name: own_put
INSERT INTO subject_key (community_id, id, about, about_id, key) VALUES (:community_id, :id, :about, :about_id, :key);
-- name: own_sealed_some
SELECT id, about, about_id, key FROM subject_key WHERE community_id = :community_id AND id > :after ORDER BY id LIMIT :most;
-- name: own_sealed_put
UPDATE subject_key SET key = :key WHERE community_id = :community_id AND id = :id;

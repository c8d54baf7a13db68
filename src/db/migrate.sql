-- migrate.sql: which migrations this store has seen. They belong to no community: community_id is 0.
-- name: find
SELECT id, name, checksum, at FROM migration WHERE community_id = 0 AND id = :id;
-- name: last
SELECT COALESCE(MAX(id), 0) FROM migration WHERE community_id = 0;
-- name: put
INSERT INTO migration (community_id, id, name, checksum, at) VALUES (0, :id, :name, :checksum, :now);

-- engine_test.sql: statements of the contract test.
-- name: put
INSERT INTO thing (community_id, id, text, note, blob, lamp, flag, other_id)
VALUES (:community_id, :id, :text, :note, :blob, :lamp, :flag, :other_id);
-- name: get
SELECT * FROM thing WHERE community_id = :community_id AND id = :id;
-- name: all_of
SELECT id, text FROM thing WHERE community_id = :community_id AND id BETWEEN :lo AND :hi ORDER BY id;
-- name: move
UPDATE thing SET text = :text WHERE community_id = :community_id AND id = :id AND text = :was;
-- name: take
UPDATE thing SET text = :text WHERE community_id = :community_id AND id = :id RETURNING id, text, lamp;
-- name: how_many
SELECT COUNT(*) FROM thing WHERE community_id = :community_id;
-- name: swapped
SELECT :b || '-' || :a || '-' || :b AS text, :community_id AS id;

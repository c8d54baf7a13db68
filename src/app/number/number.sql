-- number.sql: every statement on day_count and word_try.
-- name: next
INSERT INTO day_count (community_id, id, prefix, used) VALUES (:community_id, :day, :prefix, 1)
ON CONFLICT (community_id, id, prefix) DO UPDATE SET used = day_count.used + 1
RETURNING used;
-- name: tries
SELECT tries FROM word_try WHERE community_id = :community_id AND id = :hour AND number = :number;
-- name: try_put
INSERT INTO word_try (community_id, id, number, tries) VALUES (:community_id, :hour, :number, 1)
ON CONFLICT (community_id, id, number) DO UPDATE SET tries = word_try.tries + 1;
-- name: try_clean     hours that are over
DELETE FROM word_try WHERE community_id = :community_id AND id < :hour;

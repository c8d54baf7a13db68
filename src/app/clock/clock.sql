-- clock.sql: the table calendar_day, and the hours of the community (read only).
-- name: hours
SELECT hours AS name FROM community WHERE community_id = :community_id AND id = :community_id;
-- name: days
SELECT id, is_work, name FROM calendar_day WHERE community_id = :community_id ORDER BY id;
-- name: drop
DELETE FROM calendar_day WHERE community_id = :community_id AND id = :day;
-- name: put
INSERT INTO calendar_day (community_id, id, is_work, name)
VALUES (:community_id, :day, :is_work, :name)
ON CONFLICT (community_id, id) DO UPDATE SET is_work = excluded.is_work, name = excluded.name;

-- consent.sql: every statement on consent and notice.

-- name: holding         the one that holds, of a purpose
SELECT id FROM consent WHERE community_id = :community_id AND subject = :subject AND subject_id = :subject_id
    AND purpose = :purpose AND ended_at = 0;
-- name: add
INSERT INTO consent (community_id, id, subject, subject_id, purpose, text_hash, channel, is_guardian, by_person,
    by_name, at, ended_at, ended_channel, ended_by, ended_name)
VALUES (:community_id, :id, :subject, :subject_id, :purpose, :text_hash, :channel, :is_guardian, :who_id, :by_name,
    :now, 0, '', 0, '');
-- name: end
UPDATE consent SET ended_at = :now, ended_channel = :channel, ended_by = :who_id, ended_name = :by_name
WHERE community_id = :community_id AND id = :id AND ended_at = 0;
-- name: of_subject
SELECT * FROM consent WHERE community_id = :community_id AND subject = :subject AND subject_id = :subject_id
ORDER BY id DESC LIMIT 200;

-- ---- the notice ----
-- name: notice_newest
SELECT * FROM notice WHERE community_id = :community_id ORDER BY id DESC LIMIT 1;
-- name: notice_hash
SELECT id, hash FROM notice WHERE community_id = :community_id ORDER BY id DESC LIMIT 1;
-- name: notice
SELECT * FROM notice WHERE community_id = :community_id AND id = :id;
-- name: notice_by_hash
SELECT * FROM notice WHERE community_id = :community_id AND hash = :hash;
-- name: notices
SELECT id, hash, at FROM notice WHERE community_id = :community_id ORDER BY id DESC LIMIT 100;
-- name: notice_add
INSERT INTO notice (community_id, id, hash, text, at) VALUES (:community_id, :id, :hash, :text, :now);

-- ---- forgetting ----
-- name: drop
DELETE FROM consent WHERE community_id = :community_id AND subject = :subject AND subject_id = :subject_id;
-- name: old
SELECT count(*) FROM consent WHERE community_id = :community_id AND ended_at > 0 AND ended_at < :before;
-- name: forget
DELETE FROM consent WHERE community_id = :community_id AND id IN (SELECT id FROM consent
    WHERE community_id = :community_id AND ended_at > 0 AND ended_at < :before ORDER BY id LIMIT :most);

-- ---- how long logs are kept ----
-- name: log_days        0 = as the register says
SELECT COALESCE((SELECT days FROM log_keep WHERE community_id = :community_id ORDER BY id DESC LIMIT 1), 0) AS days;
-- name: log_days_put
INSERT INTO log_keep (community_id, id, days, by_person, by_name, at)
VALUES (:community_id, :id, :days, :who_id, :by_name, :now);

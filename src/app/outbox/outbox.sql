-- outbox.sql: every statement on the tables outbox and adapter.
-- name: adapters
SELECT id, kind AS channel, url AS target, topics AS topic FROM adapter
WHERE community_id = :community_id AND active = 1 ORDER BY id LIMIT 50;
-- name: put
INSERT INTO outbox (community_id, id, topic, subject_id, channel, target, body, send_at, tries,
    sent_at, failed, created_at)
VALUES (:community_id, :id, :topic, :subject_id, :channel, :target, :body, :now, 0, 0, '', :now);
-- name: due
SELECT id, topic, subject_id, channel, target, body, send_at, tries FROM outbox
WHERE community_id = :community_id AND sent_at = 0 AND send_at <= :now
ORDER BY send_at, id LIMIT :most;

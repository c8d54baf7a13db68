-- outbox.sql: every statement on the tables outbox, adapter and adapter_turn.
-- name: active
SELECT id, topics FROM adapter WHERE community_id = :community_id AND active = 1 ORDER BY id;
-- name: put
INSERT INTO outbox (community_id, id, adapter_id, topic, subject_id, body, state, send_at, tries,
    failed, created_at, ended_at)
VALUES (:community_id, :id, :adapter_id, :topic, :subject_id, :body, 'waiting', :now, 0, '', :now, 0);

-- name: reword
UPDATE outbox SET body = :text WHERE community_id = :community_id AND subject_id = :subject_id;

-- name: adapters        never the address nor the secret
SELECT a.id, a.kind, a.name, a.address, a.sender, a.receiver, a.topics, a.active,
    CASE WHEN LENGTH(a.secret) > 0 THEN 1 ELSE 0 END AS has_secret,
    (SELECT COUNT(*) FROM outbox o WHERE o.community_id = :community_id AND o.adapter_id = a.id
        AND o.state = 'waiting') AS waiting,
    (SELECT COUNT(*) FROM outbox o WHERE o.community_id = :community_id AND o.adapter_id = a.id
        AND o.state = 'failed') AS failed
FROM adapter a WHERE a.community_id = :community_id ORDER BY a.id;
-- name: adapter
SELECT id, kind, name, address, sender, receiver, topics, active,
    CASE WHEN LENGTH(secret) > 0 THEN 1 ELSE 0 END AS has_secret
FROM adapter WHERE community_id = :community_id AND id = :id;
-- name: adapter_count
SELECT COUNT(*) AS n FROM adapter WHERE community_id = :community_id;
-- name: adapter_add
INSERT INTO adapter (community_id, id, kind, name, url, address, secret, sender, receiver, topics,
    active, created_at)
VALUES (:community_id, :id, :kind, :name, :url, :address, :secret, :sender, :receiver, :topics, 0,
    :now);
-- name: turn_add
INSERT INTO adapter_turn (community_id, id, next_at, taken_until) VALUES (:community_id, :id, 0, 0);
-- name: adapter_change   an empty address or secret stays as it was
UPDATE adapter SET name = :name, sender = :sender, receiver = :receiver, topics = :topics,
    url = CASE WHEN :new_url = 1 THEN :url ELSE url END,
    address = CASE WHEN :new_url = 1 THEN :address ELSE address END,
    secret = CASE WHEN :new_secret = 1 THEN :secret ELSE secret END
WHERE community_id = :community_id AND id = :id;
-- name: sealed_some
SELECT id, url, secret FROM adapter WHERE community_id = :community_id AND id > :after ORDER BY id LIMIT :most;
-- name: sealed_put
UPDATE adapter SET url = :url, secret = :secret WHERE community_id = :community_id AND id = :id;
-- name: adapter_switch
UPDATE adapter SET active = :active WHERE community_id = :community_id AND id = :id;
-- name: turn_now         somebody looks after it: no rest
UPDATE adapter_turn SET next_at = 0 WHERE community_id = :community_id AND id = :id;

-- name: counts
SELECT COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) AS waiting,
    COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0) AS failed
FROM outbox WHERE community_id = :community_id AND state IN ('waiting', 'failed');
-- name: waiting
SELECT o.id, o.topic, o.subject_id, o.adapter_id, a.name AS adapter, o.body AS text, o.state,
    o.tries, o.send_at, o.failed, o.created_at, o.ended_at
FROM outbox o JOIN adapter a ON a.community_id = o.community_id AND a.id = o.adapter_id
WHERE o.community_id = :community_id AND o.state = 'waiting'
ORDER BY o.send_at, o.id LIMIT :most;
-- name: ended
SELECT o.id, o.topic, o.subject_id, o.adapter_id, a.name AS adapter, o.body AS text, o.state,
    o.tries, o.send_at, o.failed, o.created_at, o.ended_at
FROM outbox o JOIN adapter a ON a.community_id = o.community_id AND a.id = o.adapter_id
WHERE o.community_id = :community_id AND o.state = :state
ORDER BY o.ended_at DESC, o.id DESC LIMIT :most;
-- name: one
SELECT id, adapter_id, state FROM outbox WHERE community_id = :community_id AND id = :id;
-- name: retry
UPDATE outbox SET state = 'waiting', send_at = :now, tries = 0, ended_at = 0
WHERE community_id = :community_id AND id = :id AND state <> 'sent';
-- name: drop
UPDATE outbox SET state = 'dropped', ended_at = :now
WHERE community_id = :community_id AND id = :id AND state IN ('waiting', 'failed');
-- name: clean
DELETE FROM outbox WHERE community_id = :community_id AND state IN ('sent', 'failed', 'dropped') AND ended_at < :before;

-- name: ready            (all communities) a trial goes out also while its adapter is paused
SELECT a.community_id, a.id AS adapter_id FROM adapter a
JOIN adapter_turn t ON t.community_id = a.community_id AND t.id = a.id
WHERE t.next_at <= :now AND t.taken_until <= :now
    AND EXISTS (SELECT 1 FROM outbox o WHERE o.community_id = a.community_id
        AND o.adapter_id = a.id AND o.state = 'waiting' AND o.send_at <= :now
        AND (a.active = 1 OR o.topic = 'outbox.try'))
ORDER BY a.community_id, a.id LIMIT 1000;
-- name: take             of several senders one changes the row
UPDATE adapter_turn SET taken_until = :until
WHERE community_id = :community_id AND id = :adapter_id AND next_at <= :now AND taken_until <= :now;
-- name: first
SELECT o.id, o.adapter_id, o.topic, o.subject_id, o.body AS text, o.created_at, o.tries, a.kind,
    a.url, a.secret, a.sender, a.receiver
FROM outbox o JOIN adapter a ON a.community_id = o.community_id AND a.id = o.adapter_id
WHERE o.community_id = :community_id AND o.adapter_id = :adapter_id AND o.state = 'waiting'
    AND o.send_at <= :now AND (a.active = 1 OR o.topic = 'outbox.try')
ORDER BY o.send_at, o.id LIMIT 1;
-- name: trying
UPDATE outbox SET tries = :tries WHERE community_id = :community_id AND id = :id;
-- name: sent             it did arrive, whatever was decided meanwhile
UPDATE outbox SET state = 'sent', ended_at = :now, failed = ''
WHERE community_id = :community_id AND id = :id;
-- name: again            unless somebody decided otherwise meanwhile
UPDATE outbox SET send_at = :send_at, tries = :now_tries, failed = :why
WHERE community_id = :community_id AND id = :id AND state = 'waiting' AND tries = :tries;
-- name: failed
UPDATE outbox SET state = 'failed', ended_at = :now, failed = :why
WHERE community_id = :community_id AND id = :id AND state = 'waiting' AND tries = :tries;
-- name: give             the lease ends; not when another sender has it by now
UPDATE adapter_turn SET next_at = :next_at, taken_until = 0
WHERE community_id = :community_id AND id = :adapter_id AND taken_until = :taken_until;

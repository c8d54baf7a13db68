-- audit.sql: every statement on audit, audit_inbox and audit_detail.

-- name: last
SELECT seq, h FROM audit WHERE community_id = :community_id ORDER BY seq DESC LIMIT 1;
-- name: newest          when; chained or not
SELECT COALESCE(MAX(at), 0) FROM (
    SELECT at FROM audit_inbox WHERE community_id = :community_id
    UNION ALL SELECT at FROM audit WHERE community_id = :community_id
        AND seq = (SELECT MAX(seq) FROM audit WHERE community_id = :community_id)) a;
-- name: at_of
SELECT at FROM audit WHERE community_id = :community_id AND seq = :seq;
-- name: need_number
SELECT number FROM need WHERE community_id = :community_id AND id = :id;
-- name: add
INSERT INTO audit (community_id, seq, id, at, person_id, post_id, role, session_id, action, object, reason,
    outcome, detail_hash, h)
VALUES (:community_id, :seq, :id, :at, :person_id, :post_id, :role, :session_id, :action, :object, :reason,
    :outcome, :detail_hash, :h);
-- name: inbox_add
INSERT INTO audit_inbox (community_id, id, at, person_id, post_id, role, session_id, action, object, reason,
    outcome, detail_hash)
VALUES (:community_id, :id, :at, :person_id, :post_id, :role, :session_id, :action, :object, :reason,
    :outcome, :detail_hash);
-- name: inbox
SELECT id, at, person_id, post_id, role, session_id, action, object, reason, outcome, detail_hash
FROM audit_inbox WHERE community_id = :community_id ORDER BY id LIMIT :most;
-- name: inbox_drop
DELETE FROM audit_inbox WHERE community_id = :community_id AND id = :id;
-- name: inbox_old        records that nobody chained for so long
SELECT COUNT(*) FROM audit_inbox WHERE community_id = :community_id AND at < :before;
-- name: detail_add
INSERT INTO audit_detail (community_id, id, text) VALUES (:community_id, :id, :text);
-- name: detail_erase
DELETE FROM audit_detail WHERE community_id = :community_id AND id = :id;
-- name: detail
SELECT text FROM audit_detail WHERE community_id = :community_id AND id = :id;
-- name: links           for the walk along the chain
SELECT a.*, d.text AS detail FROM audit a
LEFT JOIN audit_detail d ON d.community_id = a.community_id AND d.id = a.id
WHERE a.community_id = :community_id AND a.seq > :after ORDER BY a.seq;
-- name: waiting         in the inbox, newest first
SELECT i.*, d.text AS detail, p.name AS person_name FROM audit_inbox i
LEFT JOIN audit_detail d ON d.community_id = i.community_id AND d.id = i.id
LEFT JOIN person p ON p.community_id = i.community_id AND p.id = i.person_id
WHERE i.community_id = :community_id AND (:person_id = 0 OR i.person_id = :person_id)
    AND i.object >= :object AND i.object < :object_end AND (:people = 0 OR i.role <> 'system')
    AND (:kind = '' OR i.action LIKE :kind OR i.action LIKE :kind_2 OR i.action LIKE :kind_3 OR i.action LIKE :kind_4
        OR (:ends <> '' AND i.object LIKE :ends))
    AND (:logins = 1 OR i.reason <> '' OR i.action NOT IN ('POST /login', 'POST /logout', 'POST /hat'))
ORDER BY i.id DESC LIMIT :most;
-- name: page            newest first; signing in is left out unless it has a reason (somebody guesses)
SELECT a.*, d.text AS detail, p.name AS person_name FROM audit a
LEFT JOIN audit_detail d ON d.community_id = a.community_id AND d.id = a.id
LEFT JOIN person p ON p.community_id = a.community_id AND p.id = a.person_id
WHERE a.community_id = :community_id AND (:before = 0 OR a.seq < :before)
    AND a.seq > :after AND (:kind = '' OR a.action LIKE :kind OR a.action LIKE :kind_2 OR a.action LIKE :kind_3 OR a.action LIKE :kind_4
        OR (:ends <> '' AND a.object LIKE :ends))
    AND (:logins = 1 OR a.reason <> '' OR a.action NOT IN ('POST /login', 'POST /logout', 'POST /hat'))
ORDER BY a.seq DESC LIMIT :most;
-- name: page_of_people  without jobs
SELECT a.*, d.text AS detail, p.name AS person_name FROM audit a
LEFT JOIN audit_detail d ON d.community_id = a.community_id AND d.id = a.id
LEFT JOIN person p ON p.community_id = a.community_id AND p.id = a.person_id
WHERE a.community_id = :community_id AND a.role <> 'system' AND (:before = 0 OR a.seq < :before)
    AND a.seq > :after AND (:kind = '' OR a.action LIKE :kind OR a.action LIKE :kind_2 OR a.action LIKE :kind_3 OR a.action LIKE :kind_4
        OR (:ends <> '' AND a.object LIKE :ends))
    AND (:logins = 1 OR a.reason <> '' OR a.action NOT IN ('POST /login', 'POST /logout', 'POST /hat'))
ORDER BY a.seq DESC LIMIT :most;
-- name: page_of_person
SELECT a.*, d.text AS detail, p.name AS person_name FROM audit a
LEFT JOIN audit_detail d ON d.community_id = a.community_id AND d.id = a.id
LEFT JOIN person p ON p.community_id = a.community_id AND p.id = a.person_id
WHERE a.community_id = :community_id AND a.person_id = :person_id AND (:before = 0 OR a.seq < :before)
    AND (:object = '' OR (a.object >= :object AND a.object < :object_end))
    AND a.seq > :after AND (:kind = '' OR a.action LIKE :kind OR a.action LIKE :kind_2 OR a.action LIKE :kind_3 OR a.action LIKE :kind_4
        OR (:ends <> '' AND a.object LIKE :ends))
    AND (:logins = 1 OR a.reason <> '' OR a.action NOT IN ('POST /login', 'POST /logout', 'POST /hat'))
ORDER BY a.seq DESC LIMIT :most;
-- name: page_of_object
SELECT a.*, d.text AS detail, p.name AS person_name FROM audit a
LEFT JOIN audit_detail d ON d.community_id = a.community_id AND d.id = a.id
LEFT JOIN person p ON p.community_id = a.community_id AND p.id = a.person_id
WHERE a.community_id = :community_id AND a.object >= :object AND a.object < :object_end
    AND (:before = 0 OR a.seq < :before)
    AND a.seq > :after AND (:kind = '' OR a.action LIKE :kind OR a.action LIKE :kind_2 OR a.action LIKE :kind_3 OR a.action LIKE :kind_4
        OR (:ends <> '' AND a.object LIKE :ends))
    AND (:logins = 1 OR a.reason <> '' OR a.action NOT IN ('POST /login', 'POST /logout', 'POST /hat'))
ORDER BY a.seq DESC LIMIT :most;

-- ---- forgetting: what stands beside a record; the chain holds without it ----
-- name: details_old
SELECT count(*) FROM audit_detail d JOIN audit a ON a.community_id = d.community_id AND a.id = d.id
WHERE d.community_id = :community_id AND a.at < :before;
-- name: details_forget
DELETE FROM audit_detail WHERE community_id = :community_id AND id IN (SELECT d.id FROM audit_detail d
    JOIN audit a ON a.community_id = d.community_id AND a.id = d.id
    WHERE d.community_id = :community_id AND a.at < :before ORDER BY d.id LIMIT :most);

-- subject.sql: every statement on subject_request, subject_event, subject_erased, keep_hold and keep_done.

-- name: insert
INSERT INTO subject_request (community_id, id, number, word, subject, subject_id, what, field, value, text, state,
    version, checked, due_at, answer, entered_by, created_at, changed_at, closed_at)
VALUES (:community_id, :id, :number, :word, :subject, :subject_id, :what, :field, :value, :text, :state, 1, :checked,
    :due_at, '', :who_id, :now, :now, 0);
-- name: get
SELECT * FROM subject_request WHERE community_id = :community_id AND id = :id;
-- name: by_number
SELECT * FROM subject_request WHERE community_id = :community_id AND number = :number;
-- name: same          that is being dealt with. Other words are another question, another value is the same correction;
-- but what nobody has made sure of yet does not touch what is known to be his
SELECT * FROM subject_request WHERE community_id = :community_id AND subject = :subject AND subject_id = :subject_id
    AND what = :what AND field = :field AND closed_at = 0
    AND (what = 'correct' OR :text = '' OR text = :text)
    AND (what <> 'correct' OR :checked <> '' OR checked = '')
ORDER BY CASE WHEN checked = '' THEN 1 ELSE 0 END, id LIMIT 1;
-- name: of_subject
SELECT * FROM subject_request WHERE community_id = :community_id AND subject = :subject AND subject_id = :id
ORDER BY id DESC LIMIT 50;
-- name: open
SELECT * FROM subject_request WHERE community_id = :community_id AND closed_at = 0 ORDER BY due_at, id LIMIT 200;
-- name: closed
SELECT * FROM subject_request WHERE community_id = :community_id AND closed_at > 0 ORDER BY closed_at DESC LIMIT 50;
-- name: corrections   of one thing that are being dealt with
SELECT * FROM subject_request WHERE community_id = :community_id AND subject = :subject AND subject_id = :subject_id
    AND what = 'correct' AND closed_at = 0 ORDER BY id;
-- name: save
UPDATE subject_request SET state = :state, version = version + 1, checked = :checked, answer = :answer,
    value = :value, changed_at = :now, closed_at = :closed_at
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: sealed_some
SELECT id, value FROM subject_request WHERE community_id = :community_id AND id > :after ORDER BY id LIMIT :most;
-- name: sealed_put
UPDATE subject_request SET value = :value WHERE community_id = :community_id AND id = :id;
-- name: event_put
INSERT INTO subject_event (community_id, id, request_id, step, text, by_person, by_name, at)
VALUES (:community_id, :id, :request_id, :step, :text, :who_id, :by_name, :now);
-- name: events
SELECT * FROM subject_event WHERE community_id = :community_id AND request_id = :request_id ORDER BY id LIMIT 100;
-- name: event_rows
SELECT e.* FROM subject_event e JOIN subject_request r ON r.community_id = e.community_id AND r.id = e.request_id
WHERE e.community_id = :community_id AND r.subject = :subject AND r.subject_id = :id ORDER BY e.id LIMIT 200;

-- ---- deleted at somebody's wish ----
-- name: erased_put
INSERT INTO subject_erased (community_id, subject, subject_id, at) VALUES (:community_id, :subject, :subject_id, :at)
ON CONFLICT (community_id, subject, subject_id) DO NOTHING;
-- name: erased
SELECT * FROM subject_erased WHERE community_id = :community_id ORDER BY at, subject, subject_id;
-- name: erased_answered   by a program that kept no list
INSERT INTO subject_erased (community_id, subject, subject_id, at)
SELECT community_id, subject, subject_id, closed_at FROM subject_request
WHERE community_id = :community_id AND what = 'delete' AND state = 'done'
ON CONFLICT (community_id, subject, subject_id) DO NOTHING;

-- ---- forgetting ----
-- name: old
SELECT count(*) FROM subject_request WHERE community_id = :community_id AND closed_at > 0 AND closed_at < :before
    AND (text <> '' OR word <> '' OR field <> '' OR checked <> '' OR (answer <> '' AND answer <> '（到了日子，已经删去）'));
-- name: forget_old    that it was asked for and answered stays
UPDATE subject_request SET text = '', word = '', field = '', checked = '',
    answer = CASE WHEN answer = '' THEN '' ELSE '（到了日子，已经删去）' END
WHERE community_id = :community_id AND id IN (
    SELECT id FROM subject_request WHERE community_id = :community_id AND closed_at > 0 AND closed_at < :before
        AND (text <> '' OR word <> '' OR field <> '' OR checked <> '' OR (answer <> '' AND answer <> '（到了日子，已经删去）'))
    ORDER BY id LIMIT :most);
-- name: events_old
SELECT count(*) FROM subject_event e JOIN subject_request r ON r.community_id = e.community_id AND r.id = e.request_id
WHERE e.community_id = :community_id AND r.closed_at > 0 AND r.closed_at < :before AND e.text <> '';
-- name: events_forget
UPDATE subject_event SET text = '' WHERE community_id = :community_id AND id IN (
    SELECT e.id FROM subject_event e
    JOIN subject_request r ON r.community_id = e.community_id AND r.id = e.request_id
    WHERE e.community_id = :community_id AND r.closed_at > 0 AND r.closed_at < :before AND e.text <> ''
    ORDER BY e.id LIMIT :most);
-- name: hold_put
INSERT INTO keep_hold (community_id, id, subject, subject_id, number, reason, by_person, by_name, at, ended_at,
    ended_name)
VALUES (:community_id, :id, :subject, :subject_id, :number, :reason, :who_id, :by_name, :now, 0, '');
-- name: hold_end
UPDATE keep_hold SET ended_at = :now, ended_name = :by_name
WHERE community_id = :community_id AND id = :id AND ended_at = 0;
-- name: hold_rows
SELECT * FROM keep_hold WHERE community_id = :community_id AND subject = :subject AND subject_id = :id
ORDER BY id LIMIT 50;
-- name: holds
SELECT * FROM keep_hold WHERE community_id = :community_id ORDER BY ended_at, id DESC LIMIT 100;
-- name: held
SELECT count(*) FROM keep_hold WHERE community_id = :community_id AND subject = :subject AND subject_id = :id
    AND ended_at = 0;
-- name: done_put
INSERT INTO keep_done (community_id, id, month, keep, label, gone, at)
VALUES (:community_id, :id, :month, :keep, :label, :gone, :now);
-- name: report
SELECT month, keep, label, CAST(sum(gone) AS BIGINT) AS n FROM keep_done
WHERE community_id = :community_id AND month >= :from_month
GROUP BY month, keep, label ORDER BY month DESC, keep, label LIMIT 500;

-- ---- what is held of every kind, and of who is signed in ----
-- name: consent_rows
SELECT * FROM consent WHERE community_id = :community_id AND subject = :subject AND subject_id = :id
ORDER BY id LIMIT 200;
-- name: opening_rows
SELECT * FROM opening WHERE community_id = :community_id AND subject = :subject AND subject_id = :id
ORDER BY at, id LIMIT 500;
-- name: outbox_rows
SELECT id, topic, subject_id, body, state, created_at, ended_at FROM outbox
WHERE community_id = :community_id AND subject_id = :id ORDER BY id LIMIT 100;
-- name: person_rows
SELECT id, name, duty_phone, login, active, created_at FROM person WHERE community_id = :community_id AND id = :id;
-- name: holding_rows
SELECT * FROM holding_said WHERE community_id = :community_id AND person_id = :id ORDER BY from_at LIMIT 200;
-- name: session_rows
SELECT id, label, created_at, seen_at, ends_at FROM session WHERE community_id = :community_id AND person_id = :id ORDER BY id LIMIT 50;
-- name: audit_rows
SELECT * FROM audit WHERE community_id = :community_id AND person_id = :id ORDER BY seq DESC LIMIT 200;
-- name: audit_inbox_rows
SELECT * FROM audit_inbox WHERE community_id = :community_id AND person_id = :id ORDER BY id LIMIT 50;
-- name: audit_detail_rows
SELECT d.id, d.text AS detail FROM audit_detail d JOIN audit a ON a.community_id = d.community_id AND a.id = d.id
WHERE d.community_id = :community_id AND a.person_id = :id ORDER BY d.id LIMIT 50;
-- name: seen_alert_rows
SELECT * FROM seen_alert WHERE community_id = :community_id AND person_id = :id ORDER BY id LIMIT 50;
-- name: person_since
SELECT 0 AS since_at FROM person WHERE community_id = :community_id AND id = :id;
-- name: seat_rows
SELECT role AS fact FROM admin_seat WHERE community_id = :community_id AND person_id = :id;
-- name: password_old_rows   that there are some; never what they were
SELECT '从前的口令（只存得出对不对）' AS fact FROM password_old WHERE community_id = :community_id AND person_id = :id;
-- name: recovery_code_rows
SELECT '纸上的备用码' AS fact, used_at AS to_at FROM recovery_code WHERE community_id = :community_id AND person_id = :id;
-- name: twice_rows
SELECT why AS fact, at AS from_at FROM twice WHERE community_id = :community_id AND (by_person = :id OR decided_by = :id)
ORDER BY id LIMIT 100;
-- name: export_rows
SELECT why AS fact, at AS from_at FROM export WHERE community_id = :community_id AND by_person = :id
ORDER BY id LIMIT 100;

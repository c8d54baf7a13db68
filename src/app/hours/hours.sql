-- hours.sql: every statement on the tables hours*, cert, cert_count. Only what is confirmed and not
-- flagged counts; nothing is ordered by how much somebody did.

-- ---- records ----
-- name: load
SELECT * FROM hours WHERE community_id = :community_id AND id = :id;
-- name: of_offer
SELECT * FROM hours WHERE community_id = :community_id AND offer_id = :offer_id;
-- name: overlap
SELECT COUNT(*) FROM hours WHERE community_id = :community_id AND volunteer_id = :volunteer_id
    AND id <> :id AND state <> 'refused' AND started_at < :ended_at AND ended_at > :started_at;
-- name: insert
INSERT INTO hours (community_id, id, origin, offer_id, need_id, volunteer_id, skill_code, what,
    started_at, ended_at, minutes, other_minutes, state, is_flagged, confirm_kind, paper_number,
    thanks, version, entered_by, confirmed_at, created_at, changed_at)
VALUES (:community_id, :id, :origin, :offer_id, :need_id, :volunteer_id, :skill_code, :what,
    :started_at, :ended_at, :minutes, :other_minutes, :state, :is_flagged, :confirm_kind,
    :paper_number, :thanks, 1, :entered_by, :confirmed_at, :now, :now);
-- name: save         nothing changes when somebody was faster
UPDATE hours SET started_at = :started_at, ended_at = :ended_at, minutes = :minutes,
    other_minutes = :other_minutes, state = :state, is_flagged = :is_flagged,
    confirm_kind = :confirm_kind, paper_number = :paper_number, thanks = :thanks,
    confirmed_at = :confirmed_at, version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: event_insert
INSERT INTO hours_event (community_id, id, hours_id, step, started_at, ended_at, minutes, text,
    by_kind, by_person, by_name, at)
VALUES (:community_id, :id, :hours_id, :step, :started_at, :ended_at, :minutes, :text, :by_kind,
    :by_person, :by_name, :now);
-- name: events
SELECT * FROM hours_event WHERE community_id = :community_id AND hours_id = :hours_id ORDER BY id;
-- name: asked        did the other side say how long it was, or that it is as the helper says?
SELECT COUNT(*) FROM hours_event WHERE community_id = :community_id AND hours_id = :hours_id AND step = 'other';
-- name: reasons      why staff corrected or refused, the last of a record last
SELECT e.* FROM hours_event e JOIN hours h ON h.community_id = e.community_id AND h.id = e.hours_id
WHERE e.community_id = :community_id AND h.volunteer_id = :volunteer_id AND e.step IN ('corrected', 'refused')
ORDER BY e.id LIMIT 1000;
-- name: waiting      what needs a person: no offer, on paper, or long without a word of either side
SELECT * FROM hours WHERE community_id = :community_id AND state IN ('open', 'waiting')
    AND is_flagged = 0 AND (offer_id = 0 OR paper_number <> '' OR changed_at < :before)
ORDER BY id LIMIT 200;
-- name: flagged
SELECT * FROM hours WHERE community_id = :community_id AND is_flagged = 1 ORDER BY id LIMIT 200;
-- name: recent
SELECT * FROM hours WHERE community_id = :community_id ORDER BY id DESC LIMIT 200;
-- name: mine
SELECT * FROM hours WHERE community_id = :community_id AND volunteer_id = :volunteer_id
ORDER BY started_at DESC, id DESC LIMIT 500;
-- name: sum          of one volunteer, of what began between two times
SELECT COALESCE(CAST(SUM(minutes) AS BIGINT), 0) AS minutes, COUNT(*) AS times FROM hours
WHERE community_id = :community_id AND volunteer_id = :volunteer_id AND state = 'confirmed'
    AND is_flagged = 0 AND started_at >= :from_at AND started_at < :to_at;
-- name: total        of everybody
SELECT COALESCE(CAST(SUM(minutes) AS BIGINT), 0) AS minutes, COUNT(*) AS times,
    COUNT(DISTINCT volunteer_id) AS people FROM hours
WHERE community_id = :community_id AND state = 'confirmed' AND is_flagged = 0
    AND confirmed_at >= :from_at AND confirmed_at < :to_at;
-- name: lines        by kind of help, for a certificate
SELECT COALESCE(s.name, h.what) AS what, CAST(SUM(h.minutes) AS BIGINT) AS minutes,
    COUNT(*) AS times
FROM hours h
LEFT JOIN skill s ON s.community_id = h.community_id AND s.code = h.skill_code
WHERE h.community_id = :community_id AND h.volunteer_id = :volunteer_id AND h.state = 'confirmed'
    AND h.is_flagged = 0 AND h.started_at >= :from_at AND h.started_at < :to_at
GROUP BY COALESCE(s.name, h.what) ORDER BY minutes DESC, what LIMIT 100;

-- ---- the monthly sample ----
-- name: draw
SELECT * FROM hours_draw WHERE community_id = :community_id AND (:id = 0 OR id = :id)
ORDER BY id DESC LIMIT 1;
-- name: draw_insert
INSERT INTO hours_draw (community_id, id, seed, total, picked, at)
VALUES (:community_id, :id, :seed, :total, :picked, :now);
-- name: drawable
SELECT id FROM hours WHERE community_id = :community_id AND state = 'confirmed'
    AND confirmed_at >= :from_at AND confirmed_at < :to_at ORDER BY id LIMIT 100000;
-- name: call_insert
INSERT INTO hours_call (community_id, id, month, hours_id, outcome, note, by_person, by_name, at)
VALUES (:community_id, :id, :month, :hours_id, '', '', 0, '', 0);
-- name: calls
SELECT c.*, h.need_id, h.started_at, h.minutes, h.what FROM hours_call c
JOIN hours h ON h.community_id = c.community_id AND h.id = c.hours_id
WHERE c.community_id = :community_id AND c.month = :month ORDER BY c.id;
-- name: call
SELECT c.*, h.need_id, h.started_at, h.minutes, h.what FROM hours_call c
JOIN hours h ON h.community_id = c.community_id AND h.id = c.hours_id
WHERE c.community_id = :community_id AND c.id = :id;
-- name: call_save
UPDATE hours_call SET outcome = :outcome, note = :note, by_person = :by_person, by_name = :by_name,
    at = :now
WHERE community_id = :community_id AND id = :id AND outcome IN ('', 'not_reached');

-- ---- certificates ----
-- name: cert
SELECT * FROM cert_said cert WHERE community_id = :community_id AND id = :id;
-- name: cert_by_number
SELECT * FROM cert_said cert WHERE community_id = :community_id AND number = :number AND number <> '';
-- name: cert_open    requests of his that are under way
SELECT COUNT(*) FROM cert WHERE community_id = :community_id AND volunteer_id = :volunteer_id
    AND state IN ('requested', 'checked') AND follows_id = :follows_id;
-- name: cert_insert
INSERT INTO cert (community_id, id, number, state, version, volunteer_id, volunteer_number, name,
    from_day, to_day, minutes, times, lines, issuer, phone, handler_id, handler_name, head_id,
    head_name, issued_at, hash, follows_id, next_id, reason, asked_by, team_id,
    shown_until, objections, created_at, changed_at)
VALUES (:community_id, :id, '', :state, 1, :volunteer_id, :volunteer_number, :name, :from_day,
    :to_day, :minutes, :times, :lines, :issuer, :phone, :handler_id, :handler_name, 0, '', 0, '',
    :follows_id, 0, :reason, :asked_by, :team_id, 0, 0, :now, :now);
-- name: cert_save    nothing changes when somebody was faster
UPDATE cert SET number = :number, state = :state, minutes = :minutes, times = :times,
    lines = :lines, issuer = :issuer, phone = :phone, handler_id = :handler_id,
    handler_name = :handler_name, head_id = :head_id, head_name = :head_name,
    issued_at = :issued_at, hash = :hash, next_id = :next_id, reason = :reason,
    shown_until = :shown_until, objections = :objections,
    version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: certs
SELECT * FROM cert_said cert WHERE community_id = :community_id AND state = :state ORDER BY id DESC LIMIT 200;
-- name: certs_objected
SELECT * FROM cert_said cert WHERE community_id = :community_id AND state = 'issued' AND objections > 0
ORDER BY id LIMIT 200;
-- name: certs_of
SELECT * FROM cert_said cert WHERE community_id = :community_id AND volunteer_id = :volunteer_id
ORDER BY id DESC LIMIT 100;
-- name: certs_shown     within a team, in the order they were asked for
SELECT * FROM cert_said cert WHERE community_id = :community_id AND team_id = :team_id AND state = 'issued'
    AND (shown_until > :now OR objections > 0) ORDER BY id LIMIT 200;
-- name: objection_put
INSERT INTO cert_objection (community_id, id, cert_id, volunteer_id, text, at, answer, by_person,
    by_name, answered_at)
VALUES (:community_id, :id, :cert_id, :volunteer_id, :text, :now, '', 0, '', 0);
-- name: objections
SELECT * FROM cert_objection WHERE community_id = :community_id AND cert_id = :cert_id ORDER BY id;
-- name: objections_of   what one of the team has said, with the answers
SELECT * FROM cert_objection WHERE community_id = :community_id AND volunteer_id = :volunteer_id
ORDER BY id DESC LIMIT 20;
-- name: objections_answer
UPDATE cert_objection SET answer = :answer, by_person = :who_id, by_name = :by_name,
    answered_at = :now
WHERE community_id = :community_id AND cert_id = :cert_id AND answered_at = 0;
-- name: cert_next    the number of the year
INSERT INTO cert_count (community_id, id, n) VALUES (:community_id, :year, 1)
ON CONFLICT (community_id, id) DO UPDATE SET n = cert_count.n + 1
RETURNING n;

-- ---- what is held of who helped ----
-- name: sealed_some
SELECT id, name FROM cert WHERE community_id = :community_id AND id > :after ORDER BY id LIMIT :most;
-- name: sealed_put
UPDATE cert SET name = :name WHERE community_id = :community_id AND id = :id;
-- name: held
SELECT * FROM hours WHERE community_id = :community_id AND volunteer_id = :id ORDER BY started_at LIMIT 500;
-- name: held_events
SELECT e.* FROM hours_event e JOIN hours h ON h.community_id = e.community_id AND h.id = e.hours_id
WHERE e.community_id = :community_id AND h.volunteer_id = :id ORDER BY e.id LIMIT 1000;
-- name: held_calls
SELECT c.note AS fact, c.at AS from_at FROM hours_call c JOIN hours h ON h.community_id = c.community_id AND h.id = c.hours_id
WHERE c.community_id = :community_id AND h.volunteer_id = :id ORDER BY c.id LIMIT 100;
-- name: held_certs
SELECT * FROM cert_said WHERE community_id = :community_id AND volunteer_id = :id ORDER BY id LIMIT 100;
-- name: certs_named   whose name their team may read
SELECT id FROM cert_said WHERE community_id = :community_id AND volunteer_id = :volunteer_id AND agrees_shown = 1;
-- name: held_objections
SELECT * FROM cert_objection WHERE community_id = :community_id AND volunteer_id = :id ORDER BY id LIMIT 100;

-- ---- words of who was helped, erased at his wish: the service and its time are the helper's record ----
-- name: erase_thanks
UPDATE hours SET thanks = '', version = version + 1
WHERE community_id = :community_id AND thanks <> '' AND offer_id <> 0 AND offer_id IN (SELECT o.id FROM match_offer o
    WHERE o.community_id = :community_id AND o.need_id = :id);
-- name: erase_calls
UPDATE hours_call SET note = '' WHERE community_id = :community_id AND note <> '' AND hours_id IN (SELECT h.id FROM hours h
    JOIN match_offer o ON o.community_id = h.community_id AND o.id = h.offer_id
    WHERE h.community_id = :community_id AND h.offer_id <> 0 AND o.need_id = :id);
-- name: erase_differs    the note of a call stands in the history as well
UPDATE hours_event SET text = '' WHERE community_id = :community_id AND step = 'differs' AND text <> ''
    AND hours_id IN (SELECT h.id FROM hours h
        JOIN match_offer o ON o.community_id = h.community_id AND o.id = h.offer_id
        WHERE h.community_id = :community_id AND h.offer_id <> 0 AND o.need_id = :id);

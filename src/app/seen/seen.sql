-- seen.sql: every statement on opening, seen_rule and seen_alert.

-- name: opening_put
INSERT INTO opening (community_id, id, subject, subject_id, under_id, what, purpose, person_id, person_name, role,
    aside, day, at)
VALUES (:community_id, :id, :subject, :subject_id, :under_id, :what, :purpose, :who_id, :person_name, :role,
    :aside, :day, :now);
-- name: openings
SELECT id, subject, subject_id, what, purpose, person_name, role, at FROM opening
WHERE community_id = :community_id AND subject = :subject AND subject_id = :subject_id
ORDER BY at DESC, id DESC LIMIT :most;
-- name: openings_at
SELECT id, subject, subject_id, what, purpose, person_id, person_name, role, at FROM opening
WHERE community_id = :community_id AND day = :day AND at >= :from_at AND at < :to_at AND person_id <> 0
ORDER BY id LIMIT :most;
-- name: count_under
SELECT count(*) FROM opening
WHERE community_id = :community_id AND subject = :subject AND under_id = :under_id AND under_id <> 0;
-- name: forget_under
DELETE FROM opening
WHERE community_id = :community_id AND subject = :subject AND under_id = :under_id AND under_id <> 0
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = opening.subject AND h.subject_id = opening.subject_id AND h.ended_at = 0);

-- ---- by person and day ----
-- name: day_of_person
SELECT day, person_id, max(person_name) AS person_name, count(*) AS times, count(DISTINCT subject_id) AS things,
    COALESCE(sum(aside), 0) AS aside, max(at) AS last_at
FROM opening WHERE community_id = :community_id AND day = :day AND person_id = :person_id
GROUP BY day, person_id;
-- name: days
SELECT day, person_id, max(person_name) AS person_name, count(*) AS times, count(DISTINCT subject_id) AS things,
    COALESCE(sum(aside), 0) AS aside, max(at) AS last_at
FROM opening WHERE community_id = :community_id AND day >= :from_day AND person_id <> 0
GROUP BY day, person_id ORDER BY day DESC, last_at DESC, person_id LIMIT 500;
-- name: parts
SELECT day, person_id, role, subject, what, purpose, count(*) AS times
FROM opening WHERE community_id = :community_id AND day >= :from_day AND person_id <> 0
GROUP BY day, person_id, role, subject, what, purpose
ORDER BY day DESC, person_id, times DESC, role, subject, what, purpose LIMIT 5000;
-- name: usual
SELECT person_id, count(*) AS times, count(DISTINCT day) AS days
FROM opening WHERE community_id = :community_id AND day > :from_day AND person_id <> 0
GROUP BY person_id LIMIT 2000;

-- ---- the rule ----
-- name: rule
SELECT most, aside, by_name, at FROM seen_rule WHERE community_id = :community_id ORDER BY id DESC LIMIT 1;
-- name: rule_put
INSERT INTO seen_rule (community_id, id, most, aside, by_person, by_name, at)
VALUES (:community_id, :id, :most, :aside, :who_id, :by_name, :now);

-- ---- alerts ----
-- name: alert_put
INSERT INTO seen_alert (community_id, id, day, person_id, person_name, at, closed_at, closed_by, closed_name, said)
VALUES (:community_id, :id, :day, :person_id, :person_name, :now, 0, 0, '', '')
ON CONFLICT (community_id, day, person_id) DO NOTHING;
-- name: alerts_open_count
SELECT count(*) FROM seen_alert WHERE community_id = :community_id AND closed_at = 0;
-- name: alerts_open
SELECT a.id, a.day, a.person_id, a.person_name, a.at, a.closed_at, a.closed_name, a.said,
    (SELECT count(*) FROM opening o WHERE o.community_id = a.community_id AND o.day = a.day
        AND o.person_id = a.person_id) AS times,
    (SELECT count(DISTINCT o.subject_id) FROM opening o WHERE o.community_id = a.community_id AND o.day = a.day
        AND o.person_id = a.person_id) AS things,
    (SELECT COALESCE(sum(o.aside), 0) FROM opening o WHERE o.community_id = a.community_id AND o.day = a.day
        AND o.person_id = a.person_id) AS aside
FROM seen_alert a WHERE a.community_id = :community_id AND a.closed_at = 0 ORDER BY a.at DESC, a.id DESC LIMIT 100;
-- name: alerts_closed
SELECT a.id, a.day, a.person_id, a.person_name, a.at, a.closed_at, a.closed_name, a.said,
    (SELECT count(*) FROM opening o WHERE o.community_id = a.community_id AND o.day = a.day
        AND o.person_id = a.person_id) AS times,
    (SELECT count(DISTINCT o.subject_id) FROM opening o WHERE o.community_id = a.community_id AND o.day = a.day
        AND o.person_id = a.person_id) AS things,
    (SELECT COALESCE(sum(o.aside), 0) FROM opening o WHERE o.community_id = a.community_id AND o.day = a.day
        AND o.person_id = a.person_id) AS aside
FROM seen_alert a WHERE a.community_id = :community_id AND a.closed_at <> 0 AND a.day > :from_day
ORDER BY a.closed_at DESC, a.id DESC LIMIT 50;
-- name: alert_close
UPDATE seen_alert SET closed_at = :now, closed_by = :who_id, closed_name = :closed_name, said = :said
WHERE community_id = :community_id AND id = :id AND closed_at = 0;
-- name: alert_there
SELECT count(*) FROM seen_alert WHERE community_id = :community_id AND id = :id;

-- ---- forgetting ----
-- name: alerts_old
SELECT count(*) FROM seen_alert WHERE community_id = :community_id AND at < :before;
-- name: alerts_forget
DELETE FROM seen_alert WHERE community_id = :community_id AND id IN (SELECT id FROM seen_alert
    WHERE community_id = :community_id AND at < :before ORDER BY id LIMIT :most);
-- name: old
SELECT count(*) FROM opening WHERE community_id = :community_id AND at < :before;
-- name: forget
DELETE FROM opening WHERE community_id = :community_id AND id IN (SELECT id FROM opening
    WHERE community_id = :community_id AND at < :before ORDER BY at, id LIMIT :most);

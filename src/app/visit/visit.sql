-- visit.sql: every statement on the tables door, door_hint, visit, visit_event, visit_need. Nothing here counts by person.

-- ---- doors ----
-- name: door
SELECT * FROM door WHERE community_id = :community_id AND id = :id;
-- name: door_scoped
SELECT * FROM door WHERE community_id = :community_id AND id = :id
    AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid);
-- name: door_at
SELECT * FROM door WHERE community_id = :community_id AND place_id = :place_id AND door = :door;
-- name: door_insert
INSERT INTO door (community_id, id, place_id, place_path, place_text, grid_id, door, quiet_until,
    next_day, quiet_rev, quiet_by, next_rev, next_by, promise, promised_at, rev, changed_at)
VALUES (:community_id, :id, :place_id, :place_path, :place_text, :grid_id, :door, 0, 0, 0, '', 0,
    '', '', 0, 1, :now);
-- name: door_save     nothing changes when somebody was faster
UPDATE door SET place_path = :place_path, place_text = :place_text, grid_id = :grid_id,
    quiet_until = :quiet_until, next_day = :next_day, quiet_rev = :quiet_rev, quiet_by = :quiet_by,
    next_rev = :next_rev, next_by = :next_by, promise = :promise, promised_at = :promised_at,
    rev = rev + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND rev = :rev;
-- name: doors_wishing    to be left alone on a day, or another day
SELECT * FROM door WHERE community_id = :community_id
    AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid)
    AND (quiet_until >= :day OR next_day > :day)
ORDER BY place_path, door LIMIT 500;

-- ---- two values ----
-- name: hint_put
INSERT INTO door_hint (community_id, id, door_id, field, ours, by_name, theirs, their_name, at,
    settled_at)
VALUES (:community_id, :id, :door_id, :field, :ours, :by_name, :theirs, :their_name, :now, 0);
-- name: hints_open
SELECT * FROM door_hint WHERE community_id = :community_id AND door_id = :door_id
    AND settled_at = 0
ORDER BY id LIMIT 50;
-- name: hint
SELECT * FROM door_hint WHERE community_id = :community_id AND id = :id;
-- name: hint_settle    of one field of a door, all at once
UPDATE door_hint SET settled_at = :now WHERE community_id = :community_id AND door_id = :door_id
    AND field = :field AND settled_at = 0;

-- ---- visits ----
-- name: visit
SELECT * FROM visit WHERE community_id = :community_id AND id = :id;
-- name: visit_scoped
SELECT * FROM visit WHERE community_id = :community_id AND id = :id
    AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid);
-- name: visit_of_save    what a phone has handed in before
SELECT v.* FROM visit_event e
JOIN visit v ON v.community_id = e.community_id AND v.id = e.visit_id
WHERE e.community_id = :community_id AND e.save_key = :save_key AND e.save_key <> '';
-- name: key_of
SELECT COUNT(*) FROM visit WHERE community_id = :community_id AND id = :id AND key_hash = :key_hash;
-- name: key_put
UPDATE visit SET key_hash = :key_hash WHERE community_id = :community_id AND id = :id;
-- name: visit_insert
INSERT INTO visit (community_id, id, door_id, place_path, grid_id, reason, state,
    version, plan_day, offered_by, tries, outcome, kept, promise, key_hash, person_id, person_name,
    device_at, device_skew, visited_at, follow_at, created_at, changed_at, closed_at)
VALUES (:community_id, :id, :door_id, :place_path, :grid_id, :reason, :state, 1,
    :plan_day, :offered_by, :tries, :outcome, :kept, :promise, :key_hash, :person_id, :person_name,
    :device_at, :device_skew, :visited_at, :follow_at, :now, :now, :closed_at);
-- name: visit_save    nothing changes when somebody was faster
UPDATE visit SET state = :state, version = version + 1, grid_id = :grid_id,
    plan_day = :plan_day, offered_by = :offered_by, tries = :tries, outcome = :outcome,
    kept = :kept, promise = :promise, person_id = :person_id, person_name = :person_name,
    device_at = :device_at, device_skew = :device_skew, visited_at = :visited_at,
    follow_at = :follow_at, changed_at = :now, closed_at = :closed_at
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: open_of_door    what is planned there
SELECT * FROM visit WHERE community_id = :community_id AND door_id = :door_id AND closed_at = 0
ORDER BY id LIMIT 20;
-- name: invited_since
SELECT COUNT(*) FROM visit WHERE community_id = :community_id AND door_id = :door_id
    AND reason = 'invited' AND state NOT IN ('called_off') AND created_at >= :since_at;
-- name: due           of today and before; a door that wishes to be left alone is on no list
SELECT v.* FROM visit v
JOIN door d ON d.community_id = v.community_id AND d.id = v.door_id
WHERE v.community_id = :community_id AND v.closed_at = 0 AND v.plan_day <= :day
    AND v.place_path >= :scope_lo AND v.place_path < :scope_hi
    AND (:scope_grid = 0 OR v.grid_id = :scope_grid)
    AND d.quiet_until < :day
ORDER BY v.place_path, v.id LIMIT :most;
-- name: planned       later than today
SELECT v.* FROM visit v
JOIN door d ON d.community_id = v.community_id AND d.id = v.door_id
WHERE v.community_id = :community_id AND v.closed_at = 0 AND v.plan_day > :day
    AND v.place_path >= :scope_lo AND v.place_path < :scope_hi
    AND (:scope_grid = 0 OR v.grid_id = :scope_grid)
    AND d.quiet_until < v.plan_day
ORDER BY v.plan_day, v.place_path, v.id LIMIT :most;
-- name: saved_since    how many doors of the caller's reach were visited; of nobody in particular
SELECT COUNT(*) FROM visit WHERE community_id = :community_id AND visited_at >= :since_at
    AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid);
-- name: saved_doors    the last of them
SELECT * FROM visit WHERE community_id = :community_id AND visited_at >= :since_at
    AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid)
ORDER BY visited_at DESC, id DESC LIMIT :most;
-- name: event_put
INSERT INTO visit_event (community_id, id, visit_id, step, from_state, to_state, save_key, text,
    by_person, by_name, at)
VALUES (:community_id, :id, :visit_id, :step, :from_state, :to_state, :save_key, :text, :by_person,
    :by_name, :now);
-- name: story
SELECT e.* FROM visit_event e
JOIN visit v ON v.community_id = e.community_id AND v.id = e.visit_id
WHERE e.community_id = :community_id AND v.door_id = :door_id
ORDER BY e.id DESC LIMIT 100;

-- ---- needs raised at a door ----
-- name: need_put
INSERT INTO visit_need (community_id, id, visit_id, door_id, told_at, told_by)
VALUES (:community_id, :id, :visit_id, :door_id, 0, '');
-- name: needs_of_visit
SELECT id, door_id, told_at FROM visit_need WHERE community_id = :community_id
    AND visit_id = :visit_id
ORDER BY id LIMIT 20;
-- name: needs_of_door    not yet told what became of them
SELECT id, door_id, told_at FROM visit_need WHERE community_id = :community_id
    AND door_id = :door_id AND told_at = 0
ORDER BY id LIMIT 50;
-- name: need_told
UPDATE visit_need SET told_at = :now, told_by = :told_by WHERE community_id = :community_id
    AND id = :id AND told_at = 0;
-- name: need_untold  done again, and answered again
UPDATE visit_need SET told_at = 0, told_by = '' WHERE community_id = :community_id AND id = :id;
-- name: need_forget  a complaint, or erased: nothing ties it to a door any more
DELETE FROM visit_need WHERE community_id = :community_id AND id = :id;
-- name: need_of
SELECT id, door_id, told_at FROM visit_need WHERE community_id = :community_id AND id = :id;

-- ---- what is held of a door where a need was raised ----
-- name: mine_doors
SELECT d.* FROM door d JOIN visit_need w ON w.community_id = d.community_id AND w.door_id = d.id
WHERE d.community_id = :community_id AND w.id = :id;
-- name: mine_hints
SELECT t.* FROM door_hint t JOIN visit_need w ON w.community_id = t.community_id AND w.door_id = t.door_id
WHERE t.community_id = :community_id AND w.id = :id ORDER BY t.id LIMIT 50;
-- name: mine_visits
SELECT v.* FROM visit v JOIN visit_need w ON w.community_id = v.community_id AND w.visit_id = v.id
WHERE v.community_id = :community_id AND w.id = :id;
-- name: mine_events
SELECT e.* FROM visit_event e JOIN visit_need w ON w.community_id = e.community_id AND w.visit_id = e.visit_id
WHERE e.community_id = :community_id AND w.id = :id ORDER BY e.id LIMIT 100;
-- name: mine_needs
SELECT w.told_by AS fact, w.told_at AS from_at FROM visit_need w WHERE w.community_id = :community_id AND w.id = :id;
-- name: old
SELECT count(*) FROM visit v WHERE v.community_id = :community_id AND v.closed_at > 0 AND v.closed_at < :before
    AND (v.promise <> '' OR v.person_name <> '' OR length(v.key_hash) > 0) AND NOT EXISTS (SELECT 1 FROM visit_need w WHERE w.community_id = :community_id
        AND w.visit_id = v.id AND EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = w.id AND h.ended_at = 0));
-- name: forget         that somebody came, and what it was good for, stays
UPDATE visit SET promise = '', person_name = '', person_id = 0, key_hash = :nothing
WHERE community_id = :community_id AND id IN (
    SELECT v.id FROM visit v WHERE v.community_id = :community_id AND v.closed_at > 0 AND v.closed_at < :before
    AND (v.promise <> '' OR v.person_name <> '' OR length(v.key_hash) > 0) AND NOT EXISTS (SELECT 1 FROM visit_need w WHERE w.community_id = :community_id
        AND w.visit_id = v.id AND EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = w.id AND h.ended_at = 0)) ORDER BY v.id LIMIT :most);
-- name: events_old
SELECT count(*) FROM visit_event e JOIN visit v ON v.community_id = e.community_id AND v.id = e.visit_id
WHERE e.community_id = :community_id AND e.text <> '' AND v.closed_at > 0 AND v.closed_at < :before AND NOT EXISTS (SELECT 1 FROM visit_need w WHERE w.community_id = :community_id
        AND w.visit_id = v.id AND EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = w.id AND h.ended_at = 0));
-- name: events_forget
UPDATE visit_event SET text = '' WHERE community_id = :community_id AND id IN (SELECT e.id FROM visit_event e
    JOIN visit v ON v.community_id = e.community_id AND v.id = e.visit_id
    WHERE e.community_id = :community_id AND e.text <> '' AND v.closed_at > 0 AND v.closed_at < :before AND NOT EXISTS (SELECT 1 FROM visit_need w WHERE w.community_id = :community_id
        AND w.visit_id = v.id AND EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = w.id AND h.ended_at = 0)) ORDER BY e.id LIMIT :most);
-- name: doors_old      nobody came for so long, and no wish holds
SELECT count(*) FROM door d WHERE d.community_id = :community_id AND d.changed_at < :before AND d.promise <> ''
    AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.community_id = :community_id AND v.door_id = d.id
        AND (v.closed_at = 0 OR v.closed_at >= :before));
-- name: doors_forget
UPDATE door SET promise = '', promised_at = 0 WHERE community_id = :community_id AND id IN (SELECT d.id FROM door d
    WHERE d.community_id = :community_id AND d.changed_at < :before AND d.promise <> ''
    AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.community_id = :community_id AND v.door_id = d.id
        AND (v.closed_at = 0 OR v.closed_at >= :before)) ORDER BY d.id LIMIT :most);
-- name: hints_old      what two remembered differently
SELECT count(*) FROM door_hint t WHERE t.community_id = :community_id AND t.at < :before
    AND NOT EXISTS (SELECT 1 FROM visit_need w JOIN keep_hold h ON h.community_id = w.community_id
        AND h.subject_id = w.id WHERE w.community_id = :community_id AND w.door_id = t.door_id AND h.subject = 'need' AND h.ended_at = 0);
-- name: hints_forget
DELETE FROM door_hint WHERE community_id = :community_id AND id IN (SELECT t.id FROM door_hint t
    WHERE t.community_id = :community_id AND t.at < :before
    AND NOT EXISTS (SELECT 1 FROM visit_need w JOIN keep_hold h ON h.community_id = w.community_id
        AND h.subject_id = w.id WHERE w.community_id = :community_id AND w.door_id = t.door_id AND h.subject = 'need' AND h.ended_at = 0) ORDER BY t.id LIMIT :most);
-- name: raised_old     which matter was raised at which door
SELECT count(*) FROM visit_need x JOIN visit v ON v.community_id = x.community_id AND v.id = x.visit_id
JOIN need n ON n.community_id = x.community_id AND n.id = x.id
WHERE x.community_id = :community_id AND v.closed_at > 0 AND v.closed_at < :before
    AND n.closed_at > 0 AND n.closed_at < :before
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = x.id AND h.ended_at = 0);
-- name: raised_forget
DELETE FROM visit_need WHERE community_id = :community_id AND id IN (SELECT x.id FROM visit_need x
    JOIN visit v ON v.community_id = x.community_id AND v.id = x.visit_id
    JOIN need n ON n.community_id = x.community_id AND n.id = x.id
    WHERE x.community_id = :community_id AND v.closed_at > 0 AND v.closed_at < :before
    AND n.closed_at > 0 AND n.closed_at < :before
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = x.id AND h.ended_at = 0) ORDER BY x.id LIMIT :most);
-- name: gone_old       a door where nobody came for so long: but who asked to be left alone is, as long as he said
SELECT count(*) FROM door d WHERE d.community_id = :community_id AND d.changed_at < :before AND d.quiet_until * 86400000 < :now AND d.next_day * 86400000 < :now
    AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.community_id = :community_id AND v.door_id = d.id
        AND (v.closed_at = 0 OR v.closed_at >= :before))
    AND NOT EXISTS (SELECT 1 FROM visit_need w JOIN need n ON n.community_id = w.community_id AND n.id = w.id
        WHERE w.community_id = :community_id AND w.door_id = d.id AND (n.closed_at = 0 OR n.closed_at >= :before))
    AND NOT EXISTS (SELECT 1 FROM visit_need w JOIN keep_hold h ON h.community_id = w.community_id
        AND h.subject_id = w.id WHERE w.community_id = :community_id AND w.door_id = d.id AND h.subject = 'need' AND h.ended_at = 0);
-- name: gone_forget
DELETE FROM door WHERE community_id = :community_id AND id IN (SELECT d.id FROM door d
    WHERE d.community_id = :community_id AND d.changed_at < :before AND d.quiet_until * 86400000 < :now AND d.next_day * 86400000 < :now
    AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.community_id = :community_id AND v.door_id = d.id
        AND (v.closed_at = 0 OR v.closed_at >= :before))
    AND NOT EXISTS (SELECT 1 FROM visit_need w JOIN need n ON n.community_id = w.community_id AND n.id = w.id
        WHERE w.community_id = :community_id AND w.door_id = d.id AND (n.closed_at = 0 OR n.closed_at >= :before))
    AND NOT EXISTS (SELECT 1 FROM visit_need w JOIN keep_hold h ON h.community_id = w.community_id
        AND h.subject_id = w.id WHERE w.community_id = :community_id AND w.door_id = d.id AND h.subject = 'need' AND h.ended_at = 0) ORDER BY d.id LIMIT :most);
-- name: needs_beside   raised at the same visit and still under way
SELECT COUNT(*) FROM visit_need w JOIN need n ON n.community_id = w.community_id AND n.id = w.id
WHERE w.community_id = :community_id AND w.visit_id = :visit_id AND w.id <> :id AND n.closed_at = 0;
-- name: erase_events
UPDATE visit_event SET text = '' WHERE community_id = :community_id AND visit_id = :visit_id AND text <> '';

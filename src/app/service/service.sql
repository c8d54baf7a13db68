-- service.sql: every statement on the tables service*.

-- ---- guides ----
-- name: load
SELECT * FROM service WHERE community_id = :community_id AND id = :id;
-- name: by_slug
SELECT * FROM service WHERE community_id = :community_id AND slug = :slug;
-- name: shown        what is shown, without what a list does not need
SELECT id, slug, title, event, words, dept, who_may, bring, takes, work_days, contact, lane, state, has_errand,
    form_name, version, changed_at FROM service
WHERE community_id = :community_id AND state = 'on' AND (:event = '' OR event = :event)
ORDER BY event, title, id LIMIT 3000;
-- name: counts
SELECT event, COUNT(*) AS work_days FROM service
WHERE community_id = :community_id AND state = 'on' GROUP BY event;
-- name: everything   for staff and for lists that are compared: whatever the state
SELECT * FROM service WHERE community_id = :community_id ORDER BY id LIMIT 6000;
-- name: find         the newest change first
SELECT id, slug, title, event, dept, state, takes, work_days, bring, checked_at, checked_name, version, changed_at
FROM service
WHERE community_id = :community_id AND (:state = '' OR state = :state)
    AND (:stale = 0 OR (state = 'on' AND checked_at < :stale))
    AND (changed_at < :at OR (changed_at = :at AND id < :id))
ORDER BY changed_at DESC, id DESC LIMIT :most;
-- name: insert
INSERT INTO service (community_id, id, slug, title, event, words, dept, who_may, bring, steps, takes, work_days,
    fee, basis, contact, link, note, form_name, fields, lane, has_errand, state, checked_at, checked_name,
    version, created_at, changed_at)
VALUES (:community_id, :id, :slug, :title, :event, :words, :dept, :who_may, :bring, :steps, :takes, :work_days,
    :fee, :basis, :contact, :link, :note, :form_name, :fields, :lane, :has_errand, :state, :checked_at,
    :checked_name, 1, :now, :now);
-- name: save         nothing changes when somebody was faster
UPDATE service SET title = :title, event = :event, words = :words, dept = :dept, who_may = :who_may, bring = :bring,
    steps = :steps, takes = :takes, work_days = :work_days, fee = :fee, basis = :basis, contact = :contact,
    link = :link, note = :note, form_name = :form_name, fields = :fields, lane = :lane, has_errand = :has_errand,
    state = :state, checked_at = :checked_at, checked_name = :checked_name,
    version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: drop         a guide that a list brought and nobody touched
DELETE FROM service WHERE community_id = :community_id AND id = :id AND version = :version;

-- name: used         of those that a list brought: named by somebody's ticket or errand
SELECT service_id AS id FROM service_ticket WHERE community_id = :community_id AND service_id IN (SELECT r.service_id
    FROM service_import_row r WHERE r.community_id = :community_id AND r.import_id = :import_id)
UNION SELECT service_id AS id FROM service_errand WHERE community_id = :community_id AND service_id IN (SELECT r.service_id
    FROM service_import_row r WHERE r.community_id = :community_id AND r.import_id = :import_id);

-- ---- lists ----
-- name: import_put
INSERT INTO service_import (community_id, id, name, rows_new, rows_changed, rows_bad, problems, goes_on, by_person,
    by_name, at, undone_at)
VALUES (:community_id, :id, :name, 0, 0, :rows_bad, '', :goes_on, :who_id, :by_name, :now, 0);
-- name: import_get
SELECT * FROM service_import WHERE community_id = :community_id AND id = :id AND undone_at = 0;
-- name: import_counts
UPDATE service_import SET rows_new = rows_new + :n_new, rows_changed = rows_changed + :n_changed,
    rows_bad = rows_bad + :n_bad, problems = problems || :problems
WHERE community_id = :community_id AND id = :id;
-- name: imports
SELECT i.*,
    (SELECT COUNT(*) FROM service_import_row r JOIN service s ON s.community_id = r.community_id
        AND s.id = r.service_id AND s.version = r.version
     WHERE r.community_id = i.community_id AND r.import_id = i.id) AS untouched,
    (SELECT COALESCE(CAST(SUM(p.guides) AS BIGINT), 0) FROM service_import_part p
     WHERE p.community_id = i.community_id AND p.import_id = i.id) AS waiting
FROM service_import i WHERE i.community_id = :community_id ORDER BY i.id DESC LIMIT 20;
-- name: import_undone
UPDATE service_import SET undone_at = :now WHERE community_id = :community_id AND id = :id AND undone_at = 0;
-- name: import_row
INSERT INTO service_import_row (community_id, import_id, service_id, version, was)
VALUES (:community_id, :import_id, :service_id, :version, :was);
-- name: import_rows  those that are as the list left them
SELECT r.service_id AS id, r.version, r.was AS rows FROM service_import_row r
JOIN service s ON s.community_id = r.community_id AND s.id = r.service_id AND s.version = r.version
WHERE r.community_id = :community_id AND r.import_id = :import_id ORDER BY r.service_id;
-- name: import_part_put
INSERT INTO service_import_part (community_id, id, import_id, rows, guides)
VALUES (:community_id, :id, :import_id, :rows, :guides);
-- name: import_part
SELECT id, rows FROM service_import_part WHERE community_id = :community_id AND import_id = :import_id
ORDER BY id LIMIT 1;
-- name: import_part_drop
DELETE FROM service_import_part WHERE community_id = :community_id AND id = :id;
-- name: import_parts_drop
DELETE FROM service_import_part WHERE community_id = :community_id AND import_id = :import_id;

-- ---- where ----
-- name: sites
SELECT site_id AS id, days FROM service_site WHERE community_id = :community_id AND service_id = :service_id
ORDER BY site_id;
-- name: site_put
INSERT INTO service_site (community_id, service_id, site_id, days) VALUES (:community_id, :service_id, :site_id, :days);
-- name: sites_drop
DELETE FROM service_site WHERE community_id = :community_id AND service_id = :service_id;

-- ---- queues ----
-- name: lane
SELECT l.*, (SELECT COUNT(*) FROM service_ticket t WHERE t.community_id = l.community_id AND t.lane_id = l.id
        AND t.state = 'waiting') AS waiting,
    (SELECT COUNT(*) FROM service_ticket t WHERE t.community_id = l.community_id AND t.lane_id = l.id
        AND t.state IN ('called', 'serving')) AS serving
FROM service_lane l WHERE l.community_id = :community_id AND l.id = :id;
-- name: lanes
SELECT l.*, (SELECT COUNT(*) FROM service_ticket t WHERE t.community_id = l.community_id AND t.lane_id = l.id
        AND t.state = 'waiting') AS waiting,
    (SELECT COUNT(*) FROM service_ticket t WHERE t.community_id = l.community_id AND t.lane_id = l.id
        AND t.state IN ('called', 'serving')) AS serving
FROM service_lane l WHERE l.community_id = :community_id AND (:site_id = 0 OR l.site_id = :site_id)
ORDER BY l.site_id, l.letter, l.id LIMIT 200;
-- name: lane_for
SELECT * FROM service_lane WHERE community_id = :community_id AND site_id = :site_id AND code = :code AND is_open = 1;
-- name: lane_insert
INSERT INTO service_lane (community_id, id, site_id, code, letter, name, counters, slot_minutes, slot_places, book_days,
    is_open, version, changed_at)
VALUES (:community_id, :id, :site_id, :code, :letter, :name, :counters, :slot_minutes, :slot_places, :book_days,
    :is_open, 1, :now);
-- name: lane_save
UPDATE service_lane SET letter = :letter, name = :name, counters = :counters, slot_minutes = :slot_minutes,
    slot_places = :slot_places, book_days = :book_days, is_open = :is_open, version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: slots_held   how many places of each time are held
SELECT slot_at AS at, COUNT(*) AS left FROM service_ticket
WHERE community_id = :community_id AND lane_id = :lane_id AND slot_no > 0 AND slot_at >= :from_at
GROUP BY slot_at ORDER BY slot_at LIMIT 2000;
-- name: slot_numbers
SELECT slot_no FROM service_ticket
WHERE community_id = :community_id AND lane_id = :lane_id AND slot_at = :slot_at AND slot_no > 0 ORDER BY slot_no;
-- name: count_up
INSERT INTO service_count (community_id, lane_id, day, n) VALUES (:community_id, :lane_id, :day, 1)
ON CONFLICT (community_id, lane_id, day) DO UPDATE SET n = service_count.n + 1 RETURNING n;
-- name: counts_drop
DELETE FROM service_count WHERE community_id = :community_id AND day < :day;

-- ---- tickets ----
-- name: ticket
SELECT t.*, l.letter, l.name AS lane_name, COALESCE(s.title, '') AS title FROM service_ticket t
JOIN service_lane l ON l.community_id = t.community_id AND l.id = t.lane_id
LEFT JOIN service s ON s.community_id = t.community_id AND s.id = t.service_id
WHERE t.community_id = :community_id AND t.id = :id;
-- name: ticket_key
SELECT COUNT(*) FROM service_ticket WHERE community_id = :community_id AND id = :id AND key_hash = :key_hash;
-- name: ticket_of_key
SELECT id FROM service_ticket WHERE community_id = :community_id AND key_hash = :key_hash;
-- name: ticket_booked
SELECT id FROM service_ticket WHERE community_id = :community_id AND site_id = :site_id AND day = :day
    AND booking = :booking AND booking <> '';
-- name: ticket_insert     one who booked: a place that somebody else has just taken is left to him
INSERT INTO service_ticket (community_id, id, lane_id, site_id, day, number, booking, service_id, origin, state, version,
    slot_at, slot_no, turn_at, counter, calls, served_by, said, missing, due_at, need_id, rating, rated_how, rated_at,
    key_hash, taken_at, called_at, served_at, ended_at, created_at, changed_at)
VALUES (:community_id, :id, :lane_id, :site_id, :day, :number, :booking, :service_id, :origin, :state, 1,
    :slot_at, :slot_no, :turn_at, 0, 0, 0, '', '', 0, 0, '', '', 0, :key_hash, :taken_at, 0, 0, 0, :now, :now)
ON CONFLICT DO NOTHING;
-- name: ticket_save
UPDATE service_ticket SET day = :day, number = :number, service_id = :service_id, state = :state, slot_no = :slot_no,
    turn_at = :turn_at, counter = :counter, calls = :calls, served_by = :served_by, said = :said, missing = :missing,
    due_at = :due_at, need_id = :need_id, rating = :rating, rated_how = :rated_how, rated_at = :rated_at,
    taken_at = :taken_at, called_at = :called_at, served_at = :served_at, ended_at = :ended_at,
    version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: queue            in the order of calling: whose time has come, then who booked for later
SELECT t.*, l.letter, l.name AS lane_name, COALESCE(s.title, '') AS title FROM service_ticket t
JOIN service_lane l ON l.community_id = t.community_id AND l.id = t.lane_id
LEFT JOIN service s ON s.community_id = t.community_id AND s.id = t.service_id
WHERE t.community_id = :community_id AND t.lane_id = :lane_id AND t.state = 'waiting'
ORDER BY CASE WHEN t.slot_at > :now THEN 1 ELSE 0 END, t.turn_at, t.id LIMIT :most;
-- name: before
SELECT COUNT(*) FROM service_ticket WHERE community_id = :community_id AND lane_id = :lane_id AND state = 'waiting'
    AND id <> :id AND slot_at <= :soon AND (turn_at < :turn_at OR (turn_at = :turn_at AND id < :id));
-- name: back_turn        of the ticket behind which one stands who comes back
SELECT turn_at AS id FROM service_ticket WHERE community_id = :community_id AND lane_id = :lane_id AND state = 'waiting'
    AND slot_at <= :now ORDER BY turn_at, id LIMIT 1 OFFSET :places;
-- name: pace             how long the last ones took, and at how many counters
SELECT COUNT(*) AS taken, COALESCE(CAST(SUM(ended_at - called_at) AS BIGINT), 0) AS wait_minutes,
    COUNT(DISTINCT counter) AS booked
FROM (SELECT ended_at, called_at, counter FROM service_ticket
    WHERE community_id = :community_id AND lane_id = :lane_id AND day = :day AND ended_at > called_at AND called_at > 0
    ORDER BY ended_at DESC LIMIT 20) AS last_ones;
-- name: now
SELECT t.*, l.letter, l.name AS lane_name, '' AS title FROM service_ticket t
JOIN service_lane l ON l.community_id = t.community_id AND l.id = t.lane_id
WHERE t.community_id = :community_id AND t.day = :day AND (:site_id = 0 OR t.site_id = :site_id)
    AND (:lane_id = 0 OR t.lane_id = :lane_id) AND t.state IN ('called', 'serving')
ORDER BY t.called_at DESC, t.id DESC LIMIT :most;
-- name: at_counter       who stands there
SELECT id FROM service_ticket WHERE community_id = :community_id AND lane_id = :lane_id AND counter = :counter
    AND state IN ('called', 'serving') ORDER BY called_at DESC LIMIT 1;
-- name: accepted         at the sites within the caller's reach
SELECT t.*, l.letter, l.name AS lane_name, COALESCE(s.title, '') AS title FROM service_ticket t
JOIN service_lane l ON l.community_id = t.community_id AND l.id = t.lane_id
JOIN site w ON w.community_id = t.community_id AND w.id = t.site_id
JOIN place p ON p.community_id = w.community_id AND p.id = w.place_id
LEFT JOIN service s ON s.community_id = t.community_id AND s.id = t.service_id
WHERE t.community_id = :community_id AND t.state = 'accepted' AND p.path >= :scope_lo AND p.path < :scope_hi
ORDER BY t.due_at, t.id LIMIT 200;
-- name: at_site_accepted without a result
SELECT COUNT(*) FROM service_ticket WHERE community_id = :community_id AND site_id = :site_id AND state = 'accepted';
-- name: at_site_open     of today and later
SELECT COUNT(*) FROM service_ticket WHERE community_id = :community_id AND site_id = :site_id AND day >= :today
    AND state IN ('booked', 'waiting', 'called', 'serving', 'absent');
-- name: to_ask           likewise
SELECT t.*, l.letter, l.name AS lane_name, COALESCE(s.title, '') AS title FROM service_ticket t
JOIN service_lane l ON l.community_id = t.community_id AND l.id = t.lane_id
JOIN site w ON w.community_id = t.community_id AND w.id = t.site_id
JOIN place p ON p.community_id = w.community_id AND p.id = w.place_id
LEFT JOIN service s ON s.community_id = t.community_id AND s.id = t.service_id
WHERE t.community_id = :community_id AND p.path >= :scope_lo AND p.path < :scope_hi AND t.day = :day AND t.rating = '' AND t.served_by <> :who_id
    AND t.state IN ('done', 'accepted', 'missing', 'referred', 'cannot')
ORDER BY t.ended_at DESC, t.id DESC LIMIT 50;
-- name: left_over        of days that are over
SELECT id FROM service_ticket WHERE community_id = :community_id AND day <= :day
    AND state IN ('booked', 'waiting', 'called', 'serving', 'absent') ORDER BY id LIMIT 5000;
-- name: forget_who
UPDATE service_ticket SET served_by = 0 WHERE community_id = :community_id AND day <= :day AND served_by <> 0
    AND state <> 'accepted';
-- name: tickets_drop
DELETE FROM service_ticket WHERE community_id = :community_id AND day < :day AND state <> 'accepted'
    AND ended_at < :ended_at;

-- ---- how many came ----
-- name: day_count
SELECT COUNT(CASE WHEN number > 0 THEN 1 END) AS taken,
    COUNT(CASE WHEN number > 0 AND slot_at > 0 THEN 1 END) AS booked,
    COUNT(CASE WHEN state = 'done' THEN 1 END) AS done, COUNT(CASE WHEN state = 'accepted' THEN 1 END) AS accepted,
    COUNT(CASE WHEN state = 'missing' THEN 1 END) AS missing, COUNT(CASE WHEN state = 'referred' THEN 1 END) AS referred,
    COUNT(CASE WHEN state = 'cannot' THEN 1 END) AS cannot,
    COUNT(CASE WHEN state = 'left' AND number > 0 THEN 1 END) AS gone,
    COUNT(CASE WHEN state = 'missed' THEN 1 END) AS missed, COUNT(CASE WHEN called_at > 0 THEN 1 END) AS waited,
    COALESCE(CAST(SUM(CASE WHEN called_at > 0 AND slot_at > taken_at AND called_at > slot_at THEN called_at - slot_at
        WHEN called_at > 0 AND slot_at > taken_at THEN 0
        WHEN called_at > 0 THEN called_at - taken_at ELSE 0 END) AS BIGINT), 0) / 60000 AS wait_minutes,
    COUNT(CASE WHEN rating <> '' THEN 1 END) AS rated,
    COUNT(CASE WHEN rating IN ('very_satisfied', 'satisfied', 'basic') THEN 1 END) AS satisfied
FROM service_ticket WHERE community_id = :community_id AND day = :day AND lane_id = :lane_id;
-- name: day_items
SELECT service_id, COUNT(*) AS n FROM service_ticket
WHERE community_id = :community_id AND site_id = :site_id AND day = :day AND number > 0 GROUP BY service_id;
-- name: day_put          once more is the same
INSERT INTO service_day (community_id, lane_id, day, site_id, taken, booked, done, accepted, missing, referred, cannot,
    gone, missed, waited, wait_minutes, rated, satisfied)
VALUES (:community_id, :lane_id, :day, :site_id, :taken, :booked, :done, :accepted, :missing, :referred, :cannot,
    :gone, :missed, :waited, :wait_minutes, :rated, :satisfied)
ON CONFLICT (community_id, lane_id, day) DO UPDATE SET taken = excluded.taken, booked = excluded.booked,
    done = excluded.done, accepted = excluded.accepted, missing = excluded.missing, referred = excluded.referred,
    cannot = excluded.cannot, gone = excluded.gone, missed = excluded.missed, waited = excluded.waited,
    wait_minutes = excluded.wait_minutes, rated = excluded.rated, satisfied = excluded.satisfied;
-- name: day_item_put
INSERT INTO service_day_item (community_id, site_id, day, service_id, n)
VALUES (:community_id, :site_id, :day, :service_id, :n)
ON CONFLICT (community_id, site_id, day, service_id) DO UPDATE SET n = excluded.n;
-- name: days
SELECT day, CAST(SUM(taken) AS BIGINT) AS taken, CAST(SUM(booked) AS BIGINT) AS booked, CAST(SUM(done) AS BIGINT) AS done,
    CAST(SUM(accepted) AS BIGINT) AS accepted, CAST(SUM(missing) AS BIGINT) AS missing,
    CAST(SUM(referred) AS BIGINT) AS referred, CAST(SUM(cannot) AS BIGINT) AS cannot, CAST(SUM(gone) AS BIGINT) AS gone,
    CAST(SUM(missed) AS BIGINT) AS missed, CAST(SUM(waited) AS BIGINT) AS waited,
    CAST(SUM(wait_minutes) AS BIGINT) AS wait_minutes, CAST(SUM(rated) AS BIGINT) AS rated,
    CAST(SUM(satisfied) AS BIGINT) AS satisfied
FROM service_day WHERE community_id = :community_id AND (:site_id = 0 OR site_id = :site_id)
    AND day >= :from_day AND day <= :to_day GROUP BY day ORDER BY day DESC LIMIT 400;
-- name: sum
SELECT COALESCE(CAST(SUM(taken) AS BIGINT), 0) AS taken, COALESCE(CAST(SUM(booked) AS BIGINT), 0) AS booked,
    COALESCE(CAST(SUM(done) AS BIGINT), 0) AS done, COALESCE(CAST(SUM(accepted) AS BIGINT), 0) AS accepted,
    COALESCE(CAST(SUM(missing) AS BIGINT), 0) AS missing, COALESCE(CAST(SUM(referred) AS BIGINT), 0) AS referred,
    COALESCE(CAST(SUM(cannot) AS BIGINT), 0) AS cannot, COALESCE(CAST(SUM(gone) AS BIGINT), 0) AS gone,
    COALESCE(CAST(SUM(missed) AS BIGINT), 0) AS missed, COALESCE(CAST(SUM(waited) AS BIGINT), 0) AS waited,
    COALESCE(CAST(SUM(wait_minutes) AS BIGINT), 0) AS wait_minutes, COALESCE(CAST(SUM(rated) AS BIGINT), 0) AS rated,
    COALESCE(CAST(SUM(satisfied) AS BIGINT), 0) AS satisfied
FROM service_day WHERE community_id = :community_id AND (:site_id = 0 OR site_id = :site_id)
    AND day >= :from_day AND day <= :to_day;
-- name: items
SELECT i.service_id, COALESCE(s.title, '') AS title, CAST(SUM(i.n) AS BIGINT) AS n FROM service_day_item i
LEFT JOIN service s ON s.community_id = i.community_id AND s.id = i.service_id
WHERE i.community_id = :community_id AND (:site_id = 0 OR i.site_id = :site_id)
    AND i.day >= :from_day AND i.day <= :to_day
GROUP BY i.service_id, s.title ORDER BY n DESC, i.service_id LIMIT 100;

-- ---- the wall display ----
-- name: screen_put
INSERT INTO service_screen (community_id, site_id, key_hash, made_name, made_at)
VALUES (:community_id, :site_id, :key_hash, :made_name, :now)
ON CONFLICT (community_id, site_id) DO UPDATE SET key_hash = excluded.key_hash, made_name = excluded.made_name,
    made_at = excluded.made_at;
-- name: screen_check
SELECT COUNT(*) FROM service_screen WHERE community_id = :community_id AND site_id = :site_id AND key_hash = :key_hash;

-- ---- errands ----
-- name: errand
SELECT * FROM service_errand WHERE community_id = :community_id AND id = :id;
-- name: errand_scoped
SELECT * FROM service_errand WHERE community_id = :community_id AND id = :id
    AND place_path >= :scope_lo AND place_path < :scope_hi AND (:scope_grid = 0 OR grid_id = :scope_grid);
-- name: errand_of_key
SELECT id FROM service_errand WHERE community_id = :community_id AND key_hash = :key_hash;
-- name: errand_key
SELECT COUNT(*) FROM service_errand WHERE community_id = :community_id AND id = :id AND key_hash = :key_hash;
-- name: errands_open     the earliest promise first
SELECT * FROM service_errand WHERE community_id = :community_id AND closed_at = 0
    AND place_path >= :scope_lo AND place_path < :scope_hi AND (:scope_grid = 0 OR grid_id = :scope_grid)
ORDER BY promise_at, id LIMIT 200;
-- name: errands_closed
SELECT * FROM service_errand WHERE community_id = :community_id AND closed_at > 0
    AND place_path >= :scope_lo AND place_path < :scope_hi AND (:scope_grid = 0 OR grid_id = :scope_grid)
ORDER BY closed_at DESC, id DESC LIMIT 200;
-- name: errand_insert
INSERT INTO service_errand (community_id, id, number, service_id, title, state, version, name, contact, place_id,
    place_path, grid_id, place_text, door, agreed_how, agreed_at, until_day, helper_id, helper_name, promise_at, outcome,
    said, need_id, rating, rated_at, key_hash, created_at, changed_at, closed_at)
VALUES (:community_id, :id, :number, :service_id, :title, :state, 1, :name, :contact, :place_id,
    :place_path, :grid_id, :place_text, :door, '', 0, 0, 0, '', :promise_at, '', '', 0, '', 0, :key_hash, :now, :now, 0);
-- name: errand_save
UPDATE service_errand SET state = :state, name = :name, contact = :contact, door = :door, agreed_how = :agreed_how,
    agreed_at = :agreed_at, until_day = :until_day, helper_id = :helper_id, helper_name = :helper_name,
    promise_at = :promise_at, outcome = :outcome, said = :said, need_id = :need_id, rating = :rating,
    rated_at = :rated_at, closed_at = :closed_at, version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: errand_papers
SELECT * FROM service_errand_paper WHERE community_id = :community_id AND errand_id = :errand_id ORDER BY id;
-- name: errand_paper_put
INSERT INTO service_errand_paper (community_id, id, errand_id, name, received_at, returned_at)
VALUES (:community_id, :id, :errand_id, :name, 0, 0);
-- name: errand_papers_received
UPDATE service_errand_paper SET received_at = :now WHERE community_id = :community_id AND errand_id = :errand_id
    AND received_at = 0;
-- name: errand_papers_returned
UPDATE service_errand_paper SET returned_at = :now WHERE community_id = :community_id AND errand_id = :errand_id
    AND received_at > 0 AND returned_at = 0;
-- name: errand_event_put
INSERT INTO service_errand_event (community_id, id, errand_id, step, from_state, to_state, text, by_person, by_name, at)
VALUES (:community_id, :id, :errand_id, :step, :from_state, :to_state, :text, :who_id, :by_name, :now);
-- name: errand_events
SELECT * FROM service_errand_event WHERE community_id = :community_id AND errand_id = :errand_id ORDER BY id LIMIT 200;

-- name: errand_forget
UPDATE service_errand SET place_text = '', key_hash = :key_hash WHERE community_id = :community_id AND id = :id;
-- name: errand_papers_forget    that so many came home again stays
UPDATE service_errand_paper SET name = '' WHERE community_id = :community_id AND errand_id = :errand_id;
-- name: errand_events_forget
UPDATE service_errand_event SET text = '' WHERE community_id = :community_id AND errand_id = :errand_id AND text <> '';
-- name: errand_sealed_some
SELECT id, name, contact, door FROM service_errand WHERE community_id = :community_id AND id > :after
ORDER BY id LIMIT :most;
-- name: errand_sealed_put
UPDATE service_errand SET name = :name, contact = :contact, door = :door
WHERE community_id = :community_id AND id = :id;

-- ---- what is held of who has an errand done ----
-- name: mine
SELECT * FROM service_errand WHERE community_id = :community_id AND id = :id;
-- name: mine_papers
SELECT * FROM service_errand_paper WHERE community_id = :community_id AND errand_id = :id ORDER BY id LIMIT 100;
-- name: mine_events
SELECT * FROM service_errand_event WHERE community_id = :community_id AND errand_id = :id ORDER BY id LIMIT 100;
-- name: mine_find
SELECT COALESCE(max(id), 0) FROM service_errand WHERE community_id = :community_id AND number = :number;
-- name: mine_number
SELECT number FROM service_errand WHERE community_id = :community_id AND id = :id;
-- name: mine_since
SELECT COALESCE(max(closed_at), 0) FROM service_errand WHERE community_id = :community_id AND id = :id;
-- name: fix_name
UPDATE service_errand SET name = :name WHERE community_id = :community_id AND id = :id AND closed_at = 0;
-- name: fix_contact
UPDATE service_errand SET contact = :contact WHERE community_id = :community_id AND id = :id AND closed_at = 0;
-- name: fix_door
UPDATE service_errand SET door = :door WHERE community_id = :community_id AND id = :id AND closed_at = 0;

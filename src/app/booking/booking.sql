-- booking.sql: every statement on booking*; reads site.

-- ---- spaces ----
-- name: spaces
SELECT s.*, i.code AS site_code, i.name AS site_name FROM booking_space s
JOIN site i ON i.community_id = s.community_id AND i.id = s.site_id AND i.active_to = 0
WHERE s.community_id = :community_id AND (:site_id = 0 OR s.site_id = :site_id) AND s.active_to = 0
ORDER BY i.tier, i.code, s.floor, s.name, s.id LIMIT 400;
-- name: space
SELECT s.*, i.code AS site_code, i.name AS site_name FROM booking_space s
JOIN site i ON i.community_id = s.community_id AND i.id = s.site_id AND i.active_to = 0
WHERE s.community_id = :community_id AND s.id = :id AND s.active_to = 0;
-- name: space_add
INSERT INTO booking_space (community_id, id, site_id, part_id, place_path, name, floor, about, equipment, fee,
    rules, capacity, least_minutes, most_minutes, ahead_days, auto_heads, auto_minutes, door_code, version,
    created_at, changed_at, changed_name, active_to)
VALUES (:community_id, :id, :site_id, :part_id, :place_path, :name, :floor, :about, :equipment, :fee, :rules,
    :capacity, :least_minutes, :most_minutes, :ahead_days, :auto_heads, :auto_minutes, :door_code, 1, :now,
    :now, :changed_name, 0);
-- name: space_save
UPDATE booking_space SET place_path = :place_path, part_id = :part_id, name = :name, floor = :floor, about = :about,
    equipment = :equipment, fee = :fee, rules = :rules, capacity = :capacity, least_minutes = :least_minutes,
    most_minutes = :most_minutes, ahead_days = :ahead_days, auto_heads = :auto_heads,
    auto_minutes = :auto_minutes, door_code = :door_code, version = version + 1, changed_at = :now,
    changed_name = :changed_name
WHERE community_id = :community_id AND id = :id AND version = :version AND active_to = 0;
-- name: space_end
UPDATE booking_space SET active_to = :now, version = version + 1, changed_at = :now,
    changed_name = :changed_name
WHERE community_id = :community_id AND id = :id AND active_to = 0;
-- name: spaces_moved     with their site
UPDATE booking_space SET place_path = :path
WHERE community_id = :community_id AND site_id = :site_id AND place_path <> :path;
-- name: hours
SELECT day, spans FROM booking_hours WHERE community_id = :community_id AND space_id = :space_id
ORDER BY day LIMIT 20;
-- name: site_hours    of all spaces of a site
SELECT h.space_id, h.day, h.spans FROM booking_space s
JOIN booking_hours h ON h.community_id = s.community_id AND h.space_id = s.id
WHERE s.community_id = :community_id AND s.site_id = :site_id AND s.active_to = 0
ORDER BY h.space_id, h.day LIMIT 1000;
-- name: hours_clear
DELETE FROM booking_hours WHERE community_id = :community_id AND space_id = :space_id;
-- name: hours_add
INSERT INTO booking_hours (community_id, id, space_id, day, spans)
VALUES (:community_id, :id, :space_id, :day, :spans);
-- name: windows
SELECT id, space_id, kind, weekday, from_minute, till_minute FROM booking_window
WHERE community_id = :community_id AND space_id = :space_id AND ended_at = 0
ORDER BY weekday, from_minute, id LIMIT 40;
-- name: site_windows  of all spaces of a site
SELECT w.id, w.space_id, w.kind, w.weekday, w.from_minute, w.till_minute FROM booking_space s
JOIN booking_window w ON w.community_id = s.community_id AND w.space_id = s.id AND w.ended_at = 0
WHERE s.community_id = :community_id AND s.site_id = :site_id AND s.active_to = 0
ORDER BY w.space_id, w.weekday, w.from_minute, w.id LIMIT 2400;
-- name: window
SELECT id, space_id, kind, weekday, from_minute, till_minute FROM booking_window
WHERE community_id = :community_id AND id = :id AND ended_at = 0;
-- name: window_add
INSERT INTO booking_window (community_id, id, space_id, kind, weekday, from_minute, till_minute, ended_at)
VALUES (:community_id, :id, :space_id, :kind, :weekday, :from_minute, :till_minute, 0);
-- name: window_end
UPDATE booking_window SET ended_at = :now WHERE community_id = :community_id AND id = :id AND ended_at = 0;
-- name: rule
SELECT id AS site_id, per_month, early_minutes, free_hours, idle_hours, confirm_hours, draw_days, absences,
    absence_days, phone_days, version FROM booking_rule WHERE community_id = :community_id AND id = :site_id;
-- name: rule_add
INSERT INTO booking_rule (community_id, id, per_month, early_minutes, free_hours, idle_hours, confirm_hours,
    draw_days, absences, absence_days, phone_days, version)
VALUES (:community_id, :site_id, :per_month, :early_minutes, :free_hours, :idle_hours, :confirm_hours,
    :draw_days, :absences, :absence_days, :phone_days, 1);
-- name: rule_save
UPDATE booking_rule SET per_month = :per_month, early_minutes = :early_minutes, free_hours = :free_hours,
    idle_hours = :idle_hours, confirm_hours = :confirm_hours, draw_days = :draw_days, absences = :absences,
    absence_days = :absence_days, phone_days = :phone_days, version = version + 1
WHERE community_id = :community_id AND id = :site_id AND version = :version;

-- ---- who has it when: see the table ----
-- name: claim         what of it is free; the caller looks whether that was all
INSERT INTO booking_slot (community_id, space_id, slot, holder_id)
WITH RECURSIVE quarter (slot) AS (
    SELECT CAST(:first AS BIGINT) UNION ALL SELECT slot + 1 FROM quarter WHERE slot < :last)
SELECT CAST(:community_id AS BIGINT), CAST(:space_id AS BIGINT), slot, CAST(:holder_id AS BIGINT)
FROM quarter WHERE true
ON CONFLICT DO NOTHING;
-- name: let_go
DELETE FROM booking_slot WHERE community_id = :community_id AND space_id = :space_id
    AND slot >= :first AND slot <= :last AND holder_id = :holder_id;
-- name: runs
SELECT space_id, holder_id, MIN(slot) AS first, MAX(slot) AS last FROM booking_slot
WHERE community_id = :community_id AND space_id = :space_id AND slot >= :first AND slot <= :last
GROUP BY space_id, holder_id ORDER BY MIN(slot) LIMIT 3000;
-- name: site_runs
SELECT s.id AS space_id, k.holder_id, MIN(k.slot) AS first, MAX(k.slot) AS last
FROM booking_space s JOIN booking_slot k ON k.community_id = s.community_id AND k.space_id = s.id
    AND k.slot >= :first AND k.slot <= :last
WHERE s.community_id = :community_id AND s.site_id = :site_id AND s.active_to = 0
GROUP BY s.id, k.holder_id ORDER BY s.id, MIN(k.slot) LIMIT 3000;
-- name: held          quarters, of a space, that are not over
SELECT COUNT(*) FROM booking_slot
WHERE community_id = :community_id AND space_id = :space_id AND slot >= :first;
-- name: free_spaces   of the site, for so many heads, in all of this time; the smallest first
SELECT s.*, i.code AS site_code, i.name AS site_name FROM booking_space s
JOIN site i ON i.community_id = s.community_id AND i.id = s.site_id
WHERE s.community_id = :community_id AND s.site_id = :site_id AND s.active_to = 0 AND s.id <> :space_id
    AND s.capacity >= :heads AND NOT EXISTS (SELECT 1 FROM booking_slot k
        WHERE k.community_id = :community_id AND k.space_id = s.id AND k.slot >= :first AND k.slot <= :last)
ORDER BY s.capacity, s.id LIMIT 6;

-- ---- parties ----
-- name: party_add
INSERT INTO booking_party (community_id, id, number, word, key_hash, client_key, kind, name, contact,
    group_name, contact_key, channel, entered_by, created_at, forgotten_at)
VALUES (:community_id, :id, :number, :word, :key_hash, :client_key, :kind, :name, :contact, :group_name,
    :contact_key, :channel, :entered_by, :now, 0);
-- name: party
SELECT id, number, word, kind, name, contact, group_name, channel, entered_by, created_at, forgotten_at
FROM booking_party WHERE community_id = :community_id AND id = :id;
-- name: party_by_number
SELECT id, number, word, kind, name, contact, group_name, channel, entered_by, created_at, forgotten_at
FROM booking_party WHERE community_id = :community_id AND number = :number;
-- name: party_by_client
SELECT id, number, word, kind, name, contact, group_name, channel, entered_by, created_at, forgotten_at
FROM booking_party WHERE community_id = :community_id AND client_key = :client_key;
-- name: key_of
SELECT COUNT(*) FROM booking_party
WHERE community_id = :community_id AND id = :id AND key_hash = :key_hash;
-- name: last_of_party
SELECT COALESCE(MAX(to_at), 0) FROM booking WHERE community_id = :community_id AND party_id = :id;
-- name: forget        the hash stays with those who stayed away, until it counts no longer
UPDATE booking_party SET name = :nothing, contact = :nothing, group_name = '', word = '', key_hash = :nothing,
    client_key = NULL, forgotten_at = :now,
    contact_key = CASE WHEN EXISTS (SELECT 1 FROM booking b WHERE b.community_id = :community_id
        AND b.party_id = booking_party.id AND b.state = 'absent') THEN contact_key ELSE :nothing END
WHERE community_id = :community_id AND id = :id AND forgotten_at = 0;
-- name: forget_words     nobody can be told any more
UPDATE booking SET tell = 0, title = '', wish = '', adult = :nothing, reason = '', condition_note = ''
WHERE community_id = :community_id AND party_id = :id;
-- name: forget_story   what happened stays, not what was said
UPDATE booking_event SET text = '' WHERE community_id = :community_id AND text <> '' AND booking_id IN (
    SELECT id FROM booking WHERE community_id = :community_id AND party_id = :id);
-- name: forget_count
UPDATE booking_party SET contact_key = :nothing WHERE community_id = :community_id AND id = :id;
-- name: in_month      what counts of a telephone at a site
SELECT COUNT(*) FROM booking_party p
JOIN booking b ON b.community_id = p.community_id AND b.party_id = p.id
WHERE p.community_id = :community_id AND p.contact_key = :contact_key AND b.site_id = :site_id
    AND b.series_id = 0 AND b.is_idle = 0 AND b.from_at >= :from_at AND b.from_at < :to_at
    AND (b.state IN ('review', 'booked', 'offered', 'using', 'done', 'closed', 'absent') OR b.is_late = 1);
-- name: absences      of a telephone at a site, the last first
SELECT b.from_at AS at FROM booking_party p
JOIN booking b ON b.community_id = p.community_id AND b.party_id = p.id
WHERE p.community_id = :community_id AND p.contact_key = :contact_key AND b.site_id = :site_id
    AND b.state = 'absent' AND b.from_at >= :since
ORDER BY b.from_at DESC LIMIT 50;
-- name: contact_key
SELECT contact_key AS text FROM booking_party WHERE community_id = :community_id AND id = :id;

-- ---- bookings ----
-- name: add
INSERT INTO booking (community_id, id, party_id, space_id, site_id, place_path, series_id, lot_id, from_at,
    to_at, purpose, title, heads, wish, has_minors, adult, state, version, rank, offer_until, due_at, tell,
    reason, is_idle, is_late, came_at, condition_note, created_at, changed_at)
VALUES (:community_id, :id, :party_id, :space_id, :site_id, :place_path, :series_id, :lot_id, :from_at,
    :to_at, :purpose, :title, :heads, :wish, :has_minors, :adult, :state, 1, :rank, 0, :due_at, 0, '',
    :is_idle, 0, 0, '', :now, :now);
-- name: save
UPDATE booking SET space_id = :space_id, site_id = :site_id, place_path = :place_path, from_at = :from_at,
    to_at = :to_at, state = :state, version = version + 1, rank = :rank, offer_until = :offer_until,
    due_at = :due_at, tell = :tell, reason = :reason, is_idle = :is_idle, is_late = :is_late,
    came_at = :came_at, condition_note = :condition_note, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: one
SELECT b.*, p.number, p.name, p.group_name, p.channel, p.kind, s.name AS space_name, s.floor,
    i.code AS site_code, i.name AS site_name,
    CASE WHEN EXISTS (SELECT 1 FROM booking_series r WHERE r.community_id = b.community_id AND r.id = b.series_id
        AND r.state = 'asked') THEN 1 ELSE 0 END AS series_asked
FROM booking b
JOIN booking_party p ON p.community_id = b.community_id AND p.id = b.party_id
JOIN booking_space s ON s.community_id = b.community_id AND s.id = b.space_id
JOIN site i ON i.community_id = b.community_id AND i.id = b.site_id
WHERE b.community_id = :community_id AND b.id = :id;
-- name: of_party      the last ones, by time backwards
SELECT b.*, p.number, p.name, p.group_name, p.channel, p.kind, s.name AS space_name, s.floor,
    i.code AS site_code, i.name AS site_name,
    CASE WHEN EXISTS (SELECT 1 FROM booking_series r WHERE r.community_id = b.community_id AND r.id = b.series_id
        AND r.state = 'asked') THEN 1 ELSE 0 END AS series_asked
FROM booking b
JOIN booking_party p ON p.community_id = b.community_id AND p.id = b.party_id
JOIN booking_space s ON s.community_id = b.community_id AND s.id = b.space_id
JOIN site i ON i.community_id = b.community_id AND i.id = b.site_id
WHERE b.community_id = :community_id AND b.party_id = :party_id ORDER BY b.from_at DESC, b.id LIMIT :most;
-- name: at_site
SELECT b.*, p.number, p.name, p.group_name, p.channel, p.kind, s.name AS space_name, s.floor,
    i.code AS site_code, i.name AS site_name
FROM booking b
JOIN booking_party p ON p.community_id = b.community_id AND p.id = b.party_id
JOIN booking_space s ON s.community_id = b.community_id AND s.id = b.space_id
JOIN site i ON i.community_id = b.community_id AND i.id = b.site_id
WHERE b.community_id = :community_id AND b.site_id = :site_id AND b.from_at >= :since AND b.from_at < :to_at
    AND b.to_at > :from_at AND b.place_path >= :scope_lo AND b.place_path < :scope_hi
    AND b.state IN ('review', 'booked', 'waiting', 'offered', 'using', 'done', 'closed', 'absent')
ORDER BY b.from_at, b.space_id, b.id LIMIT 1500;
-- name: at_site_coming   and not yet over
SELECT COUNT(*) FROM booking WHERE community_id = :community_id AND site_id = :site_id AND from_at >= :since
    AND to_at > :now AND state IN ('review', 'booked', 'waiting', 'offered', 'drawing', 'using');
-- name: at_site_held     or wait for it, and have not begun to use it
SELECT id, space_id, from_at, to_at FROM booking
WHERE community_id = :community_id AND site_id = :site_id AND from_at >= :since AND from_at < :to_at
    AND to_at > :from_at AND state IN ('review', 'booked', 'offered', 'waiting')
ORDER BY from_at, id LIMIT 2000;
-- name: bookings_moved   with their site
UPDATE booking SET place_path = :path
WHERE community_id = :community_id AND site_id = :site_id AND place_path <> :path;
-- name: to_review
SELECT b.*, p.number, p.name, p.group_name, p.channel, p.kind, s.name AS space_name, s.floor,
    i.code AS site_code, i.name AS site_name
FROM booking b
JOIN booking_party p ON p.community_id = b.community_id AND p.id = b.party_id
JOIN booking_space s ON s.community_id = b.community_id AND s.id = b.space_id
JOIN site i ON i.community_id = b.community_id AND i.id = b.site_id
WHERE b.community_id = :community_id AND b.state = 'review' AND NOT EXISTS (SELECT 1
        FROM booking_series r WHERE r.community_id = b.community_id AND r.id = b.series_id AND r.state = 'asked')
    AND b.place_path >= :scope_lo AND b.place_path < :scope_hi
ORDER BY b.due_at, b.id LIMIT 200;
-- name: to_tell
SELECT b.*, p.number, p.name, p.group_name, p.channel, p.kind, s.name AS space_name, s.floor,
    i.code AS site_code, i.name AS site_name
FROM booking b
JOIN booking_party p ON p.community_id = b.community_id AND p.id = b.party_id
JOIN booking_space s ON s.community_id = b.community_id AND s.id = b.space_id
JOIN site i ON i.community_id = b.community_id AND i.id = b.site_id
WHERE b.community_id = :community_id AND b.tell = 1 AND b.from_at >= :since
    AND b.place_path >= :scope_lo AND b.place_path < :scope_hi
ORDER BY b.from_at, b.id LIMIT 200;
-- name: waiting
SELECT b.*, p.number, p.name, p.group_name, p.channel, p.kind, s.name AS space_name, s.floor,
    i.code AS site_code, i.name AS site_name
FROM booking b
JOIN booking_party p ON p.community_id = b.community_id AND p.id = b.party_id
JOIN booking_space s ON s.community_id = b.community_id AND s.id = b.space_id
JOIN site i ON i.community_id = b.community_id AND i.id = b.site_id
WHERE b.community_id = :community_id AND b.space_id = :space_id AND b.state = 'waiting'
ORDER BY b.rank LIMIT 200;
-- name: next_up       who waits longest of those whose whole time is free
SELECT b.id FROM booking b
WHERE b.community_id = :community_id AND b.space_id = :space_id AND b.state = 'waiting'
    AND b.from_at < :to_at AND b.to_at > :from_at AND b.from_at > :soonest
    AND NOT EXISTS (SELECT 1 FROM booking_slot k WHERE k.community_id = :community_id
        AND k.space_id = :space_id AND k.slot >= b.from_at / 900000 AND k.slot < b.to_at / 900000)
ORDER BY b.rank LIMIT 20;
-- name: ahead
SELECT COUNT(*) FROM booking WHERE community_id = :community_id AND space_id = :space_id
    AND state = 'waiting' AND rank < :rank AND from_at < :to_at AND to_at > :from_at;
-- name: in_the_way    of a closure: who has the time, or waits for it
SELECT id FROM booking
WHERE community_id = :community_id AND space_id = :space_id AND from_at >= :since AND from_at < :to_at
    AND to_at > :from_at AND state IN ('review', 'booked', 'offered', 'using', 'waiting')
ORDER BY from_at, id LIMIT 2000;

-- ---- series ----
-- name: series_add
INSERT INTO booking_series (community_id, id, party_id, space_id, site_id, place_path, weeks, first_day,
    until_day, from_minute, minutes, state, version, created_at, changed_at, changed_name)
VALUES (:community_id, :id, :party_id, :space_id, :site_id, :place_path, :weeks, :first_day, :until_day,
    :from_minute, :minutes, :state, 1, :now, :now, :changed_name);
-- name: series
SELECT r.*, p.number, p.name, p.group_name, s.name AS space_name, i.name AS site_name
FROM booking_series r
JOIN booking_party p ON p.community_id = r.community_id AND p.id = r.party_id
JOIN booking_space s ON s.community_id = r.community_id AND s.id = r.space_id
JOIN site i ON i.community_id = r.community_id AND i.id = r.site_id
WHERE r.community_id = :community_id AND r.id = :id;
-- name: series_all
SELECT r.*, p.number, p.name, p.group_name, s.name AS space_name, i.name AS site_name
FROM booking_series r
JOIN booking_party p ON p.community_id = r.community_id AND p.id = r.party_id
JOIN booking_space s ON s.community_id = r.community_id AND s.id = r.space_id
JOIN site i ON i.community_id = r.community_id AND i.id = r.site_id
WHERE r.community_id = :community_id AND r.state <> 'ended' AND r.until_day >= :since
    AND r.place_path >= :scope_lo AND r.place_path < :scope_hi
ORDER BY CASE r.state WHEN 'asked' THEN 0 ELSE 1 END, r.until_day, r.id LIMIT 100;
-- name: series_count
SELECT state, COUNT(*) AS count FROM booking
WHERE community_id = :community_id AND series_id = :series_id GROUP BY state;
-- name: series_save
UPDATE booking_series SET until_day = :until_day, state = :state, version = version + 1, changed_at = :now,
    changed_name = :changed_name
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: series_moved     with their site
UPDATE booking_series SET place_path = :path
WHERE community_id = :community_id AND site_id = :site_id AND place_path <> :path;
-- name: series_dates
SELECT id FROM booking WHERE community_id = :community_id AND series_id = :series_id
    AND from_at >= :since AND state IN ('review', 'booked')
ORDER BY from_at LIMIT 100;

-- ---- closures ----
-- name: block_add
INSERT INTO booking_block (community_id, id, space_id, from_at, to_at, kind, reason, by_person, by_name,
    created_at, ended_at)
VALUES (:community_id, :id, :space_id, :from_at, :to_at, :kind, :reason, :who_id, :by_name, :now, 0);
-- name: block
SELECT id, space_id, from_at, to_at, kind, reason, by_name, created_at, ended_at FROM booking_block
WHERE community_id = :community_id AND id = :id;
-- name: blocks
SELECT id, space_id, from_at, to_at, kind, reason, by_name, created_at, ended_at FROM booking_block
WHERE community_id = :community_id AND space_id = :space_id AND to_at > :now AND ended_at = 0
ORDER BY from_at, id LIMIT 100;
-- name: site_blocks
SELECT k.id, k.space_id, k.from_at, k.to_at, k.kind, k.reason, k.by_name, k.created_at, k.ended_at
FROM booking_space s
JOIN booking_block k ON k.community_id = s.community_id AND k.space_id = s.id AND k.to_at > :from_at
    AND k.from_at < :to_at AND k.ended_at = 0
WHERE s.community_id = :community_id AND s.site_id = :site_id AND s.active_to = 0
ORDER BY k.from_at, k.id LIMIT 300;
-- name: block_end
UPDATE booking_block SET ended_at = :now WHERE community_id = :community_id AND id = :id AND ended_at = 0;

-- ---- lots ----
-- name: lot_add       that is there already stays as it is
INSERT INTO booking_lot (community_id, id, space_id, window_id, from_at, to_at, draw_at, seed, seed_hash,
    state, entries, drawn_at)
VALUES (:community_id, :id, :space_id, :window_id, :from_at, :to_at, :draw_at, :seed, :seed_hash, 'open', 0, 0)
ON CONFLICT DO NOTHING;
-- name: lot
SELECT l.id, l.space_id, l.window_id, l.from_at, l.to_at, l.draw_at, l.seed_hash, l.state, l.entries,
    l.drawn_at, CASE l.state WHEN 'drawn' THEN l.seed ELSE '' END AS seed,
    s.name AS space_name, i.code AS site_code, i.name AS site_name
FROM booking_lot l
JOIN booking_space s ON s.community_id = l.community_id AND s.id = l.space_id
JOIN site i ON i.community_id = s.community_id AND i.id = s.site_id
WHERE l.community_id = :community_id AND l.id = :id;
-- name: lots
SELECT l.id, l.space_id, l.window_id, l.from_at, l.to_at, l.draw_at, l.seed_hash, l.state, l.entries,
    l.drawn_at, '' AS seed, s.name AS space_name, i.code AS site_code, i.name AS site_name
FROM booking_lot l
JOIN booking_space s ON s.community_id = l.community_id AND s.id = l.space_id
JOIN site i ON i.community_id = s.community_id AND i.id = s.site_id
WHERE l.community_id = :community_id AND l.from_at > :now AND l.state = 'open'
    AND (:space_id = 0 OR l.space_id = :space_id)
ORDER BY l.from_at, l.id LIMIT 100;
-- name: lot_seed
SELECT seed AS text FROM booking_lot WHERE community_id = :community_id AND id = :id;
-- name: lot_enter
UPDATE booking_lot SET entries = entries + 1
WHERE community_id = :community_id AND id = :id AND state = 'open' AND draw_at > :now;
-- name: lot_end
UPDATE booking_lot SET state = :state, drawn_at = :now
WHERE community_id = :community_id AND id = :id AND state = 'open';
-- name: lot_of        entries of a telephone in a lot
SELECT COUNT(*) FROM booking_party p
JOIN booking b ON b.community_id = p.community_id AND b.party_id = p.id
WHERE p.community_id = :community_id AND p.contact_key = :contact_key AND b.lot_id = :lot_id
    AND b.state <> 'given';
-- name: lot_entries
SELECT b.id, p.number, b.state FROM booking b
JOIN booking_party p ON p.community_id = b.community_id AND p.id = b.party_id
WHERE b.community_id = :community_id AND b.lot_id = :lot_id
    AND (:drawing = 0 OR b.state = 'drawing')
    AND (:drawing = 1 OR b.rank > 0)
ORDER BY b.rank, b.id LIMIT 2000;
-- name: lots_empty    of a window that ends
SELECT id FROM booking_lot WHERE community_id = :community_id AND window_id = :window_id
    AND state = 'open' AND entries = 0 LIMIT 100;

-- ---- history ----
-- name: event_put
INSERT INTO booking_event (community_id, id, booking_id, step, from_state, to_state, text, by_person, by_name,
    at)
VALUES (:community_id, :id, :booking_id, :step, :from_state, :to_state, :text, :who_id, :by_name, :now);
-- name: events
SELECT id, booking_id, step, from_state, to_state, text, by_person, by_name, at FROM booking_event
WHERE community_id = :community_id AND booking_id = :booking_id ORDER BY id LIMIT 200;

-- name: sealed_some
SELECT id, name, contact FROM booking_party WHERE community_id = :community_id AND id > :after
ORDER BY id LIMIT :most;
-- name: sealed_put
UPDATE booking_party SET name = :name, contact = :contact
WHERE community_id = :community_id AND id = :id;
-- name: adult_sealed_some
SELECT id, adult FROM booking WHERE community_id = :community_id AND id > :after
ORDER BY id LIMIT :most;
-- name: adult_sealed_put
UPDATE booking SET adult = :adult WHERE community_id = :community_id AND id = :id;

-- ---- what is held of who books ----
-- name: mine
SELECT * FROM booking_party WHERE community_id = :community_id AND id = :id;
-- name: mine_dates
SELECT * FROM booking WHERE community_id = :community_id AND party_id = :id ORDER BY from_at LIMIT 200;
-- name: mine_series
SELECT '每周都订' AS fact, created_at AS from_at FROM booking_series WHERE community_id = :community_id AND party_id = :id;
-- name: mine_events
SELECT e.* FROM booking_event e JOIN booking b ON b.community_id = e.community_id AND b.id = e.booking_id
WHERE e.community_id = :community_id AND b.party_id = :id ORDER BY e.id LIMIT 200;
-- name: mine_find
SELECT COALESCE(max(id), 0) FROM booking_party WHERE community_id = :community_id AND number = :number;
-- name: mine_number
SELECT number FROM booking_party WHERE community_id = :community_id AND id = :id;
-- name: mine_since
SELECT COALESCE(max(to_at), 0) FROM booking WHERE community_id = :community_id AND party_id = :id;
-- name: mine_coming
SELECT count(*) FROM booking WHERE community_id = :community_id AND party_id = :id AND to_at > :now
    AND state IN ('review', 'waiting', 'offered', 'drawing', 'booked', 'using');
-- name: fix_name
UPDATE booking_party SET name = :name WHERE community_id = :community_id AND id = :id AND forgotten_at = 0;
-- name: fix_contact    limits are counted by the new one from now on
UPDATE booking_party SET contact = :contact, contact_key = :contact_key
WHERE community_id = :community_id AND id = :id AND forgotten_at = 0;

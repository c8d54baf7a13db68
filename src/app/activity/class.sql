-- class.sql: every statement on class_*.

-- ---- terms ----
-- name: terms
SELECT t.id, t.site_id, t.place_path, t.name, t.room, t.about, t.from_day, t.to_day, t.weekdays, t.from_minute,
    t.to_minute, t.places, t.taken, t.agreement, t.agreement_hash, t.lock_public, t.lock_private, t.state,
    t.version, t.changed_at, t.changed_name, s.code AS site_code, s.name AS site_name
FROM class_term t JOIN site s ON s.community_id = t.community_id AND s.id = t.site_id
WHERE t.community_id = :community_id AND t.to_day >= :day AND t.state = 'open'
ORDER BY t.from_day, t.id LIMIT 50;
-- name: terms_own
SELECT t.id, t.site_id, t.place_path, t.name, t.room, t.from_day, t.to_day, t.weekdays, t.from_minute,
    t.to_minute, t.places, t.taken, t.state, t.version, t.changed_at, t.changed_name,
    s.code AS site_code, s.name AS site_name
FROM class_term t JOIN site s ON s.community_id = t.community_id AND s.id = t.site_id
WHERE t.community_id = :community_id AND t.place_path >= :scope_lo AND t.place_path < :scope_hi
ORDER BY t.to_day DESC, t.id DESC LIMIT 50;
-- name: term
SELECT t.id, t.site_id, t.place_path, t.name, t.room, t.about, t.from_day, t.to_day, t.weekdays, t.from_minute,
    t.to_minute, t.places, t.taken, t.agreement, t.agreement_hash, t.lock_public, t.lock_private, t.state,
    t.version, t.changed_at, t.changed_name, s.code AS site_code, s.name AS site_name
FROM class_term t JOIN site s ON s.community_id = t.community_id AND s.id = t.site_id
WHERE t.community_id = :community_id AND t.id = :id;
-- name: terms_at_site    that are not over, drafts too
SELECT COUNT(*) FROM class_term WHERE community_id = :community_id AND site_id = :site_id AND to_day >= :today
    AND state <> 'forgotten';
-- name: terms_moved      with their site
UPDATE class_term SET place_path = :path
WHERE community_id = :community_id AND site_id = :site_id AND place_path <> :path;
-- name: terms_same     the form sent again
SELECT COUNT(*) FROM class_term WHERE community_id = :community_id AND site_id = :site_id AND name = :name
    AND room = :room AND from_day = :from_day AND to_day = :to_day AND weekdays = :weekdays
    AND from_minute = :from_minute AND to_minute = :to_minute AND state <> 'forgotten';
-- name: term_add
INSERT INTO class_term (community_id, id, site_id, place_path, name, room, about, from_day, to_day, weekdays,
    from_minute, to_minute, places, taken, agreement, agreement_hash, lock_public, lock_private, state, version,
    changed_at, changed_name)
VALUES (:community_id, :id, :site_id, :place_path, :name, :room, :about, :from_day, :to_day, :weekdays,
    :from_minute, :to_minute, :places, 0, :agreement, :hash, :public, :private, 'draft', 1, :now,
    :changed_name);
-- name: term_save
UPDATE class_term SET site_id = :site_id, place_path = :place_path, name = :name, room = :room, about = :about,
    from_day = :from_day, to_day = :to_day, weekdays = :weekdays, from_minute = :from_minute,
    to_minute = :to_minute, places = :places, agreement = :agreement, agreement_hash = :hash, state = :state,
    version = version + 1, changed_at = :now, changed_name = :changed_name
WHERE community_id = :community_id AND id = :id AND version = :version AND taken <= :places;
-- name: lock_save      a new duty card
UPDATE class_term SET lock_public = :public, lock_private = :private, version = version + 1,
    changed_at = :now, changed_name = :changed_name
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: notes_drop     that no card opens any more
UPDATE class_child SET note = :nothing, note_at = -1
WHERE community_id = :community_id AND term_id = :id AND note_at > 0;
-- name: signed         has anybody signed this agreement?
SELECT count(*) FROM class_child WHERE community_id = :community_id AND term_id = :id AND state <> 'left';

-- ---- the rota ----
-- name: rota
SELECT id, term_id, day, person_id, person_name, by_name, at FROM class_duty
WHERE community_id = :community_id AND term_id = :term_id AND day >= :from_day
ORDER BY day, id LIMIT 400;
-- name: duty_add
INSERT INTO class_duty (community_id, id, term_id, day, person_id, person_name, by_person, by_name, at)
VALUES (:community_id, :id, :term_id, :day, :person_id, :person_name, :who_id, :by_name, :now)
ON CONFLICT (community_id, term_id, day, person_id) DO NOTHING;
-- name: duty_end
DELETE FROM class_duty WHERE community_id = :community_id AND term_id = :term_id AND person_id = :person_id
    AND day >= :from_day AND day <= :to_day;
-- name: on_duty
SELECT count(*) FROM class_duty WHERE community_id = :community_id AND term_id = :term_id AND day = :day
    AND person_id = :who_id;
-- name: my_terms
SELECT t.id, t.site_id, t.place_path, t.name, t.room, t.from_day, t.to_day, t.weekdays, t.from_minute,
    t.to_minute, t.places, t.taken, t.state, t.version, t.changed_at, t.changed_name,
    s.code AS site_code, s.name AS site_name
FROM class_duty d JOIN class_term t ON t.community_id = d.community_id AND t.id = d.term_id
JOIN site s ON s.community_id = t.community_id AND s.id = t.site_id
WHERE d.community_id = :community_id AND d.person_id = :who_id AND d.day = :day AND t.state = 'open'
ORDER BY t.id LIMIT 10;

-- ---- places: one statement each, so that two never take the same ----
-- name: take
UPDATE class_term SET taken = taken + 1
WHERE community_id = :community_id AND id = :id AND state = 'open' AND taken < places;
-- name: give
UPDATE class_term SET taken = taken - 1 WHERE community_id = :community_id AND id = :id;
-- name: next_up
SELECT id FROM class_child WHERE community_id = :community_id AND term_id = :id AND state = 'waiting'
ORDER BY rank LIMIT 1;

-- ---- children ----
-- name: child_add
INSERT INTO class_child (community_id, id, term_id, number, word, key_hash, client_key, state, version, rank,
    offer_until, name, grade, guardian, contact, second, second_contact, note, note_at, channel, entered_by,
    created_at, changed_at)
VALUES (:community_id, :id, :term_id, :number, :word, :key_hash, :client_key, :state, 1, :rank, 0, :name,
    :grade, :guardian, :contact, :second, :second_contact, :sealed, :note_at, :channel,
    :entered_by, :now, :now);
-- name: child
SELECT id, term_id, number, word, state, version, rank, offer_until, name, grade, guardian, contact, second,
    second_contact, note, note_at, agreed_at, agreed_hash, channel, entered_by, created_at, changed_at
FROM class_child_said WHERE community_id = :community_id AND id = :id;
-- name: child_by_number
SELECT id, term_id, number, word, state, version, rank, offer_until, name, grade, guardian, contact, second,
    second_contact, note, note_at, agreed_at, agreed_hash, channel, entered_by, created_at, changed_at
FROM class_child_said WHERE community_id = :community_id AND number = :number;
-- name: child_by_client
SELECT id, term_id, number, word, state, version, rank, offer_until, name, grade, guardian, contact, second,
    second_contact, note, note_at, agreed_at, agreed_hash, channel, entered_by, created_at, changed_at
FROM class_child_said WHERE community_id = :community_id AND client_key = :client_key;
-- name: key_of
SELECT count(*) FROM class_child WHERE community_id = :community_id AND id = :id AND key_hash = :key_hash;
-- name: child_move
UPDATE class_child SET state = :state, rank = :rank, offer_until = :offer_until, version = version + 1,
    changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: note_save
UPDATE class_child SET note = :sealed, note_at = :note_at, version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: note_hide      a hold keeps it; nobody is shown it
UPDATE class_child SET note_at = 0 WHERE community_id = :community_id AND id = :id;
-- name: note_drop
UPDATE class_child SET note = :nothing, note_at = 0 WHERE community_id = :community_id AND id = :id;
-- name: child_wipe     who left: nothing of who it was
UPDATE class_child SET name = :nothing, grade = '', guardian = :nothing, contact = :nothing, second = :nothing,
    second_contact = :nothing,
    note = :nothing, note_at = 0
WHERE community_id = :community_id AND id = :id;
-- name: days_wipe
UPDATE class_day SET in_by = '', out_by = '', called = '' WHERE community_id = :community_id AND child_id = :child_id;
-- name: talks_drop     with whom?
DELETE FROM class_talk WHERE community_id = :community_id AND child_id = :child_id AND done_at = 0;
-- name: talks_wipe
UPDATE class_talk SET text = '' WHERE community_id = :community_id AND child_id = :child_id;
-- name: ahead
SELECT count(*) FROM class_child WHERE community_id = :community_id AND term_id = :term_id
    AND state = 'waiting' AND rank < :rank;
-- name: counts
SELECT state, count(*) AS heads FROM class_child WHERE community_id = :community_id AND term_id = :term_id
GROUP BY state;

-- ---- who may fetch ----
-- name: pickup_add
INSERT INTO class_pickup (community_id, id, child_id, label, word_hash, ended_at)
VALUES (:community_id, :id, :child_id, :label, :word_hash, 0);
-- name: pickups
SELECT id, child_id, label, word_hash, ended_at FROM class_pickup
WHERE community_id = :community_id AND child_id = :child_id AND ended_at = 0 ORDER BY id LIMIT 10;
-- name: pickups_drop
DELETE FROM class_pickup WHERE community_id = :community_id AND child_id = :child_id;

-- ---- days ----
-- name: today          children of a term with what is known of the day; who leaves while it is in the room is on it
SELECT c.id, c.number, c.name, c.grade, CASE WHEN c.note_at > 0 THEN 1 ELSE 0 END AS has_note,
    COALESCE(d.id, 0) AS day_id,
    CASE WHEN COALESCE(d.alarm, '') <> '' AND d.state IN ('expected', 'in') THEN 1 ELSE 0 END AS is_alarm
FROM class_child c LEFT JOIN class_day d ON d.community_id = c.community_id AND d.child_id = c.id AND d.day = :day
WHERE c.community_id = :community_id AND c.term_id = :term_id
    AND (c.state = 'placed' OR (c.state = 'left' AND d.state = 'in'))
ORDER BY is_alarm DESC, c.id
LIMIT 100;
-- name: days_of_term
SELECT id, child_id, term_id, day, state, version, in_at, in_by, out_at, out_by, out_how, alarm, alarm_at, called,
    called_at, called_name FROM class_day
WHERE community_id = :community_id AND term_id = :term_id AND day = :day ORDER BY id LIMIT 200;
-- name: day
SELECT id, child_id, term_id, day, state, version, in_at, in_by, out_at, out_by, out_how, alarm, alarm_at, called,
    called_at, called_name FROM class_day
WHERE community_id = :community_id AND child_id = :child_id AND day = :day;
-- name: days
SELECT id, child_id, term_id, day, state, version, in_at, in_by, out_at, out_by, out_how, alarm, alarm_at, called,
    called_at, called_name FROM class_day
WHERE community_id = :community_id AND child_id = :child_id ORDER BY day DESC LIMIT 100;
-- name: day_add
INSERT INTO class_day (community_id, id, child_id, term_id, day, state, version, in_at, in_by, out_at, out_by,
    out_how, alarm, alarm_at, called, called_at, called_name)
VALUES (:community_id, :id, :child_id, :term_id, :day, :state, 1, :in_at, :in_by, :out_at, :out_by, :out_how,
    :alarm, :alarm_at, :called, :called_at, :called_name);
-- name: day_save
UPDATE class_day SET state = :state, version = version + 1, in_at = :in_at, in_by = :in_by, out_at = :out_at,
    out_by = :out_by, out_how = :out_how, alarm = :alarm, alarm_at = :alarm_at, called = :called,
    called_at = :called_at, called_name = :called_name
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: placed         children that have a place and nothing yet on this day
SELECT c.id FROM class_child c
WHERE c.community_id = :community_id AND c.term_id = :term_id AND c.state = 'placed'
    AND NOT EXISTS (SELECT 1 FROM class_day d WHERE d.community_id = c.community_id AND d.child_id = c.id
        AND d.day = :day)
ORDER BY c.id LIMIT 200;
-- name: so_often       absences without a word, or late pick-ups, of a child in its term
SELECT count(*) FROM class_day WHERE community_id = :community_id AND child_id = :child_id
    AND ((:kind = 'absence' AND state = 'absent') OR (:kind = 'late' AND alarm = 'left'));

-- ---- talks, sums ----
-- name: talk_add
INSERT INTO class_talk (community_id, id, child_id, term_id, kind, at, done_at, done_name, text)
VALUES (:community_id, :id, :child_id, :term_id, :kind, :now, 0, '', '');
-- name: talks
SELECT t.id, t.child_id, t.term_id, t.kind, t.at, t.done_at, t.done_name, t.text, c.name, c.number
FROM class_talk t JOIN class_child c ON c.community_id = t.community_id AND c.id = t.child_id
WHERE t.community_id = :community_id AND t.term_id = :term_id AND t.done_at = 0 ORDER BY t.at, t.id LIMIT 100;
-- name: talk
SELECT id, child_id, term_id, kind, at, done_at, done_name, text FROM class_talk
WHERE community_id = :community_id AND id = :id;
-- name: talks_open
SELECT count(*) FROM class_talk
WHERE community_id = :community_id AND term_id = :term_id AND done_at = 0;
-- name: talk_done
UPDATE class_talk SET done_at = :now, done_name = :done_name, text = :text
WHERE community_id = :community_id AND id = :id AND done_at = 0;
-- name: sum_put
INSERT INTO class_sum (community_id, id, term_id, expected, came, excused, absent, late)
VALUES (:community_id, :id, :term_id, :expected, :came, :excused, :absent, :late)
ON CONFLICT (community_id, id, term_id) DO UPDATE SET expected = :expected, came = :came, excused = :excused,
    absent = :absent, late = :late;
-- name: sums
SELECT id, term_id, expected, came, excused, absent, late FROM class_sum
WHERE community_id = :community_id AND term_id = :term_id ORDER BY id DESC LIMIT 400;

-- ---- forgetting: children of a term, and all about them; sums stay ----
-- name: forgotten
SELECT (SELECT count(*) FROM class_child WHERE community_id = :community_id AND term_id = :term_id) AS children,
    (SELECT count(*) FROM class_pickup p JOIN class_child c ON c.community_id = p.community_id AND c.id = p.child_id
        WHERE p.community_id = :community_id AND c.term_id = :term_id) AS pickups,
    (SELECT count(*) FROM class_day WHERE community_id = :community_id AND term_id = :term_id) AS days,
    (SELECT count(*) FROM class_talk WHERE community_id = :community_id AND term_id = :term_id) AS talks,
    (SELECT count(*) FROM class_duty WHERE community_id = :community_id AND term_id = :term_id) AS duties;
-- name: forget_held    one that a hold keeps; 0 = none
SELECT COALESCE(min(c.id), 0) FROM class_child c
JOIN keep_hold h ON h.community_id = c.community_id AND h.subject_id = c.id
WHERE c.community_id = :community_id AND c.term_id = :term_id AND h.subject = 'child' AND h.ended_at = 0;
-- name: forget_pickups
DELETE FROM class_pickup WHERE community_id = :community_id AND child_id IN
    (SELECT id FROM class_child WHERE community_id = :community_id AND term_id = :term_id)
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'child' AND h.subject_id = class_pickup.child_id AND h.ended_at = 0);
-- name: forget_days
DELETE FROM class_day WHERE community_id = :community_id AND term_id = :term_id
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'child' AND h.subject_id = class_day.child_id AND h.ended_at = 0);
-- name: forget_talks
DELETE FROM class_talk WHERE community_id = :community_id AND term_id = :term_id
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'child' AND h.subject_id = class_talk.child_id AND h.ended_at = 0);
-- name: forget_children
DELETE FROM class_child WHERE community_id = :community_id AND term_id = :term_id
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'child' AND h.subject_id = class_child.id AND h.ended_at = 0);
-- name: forget_duties   with the last child: who was there belongs to what is told of one that is held
DELETE FROM class_duty WHERE community_id = :community_id AND term_id = :term_id;
-- name: forget_term    its key opens nothing any more
UPDATE class_term SET state = 'forgotten', taken = 0, lock_public = :nothing, lock_private = :nothing,
    version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :term_id;

-- name: sealed_some
SELECT id, name FROM class_child WHERE community_id = :community_id AND id > :after
ORDER BY id LIMIT :most;
-- name: sealed_put
UPDATE class_child SET name = :name
WHERE community_id = :community_id AND id = :id;

-- ---- what is held of a child ----
-- name: mine
SELECT id, term_id, number, word, state, version, rank, offer_until, name, grade, guardian, contact, second,
    second_contact, note_at, channel, entered_by, created_at, changed_at
FROM class_child WHERE community_id = :community_id AND id = :id;
-- name: mine_pickups
SELECT label AS fact, ended_at AS to_at FROM class_pickup WHERE community_id = :community_id AND child_id = :id
ORDER BY id LIMIT 50;
-- name: mine_days
SELECT * FROM class_day WHERE community_id = :community_id AND child_id = :id ORDER BY day LIMIT 200;
-- name: mine_talks
SELECT * FROM class_talk WHERE community_id = :community_id AND child_id = :id ORDER BY id LIMIT 100;
-- name: duties_of
SELECT * FROM class_duty WHERE community_id = :community_id AND person_id = :id ORDER BY day LIMIT 200;
-- name: mine_find
SELECT COALESCE(max(id), 0) FROM class_child WHERE community_id = :community_id AND number = :number;
-- name: mine_number
SELECT number FROM class_child WHERE community_id = :community_id AND id = :id;
-- name: mine_since
SELECT COALESCE(max((t.to_day + 1) * 86400000 - 28800000), 0) FROM class_child c
JOIN class_term t ON t.community_id = c.community_id AND t.id = c.term_id
WHERE c.community_id = :community_id AND c.id = :id;
-- name: fix_name
UPDATE class_child SET name = :name WHERE community_id = :community_id AND id = :id AND state <> 'left';
-- name: fix_guardian
UPDATE class_child SET guardian = :guardian WHERE community_id = :community_id AND id = :id AND state <> 'left';
-- name: fix_contact
UPDATE class_child SET contact = :contact WHERE community_id = :community_id AND id = :id AND state <> 'left';

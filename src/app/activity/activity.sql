-- activity.sql: every statement on activity*.

-- ---- programmes ----
-- name: programmes
SELECT id, code, ordinal, name, about, active, version FROM activity_programme
WHERE community_id = :community_id AND (active = 1 OR :also_off = 1)
ORDER BY ordinal, id LIMIT 100;
-- name: programme_by_code
SELECT id, code, ordinal, name, about, active, version FROM activity_programme
WHERE community_id = :community_id AND code = :code;
-- name: programme_add
INSERT INTO activity_programme (community_id, id, code, ordinal, name, about, active, version)
VALUES (:community_id, :id, :code, :ordinal, :name, :about, :active, 1);
-- name: programme_save
UPDATE activity_programme SET ordinal = :ordinal, name = :name, about = :about, active = :active,
    version = version + 1
WHERE community_id = :community_id AND id = :id AND version = :version;

-- ---- dates ----
-- name: one
SELECT a.id, a.programme_id, a.series_id, a.site_id, a.part_id, a.place_path, a.room, a.title, a.about, a.host,
    a.for_whom, a.bring, a.for_children, a.from_at, a.to_at, a.close_at, a.capacity, a.taken, a.party_most,
    a.guides, a.guides_taken, a.confirm_hours, a.state, a.version, a.reason, a.instead, a.said, a.said_at,
    a.walk_ins, a.counted_at, a.help_need, a.created_at, a.changed_at, a.changed_name,
    p.code AS programme_code, p.name AS programme_name, s.code AS site_code, s.name AS site_name
FROM activity a
JOIN activity_programme p ON p.community_id = a.community_id AND p.id = a.programme_id
JOIN site s ON s.community_id = a.community_id AND s.id = a.site_id
WHERE a.community_id = :community_id AND a.id = :id;
-- name: at_site_coming   and not yet over, drafts too
SELECT COUNT(*) FROM activity WHERE community_id = :community_id AND site_id = :site_id AND to_at > :now
    AND state <> 'cancelled';
-- name: dates_moved      with their site
UPDATE activity SET place_path = :path
WHERE community_id = :community_id AND site_id = :site_id AND place_path <> :path;
-- name: find
SELECT a.id, a.programme_id, a.series_id, a.site_id, a.part_id, a.place_path, a.room, a.title, a.about, a.host,
    a.for_whom, a.bring, a.for_children, a.from_at, a.to_at, a.close_at, a.capacity, a.taken, a.party_most,
    a.guides, a.guides_taken, a.confirm_hours, a.state, a.version, a.reason, a.instead, a.said, a.said_at,
    a.walk_ins, a.counted_at, a.help_need, a.created_at, a.changed_at, a.changed_name,
    p.code AS programme_code, p.name AS programme_name, s.code AS site_code, s.name AS site_name
FROM activity a
JOIN activity_programme p ON p.community_id = a.community_id AND p.id = a.programme_id
JOIN site s ON s.community_id = a.community_id AND s.id = a.site_id
WHERE a.community_id = :community_id AND a.from_at >= :from_at AND a.from_at < :to_at AND a.to_at > :over_at
    AND (:programme_id = 0 OR a.programme_id = :programme_id)
    AND (:site_id = 0 OR a.site_id = :site_id)
    AND (:series_id = 0 OR a.series_id = :series_id)
    AND (a.state <> 'draft' OR :drafts = 1)
    AND (:drafts = 0 OR (a.place_path >= :scope_lo AND a.place_path < :scope_hi))
    AND (a.from_at > :after_at OR (a.from_at = :after_at AND a.id > :after_id))
ORDER BY a.from_at, a.id LIMIT :most;
-- name: find_back      the last first
SELECT a.id, a.programme_id, a.series_id, a.site_id, a.part_id, a.place_path, a.room, a.title, a.about, a.host,
    a.for_whom, a.bring, a.for_children, a.from_at, a.to_at, a.close_at, a.capacity, a.taken, a.party_most,
    a.guides, a.guides_taken, a.confirm_hours, a.state, a.version, a.reason, a.instead, a.said, a.said_at,
    a.walk_ins, a.counted_at, a.help_need, a.created_at, a.changed_at, a.changed_name,
    p.code AS programme_code, p.name AS programme_name, s.code AS site_code, s.name AS site_name
FROM activity a
JOIN activity_programme p ON p.community_id = a.community_id AND p.id = a.programme_id
JOIN site s ON s.community_id = a.community_id AND s.id = a.site_id
WHERE a.community_id = :community_id AND a.from_at >= :from_at AND a.from_at < :to_at AND a.to_at > :over_at
    AND (:programme_id = 0 OR a.programme_id = :programme_id)
    AND (:site_id = 0 OR a.site_id = :site_id)
    AND (:series_id = 0 OR a.series_id = :series_id)
    AND (a.state <> 'draft' OR :drafts = 1)
    AND (:drafts = 0 OR (a.place_path >= :scope_lo AND a.place_path < :scope_hi))
    AND (a.from_at < :after_at OR (a.from_at = :after_at AND a.id < :after_id))
ORDER BY a.from_at DESC, a.id DESC LIMIT :most;
-- name: find_said      of which it was written what was said, the last first
SELECT a.id, a.programme_id, a.series_id, a.site_id, a.part_id, a.room, a.title, a.host, a.from_at, a.to_at,
    a.capacity, a.taken, a.state, a.version, a.said, a.said_at, a.changed_at,
    p.code AS programme_code, p.name AS programme_name, s.code AS site_code, s.name AS site_name
FROM activity a
JOIN activity_programme p ON p.community_id = a.community_id AND p.id = a.programme_id
JOIN site s ON s.community_id = a.community_id AND s.id = a.site_id
WHERE a.community_id = :community_id AND a.said_at > 0
    AND (:site_id = 0 OR a.site_id = :site_id)
    AND (a.from_at < :after_at OR (a.from_at = :after_at AND a.id < :after_id))
ORDER BY a.from_at DESC, a.id DESC LIMIT :most;
-- name: find_said_of   the same of one programme, by its own index: it may have said little in years
SELECT a.id, a.programme_id, a.series_id, a.site_id, a.part_id, a.room, a.title, a.host, a.from_at, a.to_at,
    a.capacity, a.taken, a.state, a.version, a.said, a.said_at, a.changed_at,
    p.code AS programme_code, p.name AS programme_name, s.code AS site_code, s.name AS site_name
FROM activity a
JOIN activity_programme p ON p.community_id = a.community_id AND p.id = a.programme_id
JOIN site s ON s.community_id = a.community_id AND s.id = a.site_id
WHERE a.community_id = :community_id AND a.programme_id = :programme_id AND a.said_at > 0
    AND (:site_id = 0 OR a.site_id = :site_id)
    AND (a.from_at < :after_at OR (a.from_at = :after_at AND a.id < :after_id))
ORDER BY a.from_at DESC, a.id DESC LIMIT :most;
-- name: add
INSERT INTO activity (community_id, id, programme_id, series_id, site_id, part_id, place_path, room, title,
    about, host, for_whom, bring, for_children, from_at, to_at, close_at, capacity, taken, party_most, guides,
    guides_taken, confirm_hours, state, version, code_seed, reason, instead, said, said_at, walk_ins,
    counted_at, help_need, created_at, changed_at, changed_name)
VALUES (:community_id, :id, :programme_id, :series_id, :site_id, :part_id, :place_path, :room, :title,
    :about, :host, :for_whom, :bring, :for_children, :from_at, :to_at, :close_at, :capacity, 0, :party_most,
    :guides, 0, :confirm_hours, 'draft', 1, :code_seed, '', '', '', 0, 0, 0, 0, :now, :now, :changed_name);
-- name: save
UPDATE activity SET programme_id = :programme_id, series_id = :series_id, site_id = :site_id,
    part_id = :part_id, place_path = :place_path, room = :room, title = :title, about = :about, host = :host,
    for_whom = :for_whom, bring = :bring, for_children = :for_children, from_at = :from_at, to_at = :to_at,
    close_at = :close_at, capacity = :capacity, party_most = :party_most, guides = :guides,
    confirm_hours = :confirm_hours, state = :state, version = version + 1, reason = :reason,
    instead = :instead, said = :said, said_at = :said_at, walk_ins = :walk_ins, counted_at = :counted_at,
    help_need = :help_need, changed_at = :now, changed_name = :changed_name
WHERE community_id = :community_id AND id = :id AND version = :version
    AND (:capacity = 0 OR taken <= :capacity) AND guides_taken <= :guides;
-- name: drop          a draft that nobody has seen
DELETE FROM activity WHERE community_id = :community_id AND id = :id AND state = 'draft';
-- name: seed
SELECT code_seed AS text FROM activity WHERE community_id = :community_id AND id = :id;

-- ---- places: one statement each, so that two never take the same ----
-- name: take
UPDATE activity SET taken = taken + :heads, guides_taken = guides_taken + :guide
WHERE community_id = :community_id AND id = :id AND state = 'open'
    AND (capacity = 0 OR taken + :heads <= capacity) AND guides_taken + :guide <= guides;
-- name: give
UPDATE activity SET taken = taken - :heads, guides_taken = guides_taken - :guide
WHERE community_id = :community_id AND id = :id;
-- name: next_up       who waits longest of those who fit
SELECT s.id FROM activity_seat s JOIN activity a ON a.community_id = s.community_id AND a.id = s.activity_id
WHERE s.community_id = :community_id AND s.activity_id = :id AND s.state = 'waiting' AND a.state = 'open'
    AND (a.capacity = 0 OR a.taken + s.heads <= a.capacity)
    AND (s.wants_guide = 0 OR a.guides_taken < a.guides)
ORDER BY s.rank LIMIT 1;

-- ---- parties ----
-- name: party_add
INSERT INTO activity_party (community_id, id, number, word, key_hash, client_key, name, contact, group_name,
    wish, channel, entered_by, created_at, forgotten_at)
VALUES (:community_id, :id, :number, :word, :key_hash, :client_key, :name, :contact, :group_name, :wish,
    :channel, :entered_by, :now, 0);
-- name: party
SELECT id, number, word, name, contact, group_name, wish, guardian_at, channel, entered_by, created_at,
    forgotten_at FROM activity_party_said WHERE community_id = :community_id AND id = :id;
-- name: party_by_number
SELECT id, number, word, name, contact, group_name, wish, guardian_at, channel, entered_by, created_at,
    forgotten_at FROM activity_party_said WHERE community_id = :community_id AND number = :number;
-- name: party_by_client
SELECT id, number, word, name, contact, group_name, wish, guardian_at, channel, entered_by, created_at,
    forgotten_at FROM activity_party_said WHERE community_id = :community_id AND client_key = :client_key;
-- name: key_of
SELECT count(*) FROM activity_party
WHERE community_id = :community_id AND id = :id AND key_hash = :key_hash;
-- name: forget         parties of a date that have no later one
UPDATE activity_party SET name = :nothing, contact = :nothing, group_name = '', wish = '', word = '',
    key_hash = :nothing, client_key = NULL, forgotten_at = :now
WHERE community_id = :community_id AND forgotten_at = 0
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'activity' AND h.subject_id = activity_party.id AND h.ended_at = 0)
    AND id IN (SELECT party_id FROM activity_seat WHERE community_id = :community_id AND activity_id = :id)
    AND NOT EXISTS (SELECT 1 FROM activity_seat s JOIN activity a
        ON a.community_id = s.community_id AND a.id = s.activity_id
        WHERE s.community_id = :community_id AND s.party_id = activity_party.id AND a.to_at > :before);
-- name: forget_held    one of them that a hold keeps; 0 = none
SELECT COALESCE(min(p.id), 0) FROM activity_party p
JOIN activity_seat s ON s.community_id = p.community_id AND s.party_id = p.id
JOIN keep_hold h ON h.community_id = p.community_id AND h.subject_id = p.id
WHERE p.community_id = :community_id AND s.activity_id = :id AND p.forgotten_at = 0 AND h.subject = 'activity' AND h.ended_at = 0;
-- name: forget_words   what was typed of a seat
UPDATE activity_seat SET rating_note = ''
WHERE community_id = :community_id AND activity_id = :id AND rating_note <> ''
    AND EXISTS (SELECT 1 FROM activity a WHERE a.community_id = :community_id AND a.id = :id AND a.to_at <= :before)
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'activity' AND h.subject_id = activity_seat.party_id AND h.ended_at = 0);
-- name: forget_story   what was said with its steps
UPDATE activity_event SET text = '' WHERE community_id = :community_id AND text <> ''
    AND seat_id IN (SELECT s.id FROM activity_seat s WHERE s.community_id = :community_id AND s.activity_id = :id
        AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
            AND h.subject = 'activity' AND h.subject_id = s.party_id AND h.ended_at = 0))
    AND EXISTS (SELECT 1 FROM activity a WHERE a.community_id = :community_id AND a.id = :id AND a.to_at <= :before);
-- ---- seats ----
-- name: seat_add
INSERT INTO activity_seat (community_id, id, party_id, activity_id, heads, wants_guide, guide, state, version,
    rank, offer_until, tell, came, came_at, came_how, rating, rating_note, rated_at, created_at, changed_at)
VALUES (:community_id, :id, :party_id, :activity_id, :heads, :wants_guide, '', :state, 1, :rank, 0, 0, 0, 0,
    '', '', '', 0, :now, :now);
-- name: seat
SELECT s.id, s.party_id, s.activity_id, s.heads, s.wants_guide, s.guide, s.state, s.version, s.rank,
    s.offer_until, s.tell, s.came, s.came_at, s.came_how, s.rating, s.rating_note, s.rated_at, s.created_at,
    s.changed_at, p.number, p.name, p.group_name, p.wish, p.channel
FROM activity_seat s JOIN activity_party p ON p.community_id = s.community_id AND p.id = s.party_id
WHERE s.community_id = :community_id AND s.id = :id;
-- name: seat_save
UPDATE activity_seat SET heads = :heads, wants_guide = :wants_guide, guide = :guide, state = :state,
    version = version + 1, rank = :rank, offer_until = :offer_until, tell = :tell, came = :came,
    came_at = :came_at, came_how = :came_how, rating = :rating, rating_note = :rating_note,
    rated_at = :rated_at, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: seats_of_party
SELECT s.id, s.party_id, s.activity_id, s.heads, s.wants_guide, s.guide, s.state, s.version, s.rank,
    s.offer_until, s.tell, s.came, s.came_at, s.came_how, s.rating, s.rating_note, s.rated_at, s.created_at,
    s.changed_at, p.number, p.name, p.group_name, p.wish, p.channel
FROM activity_seat s JOIN activity_party p ON p.community_id = s.community_id AND p.id = s.party_id
JOIN activity a ON a.community_id = s.community_id AND a.id = s.activity_id
WHERE s.community_id = :community_id AND s.party_id = :party_id ORDER BY a.from_at, s.id LIMIT 100;
-- name: seat_of        of a party at one date
SELECT s.id, s.party_id, s.activity_id, s.heads, s.wants_guide, s.guide, s.state, s.version, s.rank,
    s.offer_until, s.tell, s.came, s.came_at, s.came_how, s.rating, s.rating_note, s.rated_at, s.created_at,
    s.changed_at, p.number, p.name, p.group_name, p.wish, p.channel
FROM activity_seat s JOIN activity_party p ON p.community_id = s.community_id AND p.id = s.party_id
WHERE s.community_id = :community_id AND s.party_id = :party_id AND s.activity_id = :activity_id;
-- name: seats
SELECT s.id, s.party_id, s.activity_id, s.heads, s.wants_guide, s.guide, s.state, s.version, s.rank,
    s.offer_until, s.tell, s.came, s.came_at, s.came_how, s.rating, s.rating_note, s.rated_at, s.created_at,
    s.changed_at, p.number, p.name, p.group_name, p.wish, p.channel
FROM activity_seat s JOIN activity_party p ON p.community_id = s.community_id AND p.id = s.party_id
WHERE s.community_id = :community_id AND s.activity_id = :activity_id
ORDER BY CASE s.state WHEN 'held' THEN 0 WHEN 'came' THEN 0 WHEN 'offered' THEN 1 WHEN 'waiting' THEN 2
    WHEN 'absent' THEN 3 ELSE 4 END, s.rank, s.id LIMIT 5000;
-- name: ahead
SELECT count(*) FROM activity_seat WHERE community_id = :community_id AND activity_id = :activity_id
    AND state = 'waiting' AND rank < :rank;
-- name: seats_open     that wait for the date
SELECT id FROM activity_seat WHERE community_id = :community_id AND activity_id = :activity_id
    AND state IN ('held', 'offered', 'waiting') ORDER BY rank LIMIT 5000;
-- name: tell_all       time or room have changed
UPDATE activity_seat SET tell = 1 WHERE community_id = :community_id AND activity_id = :activity_id
    AND state IN ('held', 'offered', 'waiting');
-- name: counts
SELECT state, COALESCE(sum(heads), 0) AS heads, count(*) AS parties, COALESCE(sum(came), 0) AS came,
    COALESCE(sum(tell), 0) AS tell, COALESCE(sum(wants_guide), 0) AS guides
FROM activity_seat WHERE community_id = :community_id AND activity_id = :activity_id GROUP BY state;
-- name: ratings
SELECT rating AS state, count(*) AS heads FROM activity_seat
WHERE community_id = :community_id AND activity_id = :activity_id AND rating <> '' GROUP BY rating;

-- ---- history ----
-- name: event_put
INSERT INTO activity_event (community_id, id, seat_id, step, from_state, to_state, text, by_person, by_name, at)
VALUES (:community_id, :id, :seat_id, :step, :from_state, :to_state, :text, :who_id, :by_name, :now);
-- name: events
SELECT id, seat_id, step, from_state, to_state, text, by_person, by_name, at FROM activity_event
WHERE community_id = :community_id AND seat_id = :seat_id ORDER BY id LIMIT 200;

-- name: sealed_some
SELECT id, name, contact FROM activity_party WHERE community_id = :community_id AND id > :after
ORDER BY id LIMIT :most;
-- name: sealed_put
UPDATE activity_party SET name = :name, contact = :contact
WHERE community_id = :community_id AND id = :id;

-- ---- what is held of who signs up ----
-- name: mine
SELECT * FROM activity_party_said WHERE community_id = :community_id AND id = :id;
-- name: mine_seats
SELECT * FROM activity_seat WHERE community_id = :community_id AND party_id = :id ORDER BY id LIMIT 200;
-- name: mine_events
SELECT e.* FROM activity_event e JOIN activity_seat s ON s.community_id = e.community_id AND s.id = e.seat_id
WHERE e.community_id = :community_id AND s.party_id = :id ORDER BY e.id LIMIT 200;
-- name: mine_find
SELECT COALESCE(max(id), 0) FROM activity_party WHERE community_id = :community_id AND number = :number;
-- name: mine_number
SELECT number FROM activity_party WHERE community_id = :community_id AND id = :id;
-- name: mine_since
SELECT COALESCE(max(a.to_at), 0) FROM activity_seat s JOIN activity a ON a.community_id = s.community_id AND a.id = s.activity_id
WHERE s.community_id = :community_id AND s.party_id = :id;
-- name: fix_name
UPDATE activity_party SET name = :name WHERE community_id = :community_id AND id = :id AND forgotten_at = 0;
-- name: fix_contact
UPDATE activity_party SET contact = :contact WHERE community_id = :community_id AND id = :id AND forgotten_at = 0;
-- name: close_party   its link and word open nothing any more
UPDATE activity_party SET word = '', key_hash = :nothing, client_key = NULL
WHERE community_id = :community_id AND id = :id AND forgotten_at = 0;
-- name: forget_party
UPDATE activity_party SET name = :nothing, contact = :nothing, group_name = '', wish = '', word = '', key_hash = :nothing,
    client_key = NULL, forgotten_at = :now
WHERE community_id = :community_id AND id = :id AND forgotten_at = 0;
-- name: forget_party_story
UPDATE activity_event SET text = '' WHERE community_id = :community_id AND text <> ''
    AND seat_id IN (SELECT id FROM activity_seat WHERE community_id = :community_id AND party_id = :id);
-- name: forget_party_words
UPDATE activity_seat SET rating_note = '' WHERE community_id = :community_id AND party_id = :id AND rating_note <> '';

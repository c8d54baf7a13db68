-- volunteer.sql: every statement on skill and the tables volunteer*.

-- name: skills       groups before their leaves; a leaf of a group that is off is off
SELECT s.id, s.code, s.parent_code, s.name, s.words, s.needs_credential, s.needs_insurance,
    s.needs_two, s.adults_only, s.needs_training, s.risk, s.active, s.sort
FROM skill s
LEFT JOIN skill g ON g.community_id = s.community_id AND g.code = s.parent_code
WHERE s.community_id = :community_id
    AND (:also_off = 1 OR (s.active = 1 AND (g.active IS NULL OR g.active = 1)))
ORDER BY COALESCE(g.sort, s.sort), COALESCE(g.code, s.code),
    CASE WHEN g.code IS NULL THEN 0 ELSE 1 END, s.sort, s.code
LIMIT 2000;
-- name: skill
SELECT id, code, parent_code, name, words, needs_credential, needs_insurance, needs_two,
    adults_only, needs_training, risk, active, sort
FROM skill WHERE community_id = :community_id AND code = :code;
-- name: skill_insert
INSERT INTO skill (community_id, id, code, parent_code, name, words, needs_credential,
    needs_insurance, needs_two, adults_only, needs_training, risk, active, sort)
VALUES (:community_id, :id, :code, :parent_code, :name, :words, :needs_credential,
    :needs_insurance, :needs_two, :adults_only, :needs_training, :risk, :active, :sort);
-- name: skill_save
UPDATE skill SET parent_code = :parent_code, name = :name, words = :words,
    needs_credential = :needs_credential, needs_insurance = :needs_insurance,
    needs_two = :needs_two, adults_only = :adults_only, needs_training = :needs_training,
    risk = :risk, active = :active, sort = :sort
WHERE community_id = :community_id AND id = :id AND code = :code;
-- name: skill_last
SELECT COALESCE(MAX(sort), 0) AS sort FROM skill
WHERE community_id = :community_id AND parent_code = :parent_code;

-- name: insert
INSERT INTO volunteer (community_id, id, number, key_hash, word, client_key, kind, org_id, name,
    contact, contact_index, shown_contact, birth_year, guardian_name, guardian_contact, place_id, place_path,
    grid_id, place_text, reach, week, week_max, ask_max, dialects, wont, state, paused_until,
    checked, channel, entered_by, import_id,
    confirmed_at, asked_at, insured_until, version, created_at, changed_at)
VALUES (:community_id, :id, :number, :key_hash, :word, :client_key, :kind, :org_id, :name,
    :contact, :contact_index, :shown_contact, :birth_year, :guardian_name, :guardian_contact, :place_id,
    :place_path, :grid_id, :place_text, :reach, :week, :week_max, :ask_max, :dialects, :wont,
    :state, :paused_until, :checked, :channel, :entered_by, :import_id,
    :confirmed_at, :asked_at, :insured_until, :version, :created_at,
    :changed_at);
-- name: load
SELECT * FROM volunteer_said volunteer WHERE community_id = :community_id AND id = :id;
-- name: get
SELECT * FROM volunteer_said volunteer WHERE community_id = :community_id AND id = :id
    AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid);
-- name: by_number
SELECT * FROM volunteer_said volunteer WHERE community_id = :community_id AND number = :number;
-- name: by_client_key
SELECT * FROM volunteer_said volunteer WHERE community_id = :community_id AND client_key = :client_key;
-- name: by_contact     for lists: is this one here already
SELECT id, name FROM volunteer
WHERE community_id = :community_id AND contact_index = :contact_index AND state <> 'left' ORDER BY id LIMIT 50;
-- name: key_of
SELECT COUNT(*) AS n FROM volunteer
WHERE community_id = :community_id AND id = :id AND key_hash = :key_hash;
-- name: save         nothing changes when somebody was faster
UPDATE volunteer SET version = version + 1, changed_at = :now, kind = :kind, org_id = :org_id,
    name = :name, contact = :contact, contact_index = :contact_index,
    shown_contact = :shown_contact, birth_year = :birth_year, guardian_name = :guardian_name,
    guardian_contact = :guardian_contact,
    place_id = :place_id, place_path = :place_path, grid_id = :grid_id, place_text = :place_text,
    reach = :reach, week = :week, week_max = :week_max, ask_max = :ask_max, dialects = :dialects,
    wont = :wont, state = :state, paused_until = :paused_until, checked = :checked,
    confirmed_at = :confirmed_at, asked_at = :asked_at, insured_until = :insured_until
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: touch        what belongs to it has changed beside it
UPDATE volunteer SET version = version + 1, changed_at = :now WHERE community_id = :community_id AND id = :id;
-- name: count_on     somebody of a list whom nobody has touched yet
UPDATE volunteer SET version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND import_id <> 0 AND version = 1;
-- name: neighbours   one row for each thing he can do; a person without any is there once
SELECT v.id, v.name, v.shown_contact AS number, v.birth_year, v.agrees_phone, COALESCE(k.name, '') AS can
FROM volunteer_said v
LEFT JOIN volunteer_skill s ON s.community_id = v.community_id AND s.volunteer_id = v.id
LEFT JOIN skill k ON k.community_id = s.community_id AND k.code = s.skill_code AND k.active = 1
WHERE v.community_id = :community_id AND v.place_path >= :path_lo AND v.place_path < :path_hi
    AND (:id = 0 OR v.id = :id)
    AND v.state = 'active' AND v.agrees_board = 1 AND v.kind = 'person'
ORDER BY v.id, k.sort, k.code LIMIT 400;
-- name: forget       what would lead back to who has left
UPDATE volunteer SET client_key = NULL, word = '', key_hash = :key_hash
WHERE community_id = :community_id AND id = :id;

-- name: search       newest first; words are looked for in what was opened: volunteer_search()
SELECT v.* FROM volunteer_said v
WHERE v.community_id = :community_id AND v.place_path >= :scope_lo AND v.place_path < :scope_hi
    AND (:scope_grid = 0 OR v.grid_id = :scope_grid)
    AND (:grid_id = 0 OR v.grid_id = :grid_id)
    AND (:kind = '' OR v.kind = :kind)
    AND (v.state = :state OR (:state = '' AND v.state <> 'left')
        OR (:state = 'asked' AND v.asked_at <> 0 AND v.state = 'active'))
    AND (:after = 0 OR v.id < :after)
    AND (:skill = '' OR EXISTS (SELECT 1 FROM volunteer_skill s
        JOIN skill k ON k.community_id = s.community_id AND k.code = s.skill_code
        WHERE s.community_id = v.community_id AND s.volunteer_id = v.id
            AND (k.code = :skill OR k.parent_code = :skill)))
ORDER BY v.id DESC LIMIT :most;
-- name: counts       by state within reach, for the head of the list
SELECT COALESCE(SUM(CASE WHEN state = 'active' THEN 1 ELSE 0 END), 0) AS active,
    COALESCE(SUM(CASE WHEN state = 'applied' THEN 1 ELSE 0 END), 0) AS applied,
    COALESCE(SUM(CASE WHEN state = 'paused' THEN 1 ELSE 0 END), 0) AS paused,
    COALESCE(SUM(CASE WHEN state = 'active' AND asked_at <> 0 THEN 1 ELSE 0 END), 0) AS asked
FROM volunteer
WHERE community_id = :community_id AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid);
-- name: supply       counts only, so without a reach
SELECT s.skill_code, COUNT(*) AS offers, COALESCE(SUM(s.is_verified), 0) AS verified
FROM volunteer_skill s
JOIN volunteer_said v ON v.community_id = s.community_id AND v.id = s.volunteer_id
WHERE s.community_id = :community_id AND v.state = 'active' AND v.agrees_match = 1
    AND (:grid_id = 0 OR v.grid_id = :grid_id OR v.reach = 'community')
GROUP BY s.skill_code ORDER BY s.skill_code LIMIT 2000;
-- name: offers       who may do this on a day
SELECT v.id AS volunteer_id, s.skill_code, v.kind, s.level,
    CASE WHEN s.is_verified = 1 AND (s.expires_at = 0 OR s.expires_at > :day_at) THEN 1 ELSE 0 END
        AS is_verified,
    v.org_id, v.place_id, v.grid_id, v.reach, v.week_max, v.ask_max, v.week,
    CASE WHEN k.needs_insurance = 1 THEN v.insured_until ELSE 0 END AS insured_until,
    CASE WHEN k.needs_credential = 1 OR k.needs_training = 1 THEN s.expires_at ELSE 0 END AS expires_at
FROM volunteer_skill s
JOIN skill k ON k.community_id = s.community_id AND k.code = s.skill_code AND k.active = 1
JOIN volunteer_said v ON v.community_id = s.community_id AND v.id = s.volunteer_id
WHERE s.community_id = :community_id AND s.skill_code = :skill
    AND v.state = 'active' AND v.agrees_match = 1
    AND ((k.needs_credential = 0 AND k.needs_training = 0)
        OR (s.is_verified = 1 AND (s.expires_at = 0 OR s.expires_at > :day_at)))
    AND (k.needs_insurance = 0 OR v.insured_until > :day_at)
    AND (k.adults_only = 0 OR v.birth_year = 0 OR v.birth_year < :minor_from)
    AND NOT EXISTS (SELECT 1 FROM volunteer_away a WHERE a.community_id = v.community_id
        AND a.volunteer_id = v.id AND a.from_day <= :day AND a.to_day >= :day)
ORDER BY s.skill_code, v.id;
-- name: reaches
SELECT g.volunteer_id, g.grid_id FROM volunteer_grid g
JOIN volunteer v ON v.community_id = g.community_id AND v.id = g.volunteer_id
WHERE g.community_id = :community_id AND v.state = 'active'
ORDER BY g.volunteer_id, g.grid_id;

-- name: skills_of
SELECT s.id, s.volunteer_id, s.skill_code, k.name, s.level, s.is_verified, s.verified_by,
    s.verified_at, s.expires_at
FROM volunteer_skill s JOIN skill k ON k.community_id = s.community_id AND k.code = s.skill_code
JOIN skill g ON g.community_id = k.community_id AND g.code = k.parent_code
WHERE s.community_id = :community_id AND s.volunteer_id = :id
ORDER BY g.sort, k.sort, k.code LIMIT 100;
-- name: skills_few    for one line of a list: verified and best ones first
SELECT s.id, s.volunteer_id, s.skill_code, k.name, s.level, s.is_verified, s.verified_by,
    s.verified_at, s.expires_at
FROM volunteer_skill s JOIN skill k ON k.community_id = s.community_id AND k.code = s.skill_code
WHERE s.community_id = :community_id AND s.volunteer_id = :id
ORDER BY s.is_verified DESC, s.level DESC, k.sort LIMIT 4;
-- name: skill_give
INSERT INTO volunteer_skill (community_id, id, volunteer_id, skill_code, level, is_verified,
    verified_by, verified_at, expires_at)
VALUES (:community_id, :id, :volunteer_id, :skill_code, :level, 0, 0, 0, 0)
ON CONFLICT (community_id, volunteer_id, skill_code) DO UPDATE SET level = :level;
-- name: skill_take
DELETE FROM volunteer_skill
WHERE community_id = :community_id AND volunteer_id = :volunteer_id AND skill_code = :skill_code;
-- name: skills_clear
DELETE FROM volunteer_skill WHERE community_id = :community_id AND volunteer_id = :id;
-- name: verify
UPDATE volunteer_skill SET is_verified = 1, verified_by = :who_id, verified_at = :now,
    expires_at = :expires_at
WHERE community_id = :community_id AND volunteer_id = :id AND skill_code = :skill_code;

-- name: grids_of
SELECT grid_id AS id FROM volunteer_grid
WHERE community_id = :community_id AND volunteer_id = :id ORDER BY grid_id LIMIT 200;
-- name: grid_give
INSERT INTO volunteer_grid (community_id, id, volunteer_id, grid_id)
VALUES (:community_id, :id, :volunteer_id, :grid_id)
ON CONFLICT (community_id, volunteer_id, grid_id) DO NOTHING;
-- name: grids_clear
DELETE FROM volunteer_grid WHERE community_id = :community_id AND volunteer_id = :id;

-- name: aways_of
SELECT id, volunteer_id, from_day, to_day FROM volunteer_away
WHERE community_id = :community_id AND volunteer_id = :id AND to_day >= :day
ORDER BY from_day, id LIMIT 100;
-- name: aways_all    of all who help, from a day on
SELECT a.id, a.volunteer_id, a.from_day, a.to_day FROM volunteer_away a
JOIN volunteer v ON v.community_id = a.community_id AND v.id = a.volunteer_id
WHERE a.community_id = :community_id AND a.to_day >= :day AND v.state = 'active'
ORDER BY a.volunteer_id, a.from_day, a.id;
-- name: away_put
INSERT INTO volunteer_away (community_id, id, volunteer_id, from_day, to_day)
VALUES (:community_id, :id, :volunteer_id, :from_day, :to_day);
-- name: away_drop
DELETE FROM volunteer_away
WHERE community_id = :community_id AND volunteer_id = :volunteer_id AND id = :id;
-- name: aways_clear
DELETE FROM volunteer_away WHERE community_id = :community_id AND volunteer_id = :id;

-- name: event_put
INSERT INTO volunteer_event (community_id, id, volunteer_id, step, text, by_person, by_name, at)
VALUES (:community_id, :id, :volunteer_id, :step, :text, :by_person, :by_name, :now);
-- name: events
SELECT id, volunteer_id, step, text, by_person, by_name, at FROM volunteer_event
WHERE community_id = :community_id AND volunteer_id = :id ORDER BY id LIMIT 500;

-- name: wants_clear
DELETE FROM volunteer_want WHERE community_id = :community_id;
-- name: want_put
INSERT INTO volunteer_want (community_id, id, grid_id, skill_code)
VALUES (:community_id, :id, :grid_id, :skill_code);
-- name: wants
SELECT grid_id, skill_code FROM volunteer_want
WHERE community_id = :community_id AND grid_id = :grid_id ORDER BY id LIMIT :most;

-- name: import_put
INSERT INTO volunteer_import (community_id, id, name, rows_in, rows_bad, problems, by_person,
    by_name, at, undone_at)
VALUES (:community_id, :id, :name, 0, :rows_bad, '', :who_id, :by_name, :now, 0);
-- name: import_get
SELECT i.*, 0 AS untouched, 0 AS waiting FROM volunteer_import i
WHERE i.community_id = :community_id AND i.id = :id AND i.undone_at = 0;
-- name: import_counts
UPDATE volunteer_import SET rows_in = rows_in + :good, rows_bad = rows_bad + :bad,
    problems = problems || :problems
WHERE community_id = :community_id AND id = :id;
-- name: import_part_put
INSERT INTO volunteer_import_part (community_id, id, import_id, rows, people)
VALUES (:community_id, :id, :import_id, :rows, :people);
-- name: import_part    the next one
SELECT id, rows FROM volunteer_import_part
WHERE community_id = :community_id AND import_id = :import_id ORDER BY id LIMIT 1;
-- name: import_part_drop
DELETE FROM volunteer_import_part WHERE community_id = :community_id AND id = :id;
-- name: import_parts_drop
DELETE FROM volunteer_import_part WHERE community_id = :community_id AND import_id = :id;
-- name: imports
SELECT i.*, (SELECT COUNT(*) FROM volunteer v WHERE v.community_id = i.community_id
        AND v.import_id = i.id AND v.version = 1 AND NOT EXISTS (SELECT 1 FROM keep_hold h
            WHERE h.community_id = :community_id AND h.subject = 'volunteer' AND h.subject_id = v.id
            AND h.ended_at = 0)) AS untouched,
    (SELECT COALESCE(CAST(SUM(p.people) AS BIGINT), 0) FROM volunteer_import_part p
        WHERE p.community_id = i.community_id AND p.import_id = i.id) AS waiting
FROM volunteer_import i WHERE i.community_id = :community_id ORDER BY i.id DESC LIMIT 10;
-- name: import_undone
UPDATE volunteer_import SET undone_at = :now, problems = ''
WHERE community_id = :community_id AND id = :id AND undone_at = 0;
-- name: import_untouched
SELECT id FROM volunteer WHERE community_id = :community_id AND import_id = :id AND version = 1 ORDER BY id;
-- name: import_skills_drop    of those that nobody has touched
DELETE FROM volunteer_skill WHERE community_id = :community_id AND volunteer_id IN (
    SELECT id FROM volunteer
    WHERE community_id = :community_id AND import_id = :id AND version = 1);
-- name: import_events_drop
DELETE FROM volunteer_event WHERE community_id = :community_id AND volunteer_id IN (
    SELECT id FROM volunteer
    WHERE community_id = :community_id AND import_id = :id AND version = 1);
-- name: import_drop
DELETE FROM volunteer WHERE community_id = :community_id AND import_id = :id AND version = 1;

-- name: sealed_some
SELECT id, name, contact, guardian_name, guardian_contact FROM volunteer WHERE community_id = :community_id AND id > :after
ORDER BY id LIMIT :most;
-- name: sealed_put
UPDATE volunteer SET name = :name, contact = :contact, guardian_name = :guardian_name,
    guardian_contact = :guardian_contact
WHERE community_id = :community_id AND id = :id;

-- name: part_sealed_some
SELECT id, rows FROM volunteer_import_part WHERE community_id = :community_id AND id > :after
ORDER BY id LIMIT :most;
-- name: part_sealed_put
UPDATE volunteer_import_part SET rows = :rows
WHERE community_id = :community_id AND id = :id;
-- name: shown_put
UPDATE volunteer SET shown_contact = :shown_contact WHERE community_id = :community_id AND id = :id;

-- ---- what is held of a volunteer ----
-- name: mine
SELECT * FROM volunteer_said WHERE community_id = :community_id AND id = :id;
-- name: mine_skills
SELECT COALESCE(k.name, s.skill_code) AS fact,
    CASE WHEN s.expires_at > 0 THEN s.expires_at - 1 ELSE 0 END AS to_at FROM volunteer_skill s
LEFT JOIN skill k ON k.community_id = s.community_id AND k.code = s.skill_code
WHERE s.community_id = :community_id AND s.volunteer_id = :id ORDER BY s.id LIMIT 100;
-- name: mine_grids
SELECT g.name AS fact FROM volunteer_grid v JOIN grid g ON g.community_id = v.community_id AND g.id = v.grid_id
WHERE v.community_id = :community_id AND v.volunteer_id = :id ORDER BY v.id LIMIT 100;
-- name: mine_aways
SELECT from_day * 86400000 - 28800000 AS from_at, to_day * 86400000 - 28800000 AS to_at FROM volunteer_away
WHERE community_id = :community_id AND volunteer_id = :id ORDER BY id LIMIT 100;
-- name: mine_events
SELECT * FROM volunteer_event WHERE community_id = :community_id AND volunteer_id = :id ORDER BY id LIMIT 200;
-- name: mine_list
SELECT i.name AS fact, i.at AS from_at FROM volunteer_import i JOIN volunteer v ON v.community_id = i.community_id AND v.import_id = i.id
WHERE i.community_id = :community_id AND v.id = :id;
-- name: mine_find
SELECT COALESCE(max(id), 0) FROM volunteer WHERE community_id = :community_id AND number = :number;
-- name: mine_number
SELECT number FROM volunteer WHERE community_id = :community_id AND id = :id;
-- name: mine_since
SELECT CASE WHEN state = 'left' THEN changed_at ELSE 0 END AS since_at FROM volunteer
WHERE community_id = :community_id AND id = :id;
-- name: story_clear
UPDATE volunteer_event SET text = '' WHERE community_id = :community_id AND volunteer_id = :id AND text <> '';
-- name: story_old      what was said of who has left
SELECT count(*) FROM volunteer_event e JOIN volunteer v ON v.community_id = e.community_id AND v.id = e.volunteer_id
WHERE e.community_id = :community_id AND e.text <> '' AND v.state = 'left'
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'volunteer' AND h.subject_id = v.id AND h.ended_at = 0);
-- name: story_forget
UPDATE volunteer_event SET text = '' WHERE community_id = :community_id AND id IN (SELECT e.id FROM volunteer_event e
    JOIN volunteer v ON v.community_id = e.community_id AND v.id = e.volunteer_id
    WHERE e.community_id = :community_id AND e.text <> '' AND v.state = 'left'
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'volunteer' AND h.subject_id = v.id AND h.ended_at = 0)
    ORDER BY e.id LIMIT :most);
-- name: fix_name
UPDATE volunteer SET name = :name, version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND state <> 'left';
-- name: fix_contact
UPDATE volunteer SET contact = :contact, contact_index = :contact_index, shown_contact = '',
    version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND state <> 'left';

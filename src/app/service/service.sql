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

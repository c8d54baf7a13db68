-- site.sql: every statement on site and the tables site_*; reads place and tier.

-- name: list
SELECT s.*, COALESCE(t.name, '') AS tier_name, p.code AS place_code, p.full_name AS place_name,
    p.path
FROM site s
JOIN place p ON p.community_id = s.community_id AND p.id = s.place_id
LEFT JOIN tier t ON t.community_id = s.community_id AND t.tree = 'site' AND t.depth = s.tier
WHERE s.community_id = :community_id AND s.active_to = 0
ORDER BY s.tier, p.path, s.code LIMIT 200;

-- name: get
SELECT s.*, COALESCE(t.name, '') AS tier_name, p.code AS place_code, p.full_name AS place_name,
    p.path
FROM site s
JOIN place p ON p.community_id = s.community_id AND p.id = s.place_id
LEFT JOIN tier t ON t.community_id = s.community_id AND t.tree = 'site' AND t.depth = s.tier
WHERE s.community_id = :community_id AND s.id = :id AND s.active_to = 0;

-- name: was    also one that has ended
SELECT s.*, COALESCE(t.name, '') AS tier_name, p.code AS place_code, p.full_name AS place_name,
    p.path
FROM site s
JOIN place p ON p.community_id = s.community_id AND p.id = s.place_id
LEFT JOIN tier t ON t.community_id = s.community_id AND t.tree = 'site' AND t.depth = s.tier
WHERE s.community_id = :community_id AND s.id = :id;

-- name: by_code
SELECT s.*, COALESCE(t.name, '') AS tier_name, p.code AS place_code, p.full_name AS place_name,
    p.path
FROM site s
JOIN place p ON p.community_id = s.community_id AND p.id = s.place_id
LEFT JOIN tier t ON t.community_id = s.community_id AND t.tree = 'site' AND t.depth = s.tier
WHERE s.community_id = :community_id AND s.code = :code AND s.active_to = 0;

-- name: code_taken    by one that is gone, too: its QR codes still hang somewhere
SELECT COUNT(*) FROM site WHERE community_id = :community_id AND code = :code;

-- name: tiers
SELECT id, depth, name FROM tier WHERE community_id = :community_id AND tree = 'site'
ORDER BY depth LIMIT 20;

-- name: add
INSERT INTO site (community_id, id, place_id, tier, code, name, address, way, phone, about,
    operator, operator_name, area_m2, has_ramp, has_lift, has_toilet, has_low_desk, has_nursery,
    version, created_at, changed_at, changed_name, active_to)
VALUES (:community_id, :id, :place_id, :tier, :code, :name, :address, :way, :phone, :about,
    :operator, :operator_name, :area_m2, :has_ramp, :has_lift, :has_toilet, :has_low_desk,
    :has_nursery, 1, :now, :now, :changed_name, 0);

-- name: save
UPDATE site SET place_id = :place_id, tier = :tier, name = :name, address = :address, way = :way,
    phone = :phone, about = :about, operator = :operator, operator_name = :operator_name,
    area_m2 = :area_m2, has_ramp = :has_ramp, has_lift = :has_lift, has_toilet = :has_toilet,
    has_low_desk = :has_low_desk, has_nursery = :has_nursery, version = version + 1,
    changed_at = :now, changed_name = :changed_name
WHERE community_id = :community_id AND id = :id AND version = :version AND active_to = 0;

-- name: touch    its hours, parts or notices changed: what was shown before is old
UPDATE site SET version = version + 1, changed_at = :now, changed_name = :changed_name
WHERE community_id = :community_id AND id = :id AND active_to = 0;

-- name: end
UPDATE site SET active_to = :now, version = version + 1, changed_at = :now,
    changed_name = :changed_name
WHERE community_id = :community_id AND id = :id AND active_to = 0;

-- name: parts
SELECT id, site_id, kind, name, floor, phone, note, operator, operator_name, version
FROM site_part WHERE community_id = :community_id AND site_id = :site_id AND active_to = 0
ORDER BY id LIMIT 60;

-- name: part
SELECT id, site_id, kind, name, floor, phone, note, operator, operator_name, version
FROM site_part WHERE community_id = :community_id AND id = :id AND active_to = 0;

-- name: parts_of_kind    in sites that are still there
SELECT r.id, r.site_id, r.kind, r.name, r.floor, r.phone, r.note, r.operator, r.operator_name,
    r.version
FROM site s
JOIN site_part r ON r.community_id = s.community_id AND r.site_id = s.id AND r.active_to = 0
WHERE s.community_id = :community_id AND s.active_to = 0 AND r.kind = :kind
ORDER BY s.tier, s.code, r.id LIMIT 60;

-- name: kinds    that there are
SELECT DISTINCT r.kind FROM site s
JOIN site_part r ON r.community_id = s.community_id AND r.site_id = s.id AND r.active_to = 0
WHERE s.community_id = :community_id AND s.active_to = 0
ORDER BY r.kind LIMIT 20;

-- name: part_add
INSERT INTO site_part (community_id, id, site_id, kind, name, floor, phone, note, operator,
    operator_name, version, created_at, changed_at, active_to)
VALUES (:community_id, :id, :site_id, :kind, :name, :floor, :phone, :note, :operator,
    :operator_name, 1, :now, :now, 0);

-- name: part_save
UPDATE site_part SET kind = :kind, name = :name, floor = :floor, phone = :phone, note = :note,
    operator = :operator, operator_name = :operator_name, version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version AND active_to = 0;

-- name: part_end
UPDATE site_part SET active_to = :now, version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND active_to = 0;

-- name: hours    of one site and its parts
SELECT site_id, part_id, day, spans FROM site_hours
WHERE community_id = :community_id AND site_id = :site_id
ORDER BY part_id, day LIMIT 1000;

-- name: hours_all    of the sites themselves and of their parts of one kind
SELECT h.site_id, h.part_id, h.day, h.spans FROM site_hours h
LEFT JOIN site_part r ON r.community_id = h.community_id AND r.id = h.part_id AND r.active_to = 0
WHERE h.community_id = :community_id AND (h.part_id = 0 OR r.kind = :kind)
ORDER BY h.site_id, h.part_id, h.day LIMIT 4000;

-- name: hours_clear
DELETE FROM site_hours
WHERE community_id = :community_id AND site_id = :site_id AND part_id = :part_id;

-- name: hours_add
INSERT INTO site_hours (community_id, id, site_id, part_id, day, spans)
VALUES (:community_id, :id, :site_id, :part_id, :day, :spans);

-- name: notices    in the order of announcement; site_id 0 = of all sites
SELECT id, site_id, part_id, from_day, to_day, spans, reason, late_why, announced_at, ended_at,
    by_name
FROM site_notice
WHERE community_id = :community_id AND to_day >= :from_day
    AND (:site_id = 0 OR site_id = :site_id) AND (:with_ended = 1 OR ended_at = 0)
ORDER BY announced_at, id LIMIT 2000;

-- name: notice
SELECT id, site_id, part_id, from_day, to_day, spans, reason, late_why, announced_at, ended_at,
    by_name
FROM site_notice WHERE community_id = :community_id AND id = :id;

-- name: notice_add
INSERT INTO site_notice (community_id, id, site_id, part_id, from_day, to_day, spans, reason,
    late_why, announced_at, by_person, by_name, ended_at)
VALUES (:community_id, :id, :site_id, :part_id, :from_day, :to_day, :spans, :reason, :late_why,
    :now, :who_id, :by_name, 0);

-- name: notice_end
UPDATE site_notice SET ended_at = :now
WHERE community_id = :community_id AND id = :id AND ended_at = 0;

-- name: items
SELECT id, ordinal, title, hint, active FROM site_item
WHERE community_id = :community_id AND (:also_off = 1 OR active = 1)
ORDER BY ordinal, id LIMIT 100;

-- name: item_add
INSERT INTO site_item (community_id, id, ordinal, title, hint, active)
VALUES (:community_id, :id, :ordinal, :title, :hint, :active);

-- name: item_save
UPDATE site_item SET ordinal = :ordinal, title = :title, hint = :hint, active = :active
WHERE community_id = :community_id AND id = :id;

-- name: checks    all items, looked at or not
SELECT i.id AS item_id, i.title, i.hint, COALESCE(c.state, 'unseen') AS state,
    COALESCE(c.note, '') AS note, COALESCE(c.owner, '') AS owner,
    COALESCE(c.due_day, 0) AS due_day, COALESCE(c.changed_at, 0) AS changed_at,
    COALESCE(c.changed_name, '') AS changed_name
FROM site_item i
LEFT JOIN site_check c ON c.community_id = i.community_id AND c.item_id = i.id
    AND c.site_id = :site_id
WHERE i.community_id = :community_id AND i.active = 1
ORDER BY i.ordinal, i.id LIMIT 100;

-- name: check_put
INSERT INTO site_check (community_id, id, site_id, item_id, state, note, owner, due_day,
    changed_at, changed_name)
VALUES (:community_id, :id, :site_id, :item_id, :state, :note, :owner, :due_day, :now,
    :changed_name)
ON CONFLICT (community_id, site_id, item_id) DO UPDATE SET state = excluded.state,
    note = excluded.note, owner = excluded.owner, due_day = excluded.due_day,
    changed_at = excluded.changed_at, changed_name = excluded.changed_name;

-- name: lacking    within the caller's reach; those without a day last
SELECT c.site_id, c.item_id, c.state, c.note, c.owner, c.due_day, c.changed_at, c.changed_name,
    i.title, i.hint, s.code AS site_code, s.name AS site_name
FROM site s
JOIN place p ON p.community_id = s.community_id AND p.id = s.place_id
JOIN site_check c ON c.community_id = s.community_id AND c.site_id = s.id
JOIN site_item i ON i.community_id = c.community_id AND i.id = c.item_id AND i.active = 1
WHERE s.community_id = :community_id AND s.active_to = 0 AND c.state = 'lacking'
    AND p.path >= :scope_lo AND p.path < :scope_hi
ORDER BY CASE WHEN c.due_day = 0 THEN 1 ELSE 0 END, c.due_day, s.code, i.ordinal LIMIT 500;

-- name: menu
SELECT part_id, day, meal, dishes FROM site_menu
WHERE community_id = :community_id AND part_id = :part_id AND day >= :from_day AND day <= :to_day
ORDER BY day, CASE meal WHEN 'breakfast' THEN 0 WHEN 'lunch' THEN 1 ELSE 2 END LIMIT 200;

-- name: menu_put
INSERT INTO site_menu (community_id, id, part_id, day, meal, dishes)
VALUES (:community_id, :id, :part_id, :day, :meal, :dishes)
ON CONFLICT (community_id, part_id, day, meal) DO UPDATE SET dishes = excluded.dishes;

-- name: menu_drop
DELETE FROM site_menu
WHERE community_id = :community_id AND part_id = :part_id AND day = :day AND meal = :meal;

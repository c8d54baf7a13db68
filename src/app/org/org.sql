-- org.sql: every statement on org, post, holding, admin_seat.

-- name: get
SELECT id, parent_id, tier, kind, code, name, short AS short_name, path, place_id, phone FROM org
WHERE community_id = :community_id AND id = :id;

-- name: children
SELECT id, parent_id, tier, kind, code, name, short AS short_name, path, place_id, phone FROM org
WHERE community_id = :community_id AND parent_id = :parent_id
    AND (active_to = 0 OR active_to > :now)
ORDER BY path LIMIT 2000;

-- name: child_count    ended ones too: a path is never used again
SELECT COUNT(*) FROM org WHERE community_id = :community_id AND parent_id = :parent_id;

-- name: serving    of one kind, or of all
WITH RECURSIVE up (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM place WHERE community_id = :community_id AND id = :place_id
    UNION ALL
    SELECT p.id, p.parent_id, up.depth + 1 FROM up
    JOIN place p ON p.community_id = :community_id AND p.id = up.parent_id
    WHERE up.depth < 20)
SELECT o.id, o.parent_id, o.tier, o.kind, o.code, o.name, o.short AS short_name, o.path,
    o.place_id, o.phone
FROM org o LEFT JOIN up ON up.id = o.place_id
WHERE o.community_id = :community_id AND (:kind = '' OR o.kind = :kind)
    AND (o.place_id = 0 OR up.id IS NOT NULL)
    AND (o.active_to = 0 OR o.active_to > :now)
ORDER BY COALESCE(up.depth, 100), o.path LIMIT 2000;

-- name: add
INSERT INTO org (community_id, id, parent_id, tier, kind, code, name, short, path, place_id, phone,
    active_from, active_to)
VALUES (:community_id, :id, :parent_id, :tier, :kind, :code, :name, :short_name, :path, :place_id,
    :phone, :now, 0);

-- name: post_add
INSERT INTO post (community_id, id, role, title, org_id, place_id, grid_id, active_from, active_to)
VALUES (:community_id, :id, :role, :title, :org_id, :place_id, :grid_id, :now, 0);

-- name: post
SELECT id, role, title, org_id, place_id, grid_id FROM post
WHERE community_id = :community_id AND id = :id;

-- name: live    holdings of the post that are not over, of the holder or of the deputy
SELECT h.id, h.post_id, h.person_id, p.name AS person_name, h.is_deputy, h.show_name, h.show_phone, h.from_at,
    h.to_at
FROM holding_said h JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id
WHERE h.community_id = :community_id AND h.post_id = :post_id AND h.is_deputy = :is_deputy
    AND h.to_at <> h.from_at AND (h.to_at = 0 OR h.to_at > :now)
ORDER BY h.from_at, h.id;

-- name: acting    of the post itself first, then of the other posts of its grid
SELECT t.id AS post_id, h.person_id, t.role, t.title, p.name AS person_name, p.duty_phone,
    h.is_deputy, h.show_name, h.show_phone, h.from_at, t.org_id
FROM post t
JOIN holding_said h ON h.community_id = t.community_id AND h.post_id = t.id
    AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id AND p.active = 1
WHERE t.community_id = :community_id AND (t.active_to = 0 OR t.active_to > :now)
    AND (t.id = :post_id OR (t.grid_id = :grid_id AND t.grid_id <> 0
        AND t.role IN ('grid_worker', 'grid_deputy')))
ORDER BY CASE WHEN t.id = :post_id THEN 0 ELSE 1 END, h.is_deputy, t.id LIMIT 1;

-- name: candidate
SELECT name, active FROM person WHERE community_id = :community_id AND id = :id;

-- name: overlaps    held at this instant or later
SELECT COUNT(*) FROM holding
WHERE community_id = :community_id AND post_id = :post_id AND is_deputy = :is_deputy
    AND to_at <> from_at AND (to_at = 0 OR to_at > :from_at);

-- name: holding
SELECT h.id, h.post_id, h.person_id, p.name AS person_name, h.is_deputy, h.show_name, h.show_phone, h.from_at,
    h.to_at
FROM holding_said h JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id
WHERE h.community_id = :community_id AND h.id = :id;

-- name: holdings    the whole history of a post, newest first
SELECT h.id, h.post_id, h.person_id, p.name AS person_name, h.is_deputy, h.show_name, h.show_phone, h.from_at,
    h.to_at, COALESCE(b.name, '') AS by_name, COALESCE(e.name, '') AS ended_name
FROM holding_said h JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id
LEFT JOIN person b ON b.community_id = h.community_id AND b.id = h.by_person
LEFT JOIN person e ON e.community_id = h.community_id AND e.id = h.ended_by
WHERE h.community_id = :community_id AND h.post_id = :post_id
ORDER BY h.from_at DESC, h.id DESC LIMIT 500;

-- name: held    what a person holds, held and will hold, newest first
SELECT h.id, h.post_id, h.person_id, p.name AS person_name, h.is_deputy, h.show_name, h.show_phone, h.from_at,
    h.to_at, t.role, t.title
FROM holding_said h JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id
JOIN post t ON t.community_id = h.community_id AND t.id = h.post_id
WHERE h.community_id = :community_id AND h.person_id = :person_id
ORDER BY h.from_at DESC, h.id DESC LIMIT 500;

-- name: holding_end
UPDATE holding SET to_at = :to_at, ended_by = :who_id
WHERE community_id = :community_id AND id = :id AND (to_at = 0 OR to_at > :now);

-- name: holding_goes_on    whose end was only to make room for a successor that was called off
UPDATE holding SET to_at = 0, ended_by = 0
WHERE community_id = :community_id AND post_id = :post_id AND is_deputy = :is_deputy
    AND to_at = :from_at AND from_at < to_at AND to_at > :now;

-- name: holding_add
INSERT INTO holding (community_id, id, post_id, person_id, is_deputy, from_at, to_at, by_person, ended_by)
VALUES (:community_id, :id, :post_id, :person_id, :is_deputy, :from_at, 0, :who_id, 0);

-- name: seat_against   a post he holds, or will, that goes not with this one: with one of the three seats no other post goes
SELECT t.role FROM holding h JOIN post t ON t.community_id = h.community_id AND t.id = h.post_id
WHERE h.community_id = :community_id AND h.person_id = :person_id AND t.role <> :role
    AND (:is_seat = 1 OR t.role IN ('admin', 'security', 'auditor'))
    AND h.to_at <> h.from_at AND (h.to_at = 0 OR h.to_at > :now)
ORDER BY h.id LIMIT 1;

-- name: seat_put
INSERT INTO admin_seat (community_id, person_id, role) VALUES (:community_id, :person_id, :role)
ON CONFLICT (community_id, person_id) DO UPDATE SET role = excluded.role;

-- The limits inside tell SQLite that these lists are short; else it first reads all posts.
-- name: people_of    the posts that serve a place, vacant ones too
WITH RECURSIVE up (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM place WHERE community_id = :community_id AND id = :place_id
    UNION ALL
    SELECT p.id, p.parent_id, up.depth + 1 FROM up
    JOIN place p ON p.community_id = :community_id AND p.id = up.parent_id
    WHERE up.depth < 20),
near (id, depth) AS (
    SELECT g.id, 0 FROM post g WHERE g.community_id = :community_id AND g.grid_id = :grid_id
        AND g.grid_id <> 0 AND g.role IN ('grid_worker', 'grid_deputy')
    UNION ALL
    SELECT l.id, up.depth FROM up
    JOIN post l ON l.community_id = :community_id AND l.place_id = up.id
    WHERE l.role IN ('building_leader', 'area_staff')
    LIMIT 60)
SELECT t.id AS post_id, COALESCE(h.person_id, 0) AS person_id, t.role, t.title,
    COALESCE(p.name, '') AS person_name, COALESCE(p.duty_phone, '') AS duty_phone,
    COALESCE(h.is_deputy, 0) AS is_deputy,
    (SELECT count(*) FROM consent c WHERE c.community_id = h.community_id AND c.subject = 'holding'
        AND c.subject_id = h.id AND c.purpose = 'name' AND c.ended_at = 0) AS show_name,
    (SELECT count(*) FROM consent c WHERE c.community_id = h.community_id AND c.subject = 'holding'
        AND c.subject_id = h.id AND c.purpose = 'phone' AND c.ended_at = 0) AS show_phone,
    COALESCE(h.from_at, 0) AS from_at, t.org_id, COALESCE(o.phone, '') AS org_phone
FROM near
JOIN post t ON t.community_id = :community_id AND t.id = near.id
LEFT JOIN holding h ON h.community_id = t.community_id AND h.post_id = t.id
    AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
LEFT JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id
LEFT JOIN org o ON o.community_id = t.community_id AND o.id = t.org_id
WHERE t.active_to = 0 OR t.active_to > :now
ORDER BY CASE t.role WHEN 'grid_worker' THEN 1 WHEN 'grid_deputy' THEN 2
    WHEN 'building_leader' THEN 3 ELSE 4 END, near.depth, t.id, is_deputy LIMIT 50;

-- name: holders    of a role for a place, nearest first; each kind of reach by its own index
WITH RECURSIVE up (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM place WHERE community_id = :community_id AND id = :place_id
    UNION ALL
    SELECT p.id, p.parent_id, up.depth + 1 FROM up
    JOIN place p ON p.community_id = :community_id AND p.id = up.parent_id
    WHERE up.depth < 20),
near (id, depth) AS (
    SELECT g.id, 0 FROM post g WHERE g.community_id = :community_id AND g.grid_id = :grid_id
        AND g.grid_id <> 0 AND :reach = 'grid'
    UNION ALL
    SELECT l.id, up.depth FROM up
    JOIN post l ON l.community_id = :community_id AND l.place_id = up.id
    WHERE :reach = 'place'
    UNION ALL
    SELECT w.id, COALESCE(up.depth, 100) FROM org o
    LEFT JOIN up ON up.id = o.place_id
    JOIN post w ON w.community_id = :community_id AND w.org_id = o.id
    WHERE o.community_id = :community_id AND :reach = 'org'
        AND (o.place_id = 0 OR up.id IS NOT NULL)
    UNION ALL
    SELECT c.id, 100 FROM post c
    WHERE c.community_id = :community_id AND c.role = :role AND :reach = 'community')
SELECT t.id AS post_id, h.person_id, t.role, t.title, t.org_id, p.name AS person_name, p.duty_phone,
    h.is_deputy, h.show_name, h.show_phone, h.from_at
FROM near
JOIN post t ON t.community_id = :community_id AND t.id = near.id
JOIN holding_said h ON h.community_id = t.community_id AND h.post_id = t.id
    AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id AND p.active = 1
WHERE t.role = :role AND (t.active_to = 0 OR t.active_to > :now)
ORDER BY near.depth, h.is_deputy, t.id LIMIT 100;

-- name: posts    of an organisation (0 = of none); vacant_at: since when nobody but a deputy has it
SELECT t.id AS post_id, COALESCE(h.person_id, 0) AS person_id, t.role, t.title, t.org_id,
    COALESCE(p.name, '') AS person_name, COALESCE(p.duty_phone, '') AS duty_phone,
    COALESCE(h.is_deputy, 0) AS is_deputy,
    (SELECT count(*) FROM consent c WHERE c.community_id = h.community_id AND c.subject = 'holding'
        AND c.subject_id = h.id AND c.purpose = 'name' AND c.ended_at = 0) AS show_name,
    (SELECT count(*) FROM consent c WHERE c.community_id = h.community_id AND c.subject = 'holding'
        AND c.subject_id = h.id AND c.purpose = 'phone' AND c.ended_at = 0) AS show_phone,
    COALESCE(h.from_at, 0) AS from_at,
    CASE WHEN EXISTS (SELECT 1 FROM holding c WHERE c.community_id = t.community_id
            AND c.post_id = t.id AND c.is_deputy = 0 AND c.from_at <= :now
            AND (c.to_at = 0 OR c.to_at > :now)) THEN 0
        ELSE COALESCE((SELECT MAX(e.to_at) FROM holding e WHERE e.community_id = t.community_id
            AND e.post_id = t.id AND e.is_deputy = 0 AND e.to_at > e.from_at
            AND e.to_at <= :now), t.active_from) END AS vacant_at
FROM post t
LEFT JOIN holding h ON h.community_id = t.community_id AND h.post_id = t.id
    AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
LEFT JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id
WHERE t.community_id = :community_id AND t.org_id = :org_id
    AND (t.active_to = 0 OR t.active_to > :now)
ORDER BY t.id, is_deputy LIMIT 1000;

-- name: posts_found    by title or holder, or the vacant ones
WITH found AS (
    SELECT t.id AS post_id, COALESCE(h.person_id, 0) AS person_id, t.role, t.title, t.org_id,
        COALESCE(p.name, '') AS person_name, COALESCE(p.duty_phone, '') AS duty_phone,
        COALESCE(h.is_deputy, 0) AS is_deputy,
    (SELECT count(*) FROM consent c WHERE c.community_id = h.community_id AND c.subject = 'holding'
        AND c.subject_id = h.id AND c.purpose = 'name' AND c.ended_at = 0) AS show_name,
    (SELECT count(*) FROM consent c WHERE c.community_id = h.community_id AND c.subject = 'holding'
        AND c.subject_id = h.id AND c.purpose = 'phone' AND c.ended_at = 0) AS show_phone,
        COALESCE(h.from_at, 0) AS from_at,
        CASE WHEN EXISTS (SELECT 1 FROM holding c WHERE c.community_id = t.community_id
                AND c.post_id = t.id AND c.is_deputy = 0 AND c.from_at <= :now
                AND (c.to_at = 0 OR c.to_at > :now)) THEN 0
            ELSE COALESCE((SELECT MAX(e.to_at) FROM holding e WHERE e.community_id = t.community_id
                AND e.post_id = t.id AND e.is_deputy = 0 AND e.to_at > e.from_at
                AND e.to_at <= :now), t.active_from) END AS vacant_at
    FROM post t
    LEFT JOIN holding h ON h.community_id = t.community_id AND h.post_id = t.id
        AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
    LEFT JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id
    WHERE t.community_id = :community_id AND (t.active_to = 0 OR t.active_to > :now))
SELECT * FROM found
WHERE (:text = '' OR LOWER(title) LIKE LOWER(:text) ESCAPE '!' OR LOWER(person_name) LIKE LOWER(:text) ESCAPE '!')
    AND (:vacant = 0 OR vacant_at <> 0)
ORDER BY CASE WHEN vacant_at = 0 THEN 1 ELSE 0 END, vacant_at, post_id, is_deputy LIMIT :most;

-- name: outline    all organisations, each before what is below it, with its own posts
SELECT o.id, o.parent_id, o.name, o.path, o.phone, COALESCE(r.name, '') AS tier_name,
    (SELECT COUNT(*) FROM post t WHERE t.community_id = o.community_id AND t.org_id = o.id
        AND (t.active_to = 0 OR t.active_to > :now)) AS posts,
    (SELECT COUNT(*) FROM post t WHERE t.community_id = o.community_id AND t.org_id = o.id
        AND (t.active_to = 0 OR t.active_to > :now)
        AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.community_id = t.community_id
            AND h.post_id = t.id AND h.is_deputy = 0 AND h.from_at <= :now
            AND (h.to_at = 0 OR h.to_at > :now))) AS vacant
FROM org o LEFT JOIN tier r ON r.community_id = o.community_id AND r.tree = 'org'
    AND r.code = o.tier
WHERE o.community_id = :community_id AND (o.active_to = 0 OR o.active_to > :now)
ORDER BY o.path LIMIT 5000;

-- ---- forgetting: whose last post as an administrator is over, and none is planned ----
-- name: seats_old
SELECT count(*) FROM admin_seat a WHERE a.community_id = :community_id AND NOT EXISTS (SELECT 1 FROM holding h
    JOIN post t ON t.community_id = h.community_id AND t.id = h.post_id
    WHERE h.community_id = a.community_id AND h.person_id = a.person_id AND t.role = a.role
        AND (h.to_at = 0 OR h.to_at >= :before));
-- name: seats_forget
DELETE FROM admin_seat WHERE community_id = :community_id AND person_id IN (SELECT a.person_id FROM admin_seat a
    WHERE a.community_id = :community_id AND NOT EXISTS (SELECT 1 FROM holding h
        JOIN post t ON t.community_id = h.community_id AND t.id = h.post_id
        WHERE h.community_id = a.community_id AND h.person_id = a.person_id AND t.role = a.role
            AND (h.to_at = 0 OR h.to_at >= :before))
    ORDER BY a.person_id LIMIT :most);

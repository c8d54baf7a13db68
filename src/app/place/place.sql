-- place.sql: every statement on community, tier, place, grid, grid_shape, grid_place. The proof of
-- coverage also reads org's post and holding.

-- name: community
SELECT id, code, name, short AS short_name, phone, hours, is_sample FROM community
WHERE community_id = :community_id AND id = :community_id;

-- name: communities    (all communities)
SELECT id, code, name, short AS short_name, phone, hours, is_sample FROM community ORDER BY id;

-- name: community_add
INSERT INTO community (community_id, id, code, name, short, phone, hours, is_sample, created_at)
VALUES (:id, :id, :code, :name, :short_name, :phone, :hours, :is_sample, :now);

-- name: tier_add
INSERT INTO tier (community_id, id, tree, depth, code, name)
VALUES (:community_id, :id, :tree, :depth, :code, :name);

-- name: get
SELECT id, parent_id, tier, kind, code, name, full_name, path, doors, gb_code FROM place
WHERE community_id = :community_id AND id = :id;

-- name: by_code
SELECT id, parent_id, tier, kind, code, name, full_name, path, doors, gb_code FROM place
WHERE community_id = :community_id AND code = :code AND (active_to = 0 OR active_to > :now);

-- name: children
SELECT id, parent_id, tier, kind, code, name, full_name, path, doors, gb_code FROM place
WHERE community_id = :community_id AND parent_id = :parent_id
    AND (active_to = 0 OR active_to > :now)
ORDER BY path LIMIT 2000;

-- name: child_count    ended ones too: a path is never used again
SELECT COUNT(*) FROM place WHERE community_id = :community_id AND parent_id = :parent_id;

-- name: line
WITH RECURSIVE up (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM place WHERE community_id = :community_id AND id = :id
    UNION ALL
    SELECT p.id, p.parent_id, up.depth + 1 FROM up
    JOIN place p ON p.community_id = :community_id AND p.id = up.parent_id
    WHERE up.depth < 20)
SELECT p.id, p.parent_id, p.tier, p.kind, p.code, p.name, p.full_name, p.path, p.doors, p.gb_code
FROM up JOIN place p ON p.community_id = :community_id AND p.id = up.id
ORDER BY up.depth DESC;

-- name: search    blanks do not count: 依澜雅居7栋
SELECT id, parent_id, tier, kind, code, name, full_name, path, doors, gb_code FROM place
WHERE community_id = :community_id AND (:tier = '' OR tier = :tier)
    AND (LOWER(REPLACE(full_name, ' ', '')) LIKE LOWER(:like) ESCAPE '!' OR LOWER(code) LIKE LOWER(:code_like) ESCAPE '!')
    AND (active_to = 0 OR active_to > :now)
ORDER BY path LIMIT :limit;

-- name: add
INSERT INTO place (community_id, id, parent_id, tier, kind, code, name, full_name, path, doors,
    gb_code, active_from, active_to)
VALUES (:community_id, :id, :parent_id, :tier, :kind, :code, :name, :full_name, :path, :doors,
    :gb_code, :now, 0);

-- name: grid_of
WITH RECURSIVE up (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM place WHERE community_id = :community_id AND id = :place_id
    UNION ALL
    SELECT p.id, p.parent_id, up.depth + 1 FROM up
    JOIN place p ON p.community_id = :community_id AND p.id = up.parent_id
    WHERE up.depth < 20)
-- The grid by its key: joined, SQLite fills a filter of a megabyte from the whole table each time.
SELECT g.id, g.area_id, g.org_id, g.number, g.name, g.kind, g.gb_code
FROM grid g
WHERE g.community_id = :community_id AND g.id = (
    SELECT s.grid_id FROM up
    JOIN grid_place s ON s.community_id = :community_id AND s.place_id = up.id
        AND s.from_at <= :now AND (s.to_at = 0 OR s.to_at > :now)
    ORDER BY up.depth, (SELECT n.number FROM grid n
        WHERE n.community_id = :community_id AND n.id = s.grid_id) LIMIT 1);

-- name: grid
SELECT g.id, g.area_id, g.org_id, g.number, g.name, g.kind, g.gb_code, s.outline
FROM grid g
LEFT JOIN grid_shape s ON s.community_id = g.community_id AND s.grid_id = g.id
    AND s.from_at <= :now AND (s.to_at = 0 OR s.to_at > :now)
WHERE g.community_id = :community_id AND g.id = :id;

-- name: grids
SELECT id, area_id, org_id, number, name, kind, gb_code FROM grid
WHERE community_id = :community_id AND (active_to = 0 OR active_to > :now)
ORDER BY number;

-- name: grids_drawn    with their outlines
SELECT g.id, g.area_id, g.org_id, g.number, g.name, g.kind, g.gb_code, s.outline
FROM grid g
JOIN grid_shape s ON s.community_id = g.community_id AND s.grid_id = g.id
    AND s.from_at <= :now AND (s.to_at = 0 OR s.to_at > :now)
WHERE g.community_id = :community_id AND (g.active_to = 0 OR g.active_to > :now)
ORDER BY g.number;

-- name: grid_add
INSERT INTO grid (community_id, id, area_id, org_id, number, name, kind, gb_code, active_from,
    active_to)
VALUES (:community_id, :id, :area_id, :org_id, :number, :name, :kind, :gb_code, :now, 0);

-- name: grid_shape_add
INSERT INTO grid_shape (community_id, id, grid_id, outline, from_at, to_at)
VALUES (:community_id, :shape_id, :id, :outline, :now, 0);

-- name: grid_place_add
INSERT INTO grid_place (community_id, id, grid_id, place_id, from_at, to_at)
VALUES (:community_id, :id, :grid_id, :place_id, :now, 0);

-- name: coverage_counts
SELECT
    (SELECT COUNT(*) FROM grid WHERE community_id = :community_id
        AND (active_to = 0 OR active_to > :now)) AS grids,
    (SELECT COUNT(*) FROM place WHERE community_id = :community_id AND tier = 'area'
        AND (active_to = 0 OR active_to > :now)) AS areas,
    (SELECT COUNT(*) FROM place WHERE community_id = :community_id AND tier = 'building'
        AND (active_to = 0 OR active_to > :now)) AS buildings,
    (SELECT COUNT(*) FROM place WHERE community_id = :community_id AND tier = 'stairwell'
        AND kind = 'home' AND (active_to = 0 OR active_to > :now)) AS stairwells,
    (SELECT COALESCE(CAST(SUM(doors) AS BIGINT), 0) FROM place WHERE community_id = :community_id
        AND tier = 'stairwell' AND (active_to = 0 OR active_to > :now)) AS doors;

-- name: coverage_places    places that must lie in one grid and do not; a grid serves all below a
-- place that it names, and those are a range of paths
WITH served (unit_id, grid_id, number) AS (
    SELECT DISTINCT p.id, g.id, g.number FROM grid_place s
    JOIN grid g ON g.community_id = :community_id AND g.id = s.grid_id
        AND (g.active_to = 0 OR g.active_to > :now)
    JOIN place q ON q.community_id = :community_id AND q.id = s.place_id
    JOIN place p ON p.community_id = :community_id AND p.path >= q.path AND p.path < q.path || '~'
    WHERE s.community_id = :community_id AND s.from_at <= :now AND (s.to_at = 0 OR s.to_at > :now))
SELECT p.code, p.full_name, COUNT(s.grid_id) AS grids, COALESCE(MIN(s.number), 0) AS first_number,
    COALESCE(MAX(s.number), 0) AS last_number
FROM place p LEFT JOIN served s ON s.unit_id = p.id
WHERE p.community_id = :community_id
    AND (p.tier = 'building' OR p.kind IN ('stall', 'park', 'public'))
    AND p.active_from <= :now AND (p.active_to = 0 OR p.active_to > :now)
GROUP BY p.code, p.full_name, p.path
HAVING COUNT(s.grid_id) <> 1
ORDER BY p.path LIMIT 1000;

-- name: coverage_grids    grids without a worker or a deputy today
SELECT * FROM (
    SELECT g.number, g.name,
        (SELECT COUNT(*) FROM post t
            JOIN holding h ON h.community_id = t.community_id AND h.post_id = t.id
                AND h.person_id <> 0 AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
            WHERE t.community_id = :community_id AND t.grid_id = g.id AND t.role = 'grid_worker'
                AND (t.active_to = 0 OR t.active_to > :now)) AS workers,
        (SELECT COUNT(*) FROM post t
            JOIN holding h ON h.community_id = t.community_id AND h.post_id = t.id
                AND h.person_id <> 0 AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
            WHERE t.community_id = :community_id AND t.grid_id = g.id AND t.role = 'grid_deputy'
                AND (t.active_to = 0 OR t.active_to > :now)) AS deputies
    FROM grid g
    WHERE g.community_id = :community_id AND (g.active_to = 0 OR g.active_to > :now)) found
WHERE workers = 0 OR deputies = 0
ORDER BY number LIMIT 1000;

-- name: coverage_leaders    home buildings whose leader's post is not there, or not held
SELECT * FROM (
    SELECT p.code, p.full_name, p.path,
        (SELECT COUNT(*) FROM post t
            WHERE t.community_id = :community_id AND t.place_id = p.id
                AND t.role = 'building_leader'
                AND (t.active_to = 0 OR t.active_to > :now)) AS posts,
        (SELECT COUNT(*) FROM post t
            JOIN holding h ON h.community_id = t.community_id AND h.post_id = t.id
                AND h.person_id <> 0 AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
            WHERE t.community_id = :community_id AND t.place_id = p.id
                AND t.role = 'building_leader'
                AND (t.active_to = 0 OR t.active_to > :now)) AS held
    FROM place p
    WHERE p.community_id = :community_id AND p.tier = 'building' AND p.kind = 'home'
        AND (p.active_to = 0 OR p.active_to > :now)) found
WHERE held = 0
ORDER BY path LIMIT 5000;

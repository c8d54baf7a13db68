-- board.sql: every statement on board, board_print, zone, zone_claim; reads places, grids and who has
-- left as a volunteer.

-- name: at
SELECT b.*, p.code, p.full_name, p.path FROM board b
JOIN place p ON p.community_id = b.community_id AND p.id = b.place_id
WHERE b.community_id = :community_id AND b.place_id = :place_id;

-- name: within    the caller's reach, in the order of the places
SELECT b.*, p.code, p.full_name, p.path FROM board b
JOIN place p ON p.community_id = b.community_id AND p.id = b.place_id
WHERE b.community_id = :community_id AND p.path >= :scope_lo AND p.path < :scope_hi
    AND (p.active_to = 0 OR p.active_to > :now)
    AND (:grid_id = 0 OR EXISTS (SELECT 1 FROM grid_place s
        JOIN place q ON q.community_id = s.community_id AND q.id = s.place_id
        WHERE s.community_id = :community_id AND s.grid_id = :grid_id AND s.from_at <= :now
            AND (s.to_at = 0 OR s.to_at > :now) AND p.path >= q.path AND p.path < q.path || '~'))
ORDER BY p.path LIMIT 2000;

-- name: add
INSERT INTO board (community_id, id, place_id, kind, duties, phone, version, created_at,
    changed_at)
VALUES (:community_id, :id, :place_id, :kind, :duties, :phone, 1, :now, :now);

-- name: save
UPDATE board SET kind = :kind, duties = :duties, phone = :phone,
    version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;

-- name: prints
SELECT * FROM board_print WHERE community_id = :community_id AND board_id = :board_id
ORDER BY number DESC LIMIT 100;

-- name: last
SELECT * FROM board_print WHERE community_id = :community_id AND board_id = :board_id
ORDER BY number DESC LIMIT 1;

-- name: print_of
SELECT * FROM board_print WHERE community_id = :community_id AND board_id = :board_id
    AND hash LIKE :version || '%'
ORDER BY number DESC LIMIT 1;

-- name: print_add
INSERT INTO board_print (community_id, id, board_id, number, size, hash, lines, month, printed_by,
    printed_name, printed_at, hung_by, hung_name, hung_at)
VALUES (:community_id, :id, :board_id, :number, :size, :hash, :lines, :month, :who_id,
    :printed_name, :printed_at, 0, '', 0);

-- name: hang
UPDATE board_print SET hung_by = :who_id, hung_name = :name, hung_at = :at
WHERE community_id = :community_id AND board_id = :board_id AND number = :number AND hung_at = 0;

-- name: showing    boards whose newest paper holds an item
SELECT b.*, p.code, p.full_name, p.path FROM board_print r
JOIN board b ON b.community_id = r.community_id AND b.id = r.board_id
JOIN place p ON p.community_id = b.community_id AND p.id = b.place_id
WHERE r.community_id = :community_id AND r.lines LIKE :item
    AND NOT EXISTS (SELECT 1 FROM board_print n WHERE n.community_id = r.community_id
        AND n.board_id = r.board_id AND n.number > r.number)
ORDER BY p.path LIMIT 2000;

-- name: zone_add
INSERT INTO zone (community_id, id, place_id, kind, title, duties, pledge, created_at, ended_at)
VALUES (:community_id, :id, :place_id, :kind, :title, :duties, :pledge, :now, 0);

-- name: zone_get
SELECT z.*, p.full_name FROM zone z
JOIN place p ON p.community_id = z.community_id AND p.id = z.place_id
WHERE z.community_id = :community_id AND z.id = :id AND z.ended_at = 0;

-- name: zone_end
UPDATE zone SET ended_at = :now WHERE community_id = :community_id AND id = :id AND ended_at = 0;

-- name: claims_end
UPDATE zone_claim SET to_at = :now
WHERE community_id = :community_id AND zone_id = :zone_id AND to_at = 0
    AND (:volunteer_id = 0 OR volunteer_id = :volunteer_id);

-- name: claim_count
SELECT COUNT(*) FROM zone_claim WHERE community_id = :community_id AND zone_id = :zone_id
    AND volunteer_id = :volunteer_id AND to_at = 0;

-- name: claim_add
INSERT INTO zone_claim (community_id, id, zone_id, volunteer_id, from_at, to_at, by_person)
VALUES (:community_id, :id, :zone_id, :volunteer_id, :now, 0, :by_person);

-- name: claims_end_of    of somebody who is forgotten
UPDATE zone_claim SET to_at = :now
WHERE community_id = :community_id AND volunteer_id = :volunteer_id AND to_at = 0;

-- name: claimed_by    by those who have not left
SELECT c.volunteer_id FROM zone_claim c
JOIN volunteer v ON v.community_id = c.community_id AND v.id = c.volunteer_id AND v.state <> 'left'
WHERE c.community_id = :community_id AND c.zone_id = :zone_id AND c.to_at = 0
ORDER BY c.id LIMIT 50;

-- name: zones    of a place and of those above it, nearest first
WITH RECURSIVE up (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM place WHERE community_id = :community_id AND id = :place_id
    UNION ALL
    SELECT p.id, p.parent_id, up.depth + 1 FROM up
    JOIN place p ON p.community_id = :community_id AND p.id = up.parent_id
    WHERE up.depth < 20)
SELECT z.id, z.place_id, z.kind, z.title, z.duties, z.pledge, p.full_name,
    (SELECT COUNT(*) FROM zone_claim c
        JOIN volunteer v ON v.community_id = c.community_id AND v.id = c.volunteer_id
            AND v.state <> 'left'
        WHERE c.community_id = z.community_id AND c.zone_id = z.id AND c.to_at = 0) AS claims
FROM up JOIN zone z ON z.community_id = :community_id AND z.place_id = up.id AND z.ended_at = 0
JOIN place p ON p.community_id = :community_id AND p.id = up.id
ORDER BY up.depth, z.id LIMIT 30;

-- name: zones_taken
SELECT z.id, z.place_id, z.kind, z.title, z.duties, z.pledge, p.full_name, 1 AS claims
FROM zone_claim c JOIN zone z ON z.community_id = c.community_id AND z.id = c.zone_id
    AND z.ended_at = 0
JOIN place p ON p.community_id = z.community_id AND p.id = z.place_id
WHERE c.community_id = :community_id AND c.volunteer_id = :volunteer_id AND c.to_at = 0
ORDER BY z.id LIMIT 100;

-- ---- what is held of who took a zone on ----
-- name: claims_old     of who has left
SELECT count(*) FROM zone_claim c JOIN volunteer v ON v.community_id = c.community_id AND v.id = c.volunteer_id
WHERE c.community_id = :community_id AND v.state = 'left'
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'volunteer' AND h.subject_id = v.id AND h.ended_at = 0);
-- name: claims_forget
DELETE FROM zone_claim WHERE community_id = :community_id AND id IN (SELECT c.id FROM zone_claim c
    JOIN volunteer v ON v.community_id = c.community_id AND v.id = c.volunteer_id
    WHERE c.community_id = :community_id AND v.state = 'left'
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'volunteer' AND h.subject_id = v.id AND h.ended_at = 0)
    ORDER BY c.id LIMIT :most);
-- name: mine_claims
SELECT z.title AS fact, c.from_at, c.to_at FROM zone_claim c JOIN zone z ON z.community_id = c.community_id AND z.id = c.zone_id
WHERE c.community_id = :community_id AND c.volunteer_id = :id ORDER BY c.id LIMIT 100;

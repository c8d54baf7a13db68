-- shield.sql: every statement on shield_identity, shield_about and shield_answer.

-- name: put
INSERT INTO shield_identity (community_id, id, name, contact, door, note, text, place_id, place_text, entered_by, at)
VALUES (:community_id, :id, :name, :contact, :door, :note, :text, :place_id, :place_text, :entered_by, :at);
-- name: fix_name
UPDATE shield_identity SET name = :name WHERE community_id = :community_id AND id = :id;
-- name: fix_contact
UPDATE shield_identity SET contact = :contact WHERE community_id = :community_id AND id = :id;
-- name: fix_door
UPDATE shield_identity SET door = :door WHERE community_id = :community_id AND id = :id;
-- name: fix_note
UPDATE shield_identity SET note = :note WHERE community_id = :community_id AND id = :id;
-- name: identity
SELECT id, name, contact, door, note, text, place_id, place_text, entered_by, at FROM shield_identity
WHERE community_id = :community_id AND id = :id;
-- name: keepers      people who hold the post, or deputise, now
SELECT count(DISTINCT h.person_id) FROM holding h
JOIN post p ON p.community_id = h.community_id AND p.id = h.post_id
WHERE h.community_id = :community_id AND p.role = :role AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now);

-- ---- has he a part in it? ----
-- The unit that is named stands in shield_about, each further one in shield_unit (migrations/0020-units.sql).
-- name: known        what speaks for or against a person, of the matters from :lo to :hi
SELECT need_id AS id, answer FROM shield_answer
WHERE community_id = :community_id AND person_id = :person_id AND need_id >= :lo AND need_id <= :hi
UNION ALL
SELECT a.id, 'unit' AS answer FROM shield_about a
WHERE a.community_id = :community_id AND a.id >= :lo AND a.id <= :hi AND EXISTS (SELECT 1 FROM holding h
    JOIN post p ON p.community_id = h.community_id AND p.id = h.post_id
    WHERE h.community_id = a.community_id AND h.person_id = :person_id AND p.org_id = a.org_id AND p.org_id <> 0
        AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now))
UNION ALL
SELECT w.need_id AS id, 'unit' AS answer FROM shield_unit w
WHERE w.community_id = :community_id AND w.need_id >= :lo AND w.need_id <= :hi
    AND EXISTS (SELECT 1 FROM holding h JOIN post p ON p.community_id = h.community_id AND p.id = h.post_id
        WHERE h.community_id = w.community_id AND h.person_id = :person_id AND p.org_id = w.org_id
            AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now))
UNION ALL
SELECT i.id, 'entered' AS answer FROM shield_identity i
WHERE i.community_id = :community_id AND i.entered_by = :person_id AND i.entered_by <> 0 AND i.id >= :lo AND i.id <= :hi;
-- name: is_neighbour leads the building that the complaint comes from
SELECT count(*) FROM shield_identity i
JOIN place q ON q.community_id = i.community_id AND q.id = i.place_id
JOIN holding h ON h.community_id = i.community_id AND h.person_id = :person_id
JOIN post p ON p.community_id = h.community_id AND p.id = h.post_id AND p.role = 'building_leader'
JOIN place b ON b.community_id = p.community_id AND b.id = p.place_id
WHERE i.community_id = :community_id AND i.id = :id AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
    AND substr(q.path, 1, length(b.path)) = b.path;
-- name: answer_put
INSERT INTO shield_answer (community_id, id, need_id, person_id, post_id, person_name, role, found, answer, at)
VALUES (:community_id, :id, :need_id, :who_id, :post_id, :person_name, :role, :found, :answer, :now);
-- name: answers
SELECT id, need_id, person_id, person_name, role, found, answer, at FROM shield_answer
WHERE community_id = :community_id AND need_id = :need_id ORDER BY id DESC LIMIT 200;
-- name: about
SELECT COALESCE(max(org_id), 0) FROM shield_about WHERE community_id = :community_id AND id = :id;
-- name: is_about
SELECT count(*) FROM (SELECT a.id FROM shield_about a
    WHERE a.community_id = :community_id AND a.id = :id AND a.org_id = :org_id AND a.org_id <> 0
    UNION ALL
    SELECT w.need_id FROM shield_unit w
    WHERE w.community_id = :community_id AND w.need_id = :id AND w.org_id = :org_id) AS named;
-- name: about_put
INSERT INTO shield_about (community_id, id, org_id, by_person, at) VALUES (:community_id, :id, :org_id, :who_id, :now)
ON CONFLICT (community_id, id) DO UPDATE SET org_id = excluded.org_id, by_person = excluded.by_person, at = excluded.at;

-- ---- what is held of who complains, and forgotten ----
-- name: mine_answers
SELECT * FROM shield_answer WHERE community_id = :community_id AND need_id = :id ORDER BY id LIMIT 100;
-- name: drop           who it was goes; the matter stays with the need
DELETE FROM shield_identity WHERE community_id = :community_id AND id = :id;
-- name: old
SELECT count(*) FROM shield_identity i JOIN need n ON n.community_id = i.community_id AND n.id = i.id
WHERE i.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = i.id AND h.ended_at = 0);
-- name: forget
DELETE FROM shield_identity WHERE community_id = :community_id AND id IN (SELECT i.id FROM shield_identity i
    JOIN need n ON n.community_id = i.community_id AND n.id = i.id
    WHERE i.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = i.id AND h.ended_at = 0) ORDER BY i.id LIMIT :most);

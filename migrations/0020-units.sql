-- 0020-units: two questions that several statements ask, in one place each.

-- What a complaint is about beside the unit that is named in shield_about: the unit of each of its own people who said so
-- at his post there, until the desk says that it is about no unit (org_id 0).
CREATE VIEW shield_unit AS SELECT w.community_id, w.need_id, q.org_id FROM shield_answer w
JOIN post q ON q.community_id = w.community_id AND q.id = w.post_id AND q.org_id <> 0
WHERE w.answer = 'unit'
    AND w.role IN ('grid_worker', 'grid_deputy', 'building_leader', 'handler', 'clerk', 'area_staff')
    AND NOT EXISTS (SELECT 1 FROM shield_about z WHERE z.community_id = w.community_id AND z.id = w.need_id
        AND z.org_id = 0 AND z.at >= w.at);

-- Who has left: shut out (left_at 0), or every post of his is over since left_at. Who has not signed in yet has not left.
CREATE VIEW person_left AS SELECT p.community_id, p.id, CASE WHEN p.active = 0 THEN 0 ELSE
    (SELECT max(h.to_at) FROM holding h WHERE h.community_id = p.community_id AND h.person_id = p.id) END AS left_at
FROM person p
WHERE p.active = 0 OR (p.must_change = 0
    AND EXISTS (SELECT 1 FROM holding h WHERE h.community_id = p.community_id AND h.person_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM holding h WHERE h.community_id = p.community_id AND h.person_id = p.id
        AND h.to_at = 0));

-- account.sql: every statement on the tables `person` and `session`; hats are read from org's tables.

-- name: person
SELECT id, name, duty_phone, login, active, created_at FROM person
WHERE community_id = :community_id AND id = :id;

-- name: add
INSERT INTO person (community_id, id, name, duty_phone, login, password, totp, fails, fail_at,
    active, created_at)
VALUES (:community_id, :id, :name, :duty_phone, :login, :password, NULL, 0, 0, :active, :created_at);

-- name: login
SELECT id, password, totp FROM person
WHERE community_id = :community_id AND login = :login AND active = 1 AND password IS NOT NULL;

-- name: hats
SELECT h.post_id, h.person_id, p.name, t.role, t.title, t.org_id, t.place_id, t.grid_id,
    COALESCE(l.path, '') AS place_path, h.is_deputy
FROM holding h
JOIN post t ON t.community_id = h.community_id AND t.id = h.post_id
JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id
LEFT JOIN place l ON l.community_id = t.community_id AND l.id = t.place_id
WHERE h.community_id = :community_id AND h.person_id = :person_id
    AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
    AND t.active_from <= :now AND (t.active_to = 0 OR t.active_to > :now)
ORDER BY h.is_deputy, h.post_id;

-- name: session
SELECT s.id, s.kind, s.person_id, s.post_id, s.csrf, p.name
FROM session s JOIN person p ON p.community_id = s.community_id AND p.id = s.person_id
WHERE s.community_id = :community_id AND s.hash = :hash AND s.kind = :kind AND s.ends_at > :now
    AND p.active = 1;

-- name: session_add
INSERT INTO session (community_id, id, hash, kind, label, person_id, post_id, csrf, created_at,
    seen_at, ends_at)
VALUES (:community_id, :id, :hash, :kind, :label, :person_id, :post_id, :csrf, :now, :now, :ends_at);

-- name: session_post
UPDATE session SET post_id = :post_id WHERE community_id = :community_id AND id = :id;

-- name: session_end
DELETE FROM session WHERE community_id = :community_id AND id = :id;

-- name: session_clean    those of one person that are over
DELETE FROM session
WHERE community_id = :community_id AND person_id = :person_id AND ends_at <= :now;

-- name: tokens
SELECT id, label, created_at, ends_at FROM session
WHERE community_id = :community_id AND person_id = :who_id AND kind = 'token' AND ends_at > :now
ORDER BY id;

-- name: token_end
DELETE FROM session
WHERE community_id = :community_id AND person_id = :who_id AND kind = 'token' AND id = :id;

-- name: communities    to choose from when signing in (all communities)
SELECT id, code, name FROM community ORDER BY id;

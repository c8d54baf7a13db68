-- account.sql: every statement on the tables `person`, `password_old`, `session`, `recovery_code` and
-- `sign_in_rule`; hats are read from org's tables.

-- name: person
SELECT id, name, duty_phone, login, active, created_at FROM person
WHERE community_id = :community_id AND id = :id;

-- name: add
INSERT INTO person (community_id, id, name, duty_phone, login, password, must_change, totp,
    totp_step, active, created_at)
VALUES (:community_id, :id, :name, :duty_phone, :login, :password, 0, NULL, 0, :active,
    :created_at);

-- name: change
UPDATE person SET name = :name, duty_phone = :duty_phone, login = :login
WHERE community_id = :community_id AND id = :id;

-- name: login_of
SELECT id, name, duty_phone, login, active, created_at FROM person
WHERE community_id = :community_id AND login = :login AND id <> :but;

-- name: set_active
UPDATE person SET active = :active WHERE community_id = :community_id AND id = :id;

-- name: people    by name, login or number; those who left come last
SELECT id, name, duty_phone, login, active, created_at FROM person
WHERE community_id = :community_id
    AND (:text = '' OR LOWER(name) LIKE LOWER(:text) ESCAPE '!' OR LOWER(login) LIKE LOWER(:text) ESCAPE '!'
        OR LOWER(duty_phone) LIKE LOWER(:text) ESCAPE '!')
    AND (:all = 1 OR active = 1)
ORDER BY active DESC, name, id LIMIT :most;

-- name: access    how a person signs in
SELECT CASE WHEN p.password IS NULL THEN 0 ELSE 1 END AS has_password,
    CASE WHEN p.totp IS NULL THEN 0 ELSE 1 END AS has_totp, p.must_change,
    (SELECT COUNT(*) FROM recovery_code c WHERE c.community_id = p.community_id
        AND c.person_id = p.id AND c.used_at = 0) AS codes,
    (SELECT COUNT(*) FROM session s WHERE s.community_id = p.community_id
        AND s.person_id = p.id AND s.ends_at > :now AND s.lost_at = 0) AS sessions
FROM person p WHERE p.community_id = :community_id AND p.id = :id;

-- name: password_of
SELECT id, password, totp, totp_step FROM person
WHERE community_id = :community_id AND id = :id AND active = 1 AND password IS NOT NULL;

-- name: set_password
UPDATE person SET password = :password, must_change = :must_change
WHERE community_id = :community_id AND id = :id;

-- name: set_totp
UPDATE person SET totp = :totp, totp_step = :step, totp_new = NULL WHERE community_id = :community_id AND id = :id;

-- name: old_password_add    the one that is there, before another takes its place
INSERT INTO password_old (community_id, id, person_id, password)
SELECT community_id, :old_id, id, password FROM person
WHERE community_id = :community_id AND id = :id AND password IS NOT NULL AND must_change = 0;

-- name: old_password_clean
DELETE FROM password_old
WHERE community_id = :community_id AND person_id = :id AND id NOT IN (SELECT id FROM password_old
    WHERE community_id = :community_id AND person_id = :id ORDER BY id DESC LIMIT :most);

-- name: old_passwords
SELECT id, password FROM password_old
WHERE community_id = :community_id AND person_id = :who_id ORDER BY id DESC LIMIT :most;

-- name: totp_start
UPDATE person SET totp_new = :totp WHERE community_id = :community_id AND id = :id;

-- name: totp_new
SELECT id, totp_new AS totp FROM person
WHERE community_id = :community_id AND id = :id AND active = 1 AND totp_new IS NOT NULL;

-- name: totp_used    nothing changes when this code or a later one was used already
UPDATE person SET totp_step = :step
WHERE community_id = :community_id AND id = :id AND totp_step < :step;

-- name: codes_forget
DELETE FROM recovery_code WHERE community_id = :community_id AND person_id = :person_id;

-- name: code_add
INSERT INTO recovery_code (community_id, id, person_id, hash, used_at)
VALUES (:community_id, :id, :person_id, :hash, 0);

-- name: code_of
SELECT id FROM recovery_code
WHERE community_id = :community_id AND person_id = :person_id AND hash = :hash AND used_at = 0;

-- name: code_used    nothing changes when it was used already
UPDATE recovery_code SET used_at = :now WHERE community_id = :community_id AND id = :id AND used_at = 0;

-- name: rule
SELECT second_factor, by_name, at FROM sign_in_rule WHERE community_id = :community_id ORDER BY at DESC, id DESC LIMIT 1;

-- name: without_code    who holds a post and has no authenticator; one row for each role of his
SELECT DISTINCT p.id, t.role FROM person p
JOIN holding h ON h.community_id = p.community_id AND h.person_id = p.id
JOIN post t ON t.community_id = h.community_id AND t.id = h.post_id
WHERE p.community_id = :community_id AND p.active = 1 AND p.totp IS NULL
    AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
    AND t.active_from <= :now AND (t.active_to = 0 OR t.active_to > :now)
ORDER BY p.id, t.role;

-- name: rule_put
INSERT INTO sign_in_rule (community_id, id, second_factor, by_person, by_name, at)
VALUES (:community_id, :id, :second_factor, :who_id, :by_name, :now);

-- name: login
SELECT id, password, totp, totp_step FROM person
WHERE community_id = :community_id AND login = :login AND active = 1 AND password IS NOT NULL;

-- name: hats    of administrators only with their seat
SELECT h.post_id, h.person_id, p.name, t.role, t.title, t.org_id, t.place_id, t.grid_id,
    COALESCE(l.path, '') AS place_path, h.is_deputy
FROM holding h
JOIN post t ON t.community_id = h.community_id AND t.id = h.post_id
JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id
LEFT JOIN place l ON l.community_id = t.community_id AND l.id = t.place_id
WHERE h.community_id = :community_id AND h.person_id = :person_id
    AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
    AND t.active_from <= :now AND (t.active_to = 0 OR t.active_to > :now)
    AND (t.role NOT IN ('admin', 'security', 'auditor') OR EXISTS (SELECT 1 FROM admin_seat a
        WHERE a.community_id = h.community_id AND a.person_id = h.person_id AND a.role = t.role))
ORDER BY h.is_deputy, h.post_id;

-- name: session
SELECT s.id, s.kind, s.person_id, s.post_id, s.csrf, s.created_at, s.ends_at, s.until_at, s.lost_at, p.name, p.must_change,
    CASE WHEN p.totp IS NULL THEN 0 ELSE 1 END AS has_totp
FROM session s JOIN person p ON p.community_id = s.community_id AND p.id = s.person_id
WHERE s.community_id = :community_id AND s.hash = :hash AND s.kind = :kind
    AND ((s.lost_at = 0 AND s.ends_at > :now AND p.active = 1) OR (s.lost_at > 0 AND s.until_at > :now));

-- name: session_add
INSERT INTO session (community_id, id, hash, kind, label, person_id, post_id, csrf, created_at,
    seen_at, ends_at, until_at, lost_at)
VALUES (:community_id, :id, :hash, :kind, :label, :person_id, :post_id, :csrf, :now, :now, :ends_at,
    :until_at, 0);

-- name: session_post    another hat; a session gets shorter by it, never longer
UPDATE session SET post_id = :post_id, ends_at = CASE WHEN until_at BETWEEN 1 AND :ends_at THEN until_at ELSE :ends_at END,
    until_at = CASE WHEN until_at BETWEEN 1 AND :until_at THEN until_at ELSE :until_at END
WHERE community_id = :community_id AND id = :id;

-- name: session_used    it goes on for as long again, not beyond its time
UPDATE session SET seen_at = :now, ends_at = CASE WHEN until_at BETWEEN 1 AND :ends_at THEN until_at ELSE :ends_at END
WHERE community_id = :community_id AND id = :id AND ends_at > :now AND lost_at = 0;

-- name: session_end
DELETE FROM session WHERE community_id = :community_id AND id = :id;

-- name: sessions_end    of one person, tokens too; `but` stays. A device is told when it comes back
UPDATE session SET lost_at = :now
WHERE community_id = :community_id AND person_id = :person_id AND id <> :but AND lost_at = 0;

-- name: sessions_mine    browsers that are signed in, or were until nobody used them
SELECT id, label, created_at, seen_at, ends_at FROM session
WHERE community_id = :community_id AND person_id = :who_id AND kind = 'browser' AND (until_at > :now OR ends_at > :now)
    AND lost_at = 0
ORDER BY created_at DESC LIMIT 50;

-- name: session_lost    one's own
UPDATE session SET lost_at = :now
WHERE community_id = :community_id AND person_id = :who_id AND id = :id AND kind = 'browser'
    AND lost_at = 0;

-- name: session_clean    those of one person that are over
DELETE FROM session
WHERE community_id = :community_id AND person_id = :person_id AND until_at <= :now AND ends_at <= :now;

-- name: tokens
SELECT id, label, created_at, ends_at FROM session
WHERE community_id = :community_id AND person_id = :who_id AND kind = 'token' AND ends_at > :now
    AND lost_at = 0
ORDER BY id;

-- name: token_end
DELETE FROM session
WHERE community_id = :community_id AND person_id = :who_id AND kind = 'token' AND id = :id;

-- name: communities    to choose from when signing in (all communities)
SELECT id, code, name FROM community ORDER BY id;

-- ---- forgetting what somebody signed in with who left, or whose last post is over and none is planned; one who
-- ---- was let back and has been given a password since waits for his post
-- name: login_named    of somebody else, by a record of two: who has it next would be read as him
SELECT count(*) FROM twice WHERE community_id = :community_id AND kind = 'totp' AND object = :login
    AND NOT EXISTS (SELECT 1 FROM person p WHERE p.community_id = :community_id AND p.id = :but AND p.login = :login);
-- name: left_clear
UPDATE person SET login = NULL, password = NULL, must_change = 0, totp = NULL, totp_new = NULL,
    totp_step = 0, duty_phone = ''
WHERE community_id = :community_id AND id = :id;
-- name: left_passwords_clear
DELETE FROM password_old WHERE community_id = :community_id AND person_id = :id;
-- name: left_old
SELECT count(*) FROM person p JOIN person_left w ON w.community_id = p.community_id AND w.id = p.id
WHERE p.community_id = :community_id
    AND (p.login IS NOT NULL OR p.password IS NOT NULL OR p.totp IS NOT NULL OR p.totp_new IS NOT NULL
        OR p.duty_phone <> '') AND w.left_at < :before;
-- name: left_forget    his name stays: records say who acted
UPDATE person SET login = NULL, password = NULL, must_change = 0, totp = NULL, totp_new = NULL,
    totp_step = 0, duty_phone = ''
WHERE community_id = :community_id AND id IN (SELECT p.id FROM person p
    JOIN person_left w ON w.community_id = p.community_id AND w.id = p.id WHERE p.community_id = :community_id
    AND (p.login IS NOT NULL OR p.password IS NOT NULL OR p.totp IS NOT NULL OR p.totp_new IS NOT NULL
        OR p.duty_phone <> '') AND w.left_at < :before
    ORDER BY p.id LIMIT :most);
-- name: left_passwords_old
SELECT count(*) FROM password_old x JOIN person_left p ON p.community_id = x.community_id AND p.id = x.person_id
WHERE x.community_id = :community_id AND p.left_at < :before;
-- name: left_passwords_forget
DELETE FROM password_old WHERE community_id = :community_id AND id IN (SELECT x.id FROM password_old x
    JOIN person_left p ON p.community_id = x.community_id AND p.id = x.person_id
    WHERE x.community_id = :community_id AND p.left_at < :before
    ORDER BY x.id LIMIT :most);
-- name: left_codes_old
SELECT count(*) FROM recovery_code x JOIN person_left p ON p.community_id = x.community_id AND p.id = x.person_id
WHERE x.community_id = :community_id AND p.left_at < :before;
-- name: left_codes_forget
DELETE FROM recovery_code WHERE community_id = :community_id AND id IN (SELECT x.id FROM recovery_code x
    JOIN person_left p ON p.community_id = x.community_id AND p.id = x.person_id
    WHERE x.community_id = :community_id AND p.left_at < :before
    ORDER BY x.id LIMIT :most);
-- name: sessions_old   a lost one stays as long as it would have lasted: the device is told when it comes back
SELECT count(*) FROM session WHERE community_id = :community_id AND until_at <= :before AND ends_at <= :before;
-- name: sessions_forget
DELETE FROM session WHERE community_id = :community_id AND id IN (SELECT id FROM session
    WHERE community_id = :community_id AND until_at <= :before AND ends_at <= :before ORDER BY id LIMIT :most);

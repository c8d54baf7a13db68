-- 0012-staff: what takes two people; the second factor of signing in.
-- Times are ms since 1970 UTC.

CREATE TABLE admin_seat (                                 -- who is one of the three administrators: nobody is two of them
    community_id @INT NOT NULL, person_id @INT NOT NULL,  -- a post of theirs without the seat gives no right (account.sql: hats)
    role TEXT NOT NULL CHECK (role IN ('admin', 'security', 'auditor')),
    PRIMARY KEY (community_id, person_id)
) @OPT;

CREATE TABLE password_old (                               -- the last ones of each, so that none comes back
    community_id @INT NOT NULL, id @INT NOT NULL,
    person_id @INT NOT NULL,
    password TEXT NOT NULL,                               -- argon2id string
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX password_old_of ON password_old (community_id, person_id);

CREATE TABLE recovery_code (                              -- on paper, for when the phone is lost; ten of them, each good for once
    community_id @INT NOT NULL, id @INT NOT NULL,
    person_id @INT NOT NULL,
    hash @BLOB NOT NULL,                                  -- BLAKE2b
    used_at @INT NOT NULL,                                -- 0 = not yet
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX recovery_code_of ON recovery_code (community_id, person_id);

CREATE TABLE sign_in_rule (                               -- each change is a new row; none = the second factor is required
    community_id @INT NOT NULL, id @INT NOT NULL,
    second_factor @INT NOT NULL,                          -- of those whose role asks for it; 0 = left open (the sample)
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE twice (                                      -- one proposes, another one decides
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL,                                 -- S-261128-0001-7: typed at the console
    kind TEXT NOT NULL,                                   -- export, keys, logs, restore, totp
    object_id @INT NOT NULL, object TEXT NOT NULL,        -- to what exactly; compared when it is used
    why TEXT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    until_at @INT NOT NULL,                               -- to be decided, then to be used, by then
    state TEXT NOT NULL,                                  -- open, approved, refused, withdrawn, used
    decided_by @INT NOT NULL, decided_name TEXT NOT NULL, decided_at @INT NOT NULL, said TEXT NOT NULL,
    used_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, number),
    CHECK (decided_by <> by_person),
    CHECK (state NOT IN ('approved', 'used') OR decided_by <> 0)
) @OPT;
CREATE INDEX twice_newest ON twice (community_id, at);

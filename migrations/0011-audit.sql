-- 0011-audit: who did what, chained so that nothing of it can be changed or taken out unseen; who looked.
-- Times are ms since 1970 UTC.

CREATE TABLE audit (                                      -- append-only, see @APPEND_ONLY below
    community_id @INT NOT NULL, seq @INT NOT NULL,        -- 1, 2, 3, ... without a gap
    id @INT NOT NULL, at @INT NOT NULL,
    person_id @INT NOT NULL, post_id @INT NOT NULL, role TEXT NOT NULL, -- 0, 0, '' of a resident; role 'system' of a job
    session_id @INT NOT NULL,
    action TEXT NOT NULL, object @KEY NOT NULL,           -- POST /d/need/{need}/accept; /d/need/7310/accept
    reason TEXT NOT NULL,                                 -- the purpose that was chosen
    outcome @INT NOT NULL,                                -- HTTP status; 0 of a job
    detail_hash TEXT NOT NULL,                            -- of audit_detail.text; '' = there is none
    h TEXT NOT NULL,                                      -- SM3 over this record and the h before it
    PRIMARY KEY (community_id, seq)
) @OPT;
CREATE INDEX audit_person ON audit (community_id, person_id, seq);
CREATE INDEX audit_people ON audit (community_id, seq) WHERE role <> 'system';
CREATE INDEX audit_object ON audit (community_id, object, seq);
@APPEND_ONLY audit;

CREATE TABLE audit_inbox (                                -- written with the act, not chained yet: where many write at once
    community_id @INT NOT NULL, id @INT NOT NULL,
    at @INT NOT NULL,
    person_id @INT NOT NULL, post_id @INT NOT NULL, role TEXT NOT NULL,
    session_id @INT NOT NULL,
    action TEXT NOT NULL, object @KEY NOT NULL, reason TEXT NOT NULL, outcome @INT NOT NULL,
    detail_hash TEXT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE audit_detail (                               -- what may be erased without breaking the chain
    community_id @INT NOT NULL, id @INT NOT NULL,         -- of the record
    text TEXT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE opening (                                    -- who looked: at whose contact, door or note, and why
    community_id @INT NOT NULL, id @INT NOT NULL,
    subject @KEY NOT NULL, subject_id @INT NOT NULL,      -- need, volunteer, booking, activity, child, errand
    under_id @INT NOT NULL,                               -- it is forgotten with that (the term of a child); 0 = kept
    what TEXT NOT NULL, purpose TEXT NOT NULL,            -- codes of the room
    person_id @INT NOT NULL,                              -- 0 = a helper who came by his key
    person_name TEXT NOT NULL, role TEXT NOT NULL,
    aside @INT NOT NULL,                                  -- 1 = it was closed, and not his to do
    day @INT NOT NULL, at @INT NOT NULL,                  -- days since 1970-01-01 in Beijing
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX opening_of ON opening (community_id, subject, subject_id, at);
CREATE INDEX opening_day ON opening (community_id, day, person_id);
CREATE INDEX opening_under ON opening (community_id, under_id) WHERE under_id <> 0;

CREATE TABLE seen_rule (                                  -- how many a day are unusual; each change is a new row
    community_id @INT NOT NULL, id @INT NOT NULL,
    most @INT NOT NULL, aside @INT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE seen_alert (                                 -- a person's day that went over it
    community_id @INT NOT NULL, id @INT NOT NULL,
    day @INT NOT NULL, person_id @INT NOT NULL, person_name TEXT NOT NULL,
    at @INT NOT NULL,
    closed_at @INT NOT NULL,                              -- 0 = nobody looked yet
    closed_by @INT NOT NULL, closed_name TEXT NOT NULL, said TEXT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, day, person_id)
) @OPT;
CREATE INDEX seen_alert_open ON seen_alert (community_id, at) WHERE closed_at = 0;

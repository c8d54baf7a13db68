-- 0013-consent: what people agreed to, and the notice they had read. What was agreed to is kept here alone; the views
-- give records with it.
-- Times are ms since 1970 UTC, 0 = none.

CREATE TABLE notice (                                     -- versions of the notice of privacy, 1, 2, ...
    community_id @INT NOT NULL, id @INT NOT NULL,
    hash TEXT NOT NULL,                                   -- SM3 of the text, hex
    text TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE consent (                                    -- rows are added and ended, never rewritten; no name of whose it is
    community_id @INT NOT NULL, id @INT NOT NULL,
    subject @KEY NOT NULL, subject_id @INT NOT NULL,      -- need, volunteer, holding, activity, child, cert
    purpose @KEY NOT NULL,                                -- code of the room
    text_hash TEXT NOT NULL,                              -- SM3 of what was read: of the notice, of an agreement
    channel TEXT NOT NULL,                                -- self, face, phone, paper
    is_guardian @INT NOT NULL,                            -- a guardian agreed, for a child
    by_person @INT NOT NULL, by_name TEXT NOT NULL,       -- who noted it, the witness; 0, '' = himself
    at @INT NOT NULL,
    ended_at @INT NOT NULL,                               -- 0 = it holds
    ended_channel TEXT NOT NULL, ended_by @INT NOT NULL, ended_name TEXT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE UNIQUE INDEX consent_holds ON consent (community_id, subject, subject_id, purpose) WHERE ended_at = 0;
CREATE INDEX consent_of ON consent (community_id, subject, subject_id, id);

CREATE VIEW need_said AS SELECT n.*,
    (SELECT count(*) FROM consent c WHERE c.community_id = n.community_id AND c.subject = 'need'
        AND c.subject_id = n.id AND c.purpose = 'match' AND c.ended_at = 0) AS agrees_match,
    (SELECT count(*) FROM consent c WHERE c.community_id = n.community_id AND c.subject = 'need'
        AND c.subject_id = n.id AND c.purpose = 'share' AND c.ended_at = 0) AS agrees_share
FROM need n;
CREATE VIEW volunteer_said AS SELECT v.*,
    (SELECT count(*) FROM consent c WHERE c.community_id = v.community_id AND c.subject = 'volunteer'
        AND c.subject_id = v.id AND c.purpose = 'match' AND c.ended_at = 0) AS agrees_match,
    (SELECT count(*) FROM consent c WHERE c.community_id = v.community_id AND c.subject = 'volunteer'
        AND c.subject_id = v.id AND c.purpose = 'board' AND c.ended_at = 0) AS agrees_board,
    (SELECT count(*) FROM consent c WHERE c.community_id = v.community_id AND c.subject = 'volunteer'
        AND c.subject_id = v.id AND c.purpose = 'phone' AND c.ended_at = 0) AS agrees_phone,
    (SELECT COALESCE(max(c.at), 0) FROM consent c WHERE c.community_id = v.community_id AND c.subject = 'volunteer'
        AND c.subject_id = v.id) AS agreed_at,
    (SELECT COALESCE(max(c.at), 0) FROM consent c WHERE c.community_id = v.community_id AND c.subject = 'volunteer'
        AND c.subject_id = v.id AND c.purpose = 'guardian' AND c.ended_at = 0) AS guardian_agreed_at
FROM volunteer v;
CREATE VIEW holding_said AS SELECT h.*,
    (SELECT count(*) FROM consent c WHERE c.community_id = h.community_id AND c.subject = 'holding'
        AND c.subject_id = h.id AND c.purpose = 'name' AND c.ended_at = 0) AS show_name,
    (SELECT count(*) FROM consent c WHERE c.community_id = h.community_id AND c.subject = 'holding'
        AND c.subject_id = h.id AND c.purpose = 'phone' AND c.ended_at = 0) AS show_phone
FROM holding h;
CREATE VIEW cert_said AS SELECT t.*,
    (SELECT count(*) FROM consent c WHERE c.community_id = t.community_id AND c.subject = 'cert'
        AND c.subject_id = t.id AND c.purpose = 'shown' AND c.ended_at = 0) AS agrees_shown
FROM cert t;
CREATE VIEW activity_party_said AS SELECT p.*,
    (SELECT COALESCE(max(c.at), 0) FROM consent c WHERE c.community_id = p.community_id AND c.subject = 'activity'
        AND c.subject_id = p.id AND c.purpose = 'guardian' AND c.ended_at = 0) AS guardian_at
FROM activity_party p;
CREATE VIEW class_child_said AS SELECT k.*,
    (SELECT COALESCE(max(c.at), 0) FROM consent c WHERE c.community_id = k.community_id AND c.subject = 'child'
        AND c.subject_id = k.id AND c.purpose = 'class' AND c.ended_at = 0) AS agreed_at,
    (SELECT COALESCE(max(c.text_hash), '') FROM consent c WHERE c.community_id = k.community_id AND c.subject = 'child'
        AND c.subject_id = k.id AND c.purpose = 'class' AND c.ended_at = 0) AS agreed_hash
FROM class_child k;

-- ---- my data, and what is forgotten ----

CREATE TABLE subject_request (                            -- somebody wants to see, to correct, to delete what is held
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL, word TEXT NOT NULL,             -- D-YYMMDD-NNNN-C and four digits
    subject @KEY NOT NULL, subject_id @INT NOT NULL,      -- as consent
    what TEXT NOT NULL,                                   -- copy, correct, delete, object, explain
    field TEXT NOT NULL, value @BLOB NOT NULL,            -- of a correction: an envelope, emptied when it is over
    text TEXT NOT NULL,
    state TEXT NOT NULL, version @INT NOT NULL,           -- received, checked, done, refused, withdrawn
    checked TEXT NOT NULL,                                -- how it was made sure who asks; '' = not yet
    due_at @INT NOT NULL, answer TEXT NOT NULL,
    entered_by @INT NOT NULL,
    created_at @INT NOT NULL, changed_at @INT NOT NULL, closed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, number),
    CHECK (state NOT IN ('done', 'refused') OR answer <> ''),
    CHECK (LENGTH(value) = 0 OR LENGTH(value) > 34)
) @OPT;
CREATE INDEX subject_request_of ON subject_request (community_id, subject, subject_id, id);
CREATE INDEX subject_request_open ON subject_request (community_id, closed_at, due_at);
CREATE TABLE subject_event (                              -- append-only
    community_id @INT NOT NULL, id @INT NOT NULL,
    request_id @INT NOT NULL, step TEXT NOT NULL, text TEXT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX subject_event_of ON subject_event (community_id, request_id, id);

CREATE TABLE keep_hold (                                  -- must stay although its time is over, and why
    community_id @INT NOT NULL, id @INT NOT NULL,
    subject @KEY NOT NULL, subject_id @INT NOT NULL, number TEXT NOT NULL, reason TEXT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    ended_at @INT NOT NULL, ended_name TEXT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX keep_hold_of ON keep_hold (community_id, subject, subject_id) WHERE ended_at = 0;
CREATE TABLE keep_done (                                  -- how many rows a night has forgotten
    community_id @INT NOT NULL, id @INT NOT NULL,
    month @INT NOT NULL, keep TEXT NOT NULL, label TEXT NOT NULL, gone @INT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX keep_done_month ON keep_done (community_id, month);

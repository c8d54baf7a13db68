-- 0014-shield: who stands behind a complaint, apart from the matter; who said that he has a part in it himself.
-- Times are ms since 1970 UTC.

CREATE TABLE shield_identity (                            -- of a need that is guarded: need has none of it then
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = need.id
    name @BLOB NOT NULL, contact @BLOB NOT NULL,          -- envelopes (0015-keys) down to text
    door @BLOB NOT NULL, note @BLOB NOT NULL,
    text @BLOB NOT NULL,                                  -- his own words before they were covered
    place_id @INT NOT NULL, place_text TEXT NOT NULL,     -- as exact as he said it
    entered_by @INT NOT NULL,                             -- who wrote it down for him, 0 = himself
    at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX shield_identity_by ON shield_identity (community_id, entered_by, id) WHERE entered_by <> 0;

CREATE TABLE shield_about (                               -- the unit that is complained about, when it is one
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = need.id
    org_id @INT NOT NULL, by_person @INT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE shield_answer (                              -- append-only: has he a part in it? what each of the staff said
    community_id @INT NOT NULL, id @INT NOT NULL,
    need_id @INT NOT NULL, person_id @INT NOT NULL, post_id @INT NOT NULL,
    person_name TEXT NOT NULL, role TEXT NOT NULL,
    found TEXT NOT NULL,                                  -- what the store knew: '', unit, neighbour
    answer TEXT NOT NULL,                                 -- none, subject, unit, neighbour, other
    at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX shield_answer_of ON shield_answer (community_id, need_id, id);
CREATE INDEX shield_answer_by ON shield_answer (community_id, person_id, need_id);
@APPEND_ONLY shield_answer;

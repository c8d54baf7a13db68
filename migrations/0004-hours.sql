-- 0004-hours: hours of volunteer service, confirmed from both sides, and certificates of them.
-- Nothing here ranks anybody: no statement orders people by hours. Hours exclude the way.
-- Times are ms since 1970 UTC, days are days since 1970-01-01 in Beijing, 0 = none.

CREATE TABLE hours (                                      -- one service of one volunteer
    community_id @INT NOT NULL, id @INT NOT NULL,
    origin TEXT NOT NULL,                                 -- offer, own (told by himself), team (a sheet of paper)
    offer_id @INT NOT NULL, need_id @INT NOT NULL,        -- 0 = not of an offer
    volunteer_id @INT NOT NULL,
    skill_code @KEY NOT NULL,                             -- '' = of none
    what TEXT NOT NULL,                                   -- the content line, names nobody
    started_at @INT NOT NULL, ended_at @INT NOT NULL,     -- as the last row of hours_event that has times
    minutes @INT NOT NULL,
    other_minutes @INT NOT NULL,                          -- what the other side said, 0 = nothing
    state TEXT NOT NULL,                                  -- open, waiting, confirmed, refused
    is_flagged @INT NOT NULL,                             -- both sides differ: a person looks
    confirm_kind TEXT NOT NULL,                           -- link, code, paper, call, staff
    paper_number TEXT NOT NULL,                           -- where the signed paper is filed
    thanks TEXT NOT NULL,                                 -- the resident's words to him
    version @INT NOT NULL, entered_by @INT NOT NULL,
    confirmed_at @INT NOT NULL, created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE UNIQUE INDEX hours_offer ON hours (community_id, offer_id) WHERE offer_id <> 0;
CREATE INDEX hours_who ON hours (community_id, volunteer_id, started_at);
CREATE INDEX hours_state ON hours (community_id, state, id);
CREATE INDEX hours_flagged ON hours (community_id, id) WHERE is_flagged = 1;
CREATE INDEX hours_confirmed ON hours (community_id, confirmed_at);

CREATE TABLE hours_event (                                -- append-only: what was said, agreed, corrected
    community_id @INT NOT NULL, id @INT NOT NULL,
    hours_id @INT NOT NULL,
    step TEXT NOT NULL,
    started_at @INT NOT NULL, ended_at @INT NOT NULL,     -- 0 = this step says no times
    minutes @INT NOT NULL,
    text TEXT NOT NULL,                                   -- why, or the paper's file number
    by_kind TEXT NOT NULL,                                -- volunteer, resident, staff, system
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX hours_event_of ON hours_event (community_id, hours_id, id);

CREATE TABLE hours_draw (                                 -- the monthly sample: seed and rule are public
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = YYYYMM
    seed TEXT NOT NULL, total @INT NOT NULL, picked @INT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE TABLE hours_call (                                 -- a record that was drawn, and what the call found
    community_id @INT NOT NULL, id @INT NOT NULL,
    month @INT NOT NULL, hours_id @INT NOT NULL,
    outcome TEXT NOT NULL,                                -- '' not called yet, agreed, not_reached, differs
    note TEXT NOT NULL, by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, month, hours_id)
) @OPT;

-- The register of certificates. It keeps the name also of who has left: who certifies must be able
-- to answer for it. There is no column for an identity number, and there must never be one.
CREATE TABLE cert (
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL,                                 -- C-2026-000001-7, '' before it is issued
    state TEXT NOT NULL,                                  -- requested, checked, issued, corrected, revoked, refused
    version @INT NOT NULL,
    volunteer_id @INT NOT NULL, volunteer_number TEXT NOT NULL,
    name @BLOB NOT NULL CHECK (LENGTH(name) = 0 OR LENGTH(name) > 34), -- an envelope (0015-keys)
    from_day @INT NOT NULL, to_day @INT NOT NULL,         -- both included
    minutes @INT NOT NULL, times @INT NOT NULL,
    lines TEXT NOT NULL,                                  -- content: a line each, kind, minutes, times by tabs
    issuer TEXT NOT NULL, phone TEXT NOT NULL,
    handler_id @INT NOT NULL, handler_name TEXT NOT NULL, -- 经办人
    head_id @INT NOT NULL, head_name TEXT NOT NULL,       -- 负责人
    issued_at @INT NOT NULL,
    hash TEXT NOT NULL,                                   -- SHA-256 over the contents, hex
    follows_id @INT NOT NULL, next_id @INT NOT NULL,      -- corrects that one; was corrected by this one
    reason TEXT NOT NULL,                                 -- of a correction, revocation or refusal
    asked_by @INT NOT NULL,                               -- 0 = himself
    team_id @INT NOT NULL,                                -- the unit he serves with; 0 = the community's own volunteers
    shown_until @INT NOT NULL,                            -- holds from then on, unless an objection is open
    objections @INT NOT NULL,                             -- open ones
    created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE UNIQUE INDEX cert_number ON cert (community_id, number) WHERE number <> '';
CREATE INDEX cert_who ON cert (community_id, volunteer_id, id);
CREATE INDEX cert_state ON cert (community_id, state, id);
CREATE INDEX cert_team ON cert (community_id, team_id, id);
CREATE TABLE cert_objection (                             -- what one of the team says while it is shown
    community_id @INT NOT NULL, id @INT NOT NULL,
    cert_id @INT NOT NULL, volunteer_id @INT NOT NULL, text TEXT NOT NULL, at @INT NOT NULL,
    answer TEXT NOT NULL, by_person @INT NOT NULL, by_name TEXT NOT NULL, answered_at @INT NOT NULL, -- 0 = open
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX cert_objections ON cert_objection (community_id, cert_id, id);
CREATE TABLE cert_count (                                 -- numbers given out in a year
    community_id @INT NOT NULL, id @INT NOT NULL, n @INT NOT NULL, -- id = the year
    PRIMARY KEY (community_id, id)
) @OPT;

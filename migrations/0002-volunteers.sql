-- 0002-volunteers: the volunteer and resource library: what help there is (skill), who offers it,
-- when, where and how much. No field here counts a refusal, scores a person or says when somebody
-- was last seen; none holds religion, politics, health or traits.
-- Times are ms since 1970 UTC, days are days since 1970-01-01 in Beijing, 0 = none.

-- One taxonomy for both sides: what can be asked for is what can be offered. Two levels: rows
-- without a parent are groups, the others are leaves. The demands hold for whoever does it.
CREATE TABLE skill (
    community_id @INT NOT NULL, id @INT NOT NULL,
    code @KEY NOT NULL, parent_code @KEY NOT NULL,        -- '' = a group
    name TEXT NOT NULL,
    words TEXT NOT NULL,                                  -- everyday words that point here
    needs_credential @INT NOT NULL,                       -- a paper that somebody has seen
    needs_insurance @INT NOT NULL, needs_two @INT NOT NULL,
    adults_only @INT NOT NULL, needs_training @INT NOT NULL,
    risk @INT NOT NULL,                                   -- 0 none .. 3 agreement, insurance, trained
    active @INT NOT NULL, sort @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, code)
) @OPT;

CREATE TABLE volunteer (
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL,                                 -- V-YYMMDD-NNNN-C
    key_hash @BLOB NOT NULL, word TEXT NOT NULL,          -- secret link; 4 digits for phone and paper
    client_key TEXT,                                      -- UUID made by the form: sent twice is one
    kind TEXT NOT NULL,                                   -- person, team, unit, merchant
    org_id @INT NOT NULL,                                 -- of a unit or merchant, 0 = none
    name @BLOB NOT NULL CHECK (LENGTH(name) = 0 OR LENGTH(name) > 34), -- an envelope (0015-keys)
    contact @BLOB NOT NULL, contact_index @BLOB NOT NULL, -- envelope (0015-keys) and its blind index
    shown_contact TEXT NOT NULL,                          -- the number that hangs on a board by his second consent, else ''
    birth_year @INT NOT NULL,                             -- 0 = not said: taken as grown up
    guardian_name @BLOB NOT NULL, guardian_contact @BLOB NOT NULL, -- envelopes
    place_id @INT NOT NULL, place_path @KEY NOT NULL, grid_id @INT NOT NULL,
    place_text TEXT NOT NULL,                             -- full name as it was then
    reach TEXT NOT NULL,                                  -- grid, area, community
    week @KEY NOT NULL,                                   -- 84 hex digits = 7 x 48 half-hours
    week_max @INT NOT NULL, ask_max @INT NOT NULL,        -- times a week; asks a week
    dialects TEXT NOT NULL, wont TEXT NOT NULL,
    state TEXT NOT NULL,                                  -- applied, active, paused, left
    paused_until @INT NOT NULL,                           -- 0 = till he says so
    checked TEXT NOT NULL,                                -- self, seen
    channel TEXT NOT NULL, entered_by @INT NOT NULL,      -- person who typed it, 0 = himself
    import_id @INT NOT NULL,                              -- list it came with, 0 = none
    confirmed_at @INT NOT NULL, asked_at @INT NOT NULL,   -- asked: "still willing?", 0 = not now
    insured_until @INT NOT NULL,                          -- the day after its last
    version @INT NOT NULL,
    created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, number), UNIQUE (community_id, client_key),
    CHECK (LENGTH(contact) = 0 OR LENGTH(contact) > 34), CHECK (LENGTH(guardian_name) = 0 OR LENGTH(guardian_name) > 34),
    CHECK (LENGTH(guardian_contact) = 0 OR LENGTH(guardian_contact) > 34)
) @OPT;
CREATE INDEX volunteer_state ON volunteer (community_id, state, id);
CREATE INDEX volunteer_grid_id ON volunteer (community_id, grid_id, state);
CREATE INDEX volunteer_place ON volunteer (community_id, place_path);
CREATE INDEX volunteer_contact ON volunteer (community_id, contact_index);
CREATE INDEX volunteer_import_id ON volunteer (community_id, import_id);

CREATE TABLE volunteer_skill (
    community_id @INT NOT NULL, id @INT NOT NULL,
    volunteer_id @INT NOT NULL, skill_code @KEY NOT NULL,
    level @INT NOT NULL,                                  -- 1 can, 2 good at it, 3 trade or teacher
    is_verified @INT NOT NULL, verified_by @INT NOT NULL, verified_at @INT NOT NULL,
    expires_at @INT NOT NULL,                             -- of the credential, 0 = does not
    PRIMARY KEY (community_id, id), UNIQUE (community_id, volunteer_id, skill_code)
) @OPT;
CREATE INDEX volunteer_skill_code ON volunteer_skill (community_id, skill_code);

CREATE TABLE volunteer_grid (                             -- further grids he goes to
    community_id @INT NOT NULL, id @INT NOT NULL,
    volunteer_id @INT NOT NULL, grid_id @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, volunteer_id, grid_id)
) @OPT;

CREATE TABLE volunteer_away (                             -- exceptions to the week; both days included
    community_id @INT NOT NULL, id @INT NOT NULL,
    volunteer_id @INT NOT NULL, from_day @INT NOT NULL, to_day @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX volunteer_away_who ON volunteer_away (community_id, volunteer_id, to_day);

CREATE TABLE volunteer_event (                            -- append-only: what was agreed, checked, changed
    community_id @INT NOT NULL, id @INT NOT NULL,
    volunteer_id @INT NOT NULL, step TEXT NOT NULL, text TEXT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX volunteer_event_who ON volunteer_event (community_id, volunteer_id, id);

CREATE TABLE volunteer_import (                           -- a list that came at once
    community_id @INT NOT NULL, id @INT NOT NULL,
    name TEXT NOT NULL, rows_in @INT NOT NULL, rows_bad @INT NOT NULL,
    problems TEXT NOT NULL,                               -- rows that could not be taken after all
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL, undone_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE volunteer_import_part (                      -- a portion still to be taken; gone when it is
    community_id @INT NOT NULL, id @INT NOT NULL,
    import_id @INT NOT NULL, people @INT NOT NULL,
    rows @BLOB NOT NULL CHECK (LENGTH(rows) > 34),        -- an envelope
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX volunteer_import_parts ON volunteer_import_part (community_id, import_id, id);

CREATE TABLE volunteer_want (                             -- leaves more asked for than offered, best first
    community_id @INT NOT NULL, id @INT NOT NULL,
    grid_id @INT NOT NULL, skill_code @KEY NOT NULL,      -- grid 0 = the community
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX volunteer_want_grid ON volunteer_want (community_id, grid_id, id);


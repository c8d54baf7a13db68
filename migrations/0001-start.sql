-- 0001-start: communities, places, organisation, people, the loop of a need, clocks, jobs.
-- One text for both engines. @INT INTEGER/BIGINT, @JSON TEXT/JSONB, @BLOB BLOB/BYTEA,
-- @KEY text compared byte by byte, @OPT the table options of SQLite.
-- Times are ms since 1970 UTC, 0 = none. Codes are text. Every key begins with community_id.

CREATE TABLE community (
    community_id @INT NOT NULL, id @INT NOT NULL,        -- id = community_id
    code TEXT NOT NULL, name TEXT NOT NULL, short TEXT NOT NULL,
    phone TEXT NOT NULL,                                  -- the service line on every page
    hours @JSON NOT NULL,                                 -- working hours: [[510,720],[840,1050]] minutes
    is_sample @INT NOT NULL,
    created_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, code)
) @OPT;

-- Names and number of tiers are data: tree 'place', 'org' or 'site', depth 0 = top.
CREATE TABLE tier (
    community_id @INT NOT NULL, id @INT NOT NULL,
    tree TEXT NOT NULL, depth @INT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, tree, code)
) @OPT;

-- Places: community > area > estate (or park, market) > building > stairwell (or stall).
-- path = the ids' short forms from the top, each closed by '.', so that a subtree is one range.
CREATE TABLE place (
    community_id @INT NOT NULL, id @INT NOT NULL,
    parent_id @INT NOT NULL,                              -- 0 = top
    tier TEXT NOT NULL, kind TEXT NOT NULL,
    code @KEY NOT NULL,                                   -- what stands on the board and in the QR
    name TEXT NOT NULL, full_name TEXT NOT NULL,
    path @KEY NOT NULL,
    doors @INT NOT NULL,
    gb_code TEXT NOT NULL,
    active_from @INT NOT NULL, active_to @INT NOT NULL,   -- 0 = still
    PRIMARY KEY (community_id, id), UNIQUE (community_id, code), UNIQUE (community_id, path)
) @OPT;
CREATE INDEX place_parent ON place (community_id, parent_id);

-- Grids lie across the tree of places: which grid serves a place is a fact with dates, so that a
-- redrawn grid keeps its history.
CREATE TABLE grid (
    community_id @INT NOT NULL, id @INT NOT NULL,
    area_id @INT NOT NULL,                                -- the residential area it belongs to
    org_id @INT NOT NULL,                                 -- its grid branch
    number @INT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    gb_code TEXT NOT NULL,
    active_from @INT NOT NULL, active_to @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, number)
) @OPT;

CREATE TABLE grid_shape (                                 -- versions of a grid's outline
    community_id @INT NOT NULL, id @INT NOT NULL,
    grid_id @INT NOT NULL, outline @JSON NOT NULL,        -- GeoJSON polygon, WGS-84
    from_at @INT NOT NULL, to_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX grid_shape_grid ON grid_shape (community_id, grid_id, from_at);

CREATE TABLE grid_place (                                 -- buildings, stalls, parks of a grid
    community_id @INT NOT NULL, id @INT NOT NULL,
    grid_id @INT NOT NULL, place_id @INT NOT NULL,
    from_at @INT NOT NULL, to_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX grid_place_place ON grid_place (community_id, place_id, from_at);
CREATE INDEX grid_place_grid ON grid_place (community_id, grid_id);

-- Organisation: committee > general branch > grid branch > building group; beside them centres,
-- units that handle needs, market circle.
CREATE TABLE org (
    community_id @INT NOT NULL, id @INT NOT NULL,
    parent_id @INT NOT NULL, tier TEXT NOT NULL, kind TEXT NOT NULL,
    code @KEY NOT NULL, name TEXT NOT NULL, short TEXT NOT NULL, path @KEY NOT NULL,
    place_id @INT NOT NULL,                               -- where it serves
    phone TEXT NOT NULL,
    active_from @INT NOT NULL, active_to @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, code), UNIQUE (community_id, path)
) @OPT;
CREATE INDEX org_parent ON org (community_id, parent_id);

CREATE TABLE person (                                     -- staff and post holders only
    community_id @INT NOT NULL, id @INT NOT NULL,
    name TEXT NOT NULL, duty_phone TEXT NOT NULL,
    login @KEY, password TEXT,                            -- argon2id string; NULL = cannot sign in
    must_change @INT NOT NULL,                            -- the password was set by somebody else
    totp @BLOB, totp_step @INT NOT NULL,                  -- the 30 s step of the last code used
    totp_new @BLOB,                                       -- being set up: asked for once a code of it was typed
    active @INT NOT NULL, created_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, login)
) @OPT;

-- A post is a role with a reach: a place (and all below it) or a grid or an organisation.
CREATE TABLE post (
    community_id @INT NOT NULL, id @INT NOT NULL,
    role TEXT NOT NULL, title TEXT NOT NULL,
    org_id @INT NOT NULL, place_id @INT NOT NULL, grid_id @INT NOT NULL,
    active_from @INT NOT NULL, active_to @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX post_place ON post (community_id, place_id);
CREATE INDEX post_grid ON post (community_id, grid_id);
CREATE INDEX post_org ON post (community_id, org_id);

CREATE TABLE holding (                                    -- who holds a post, from when to when
    community_id @INT NOT NULL, id @INT NOT NULL,
    post_id @INT NOT NULL, person_id @INT NOT NULL,
    is_deputy @INT NOT NULL,
    from_at @INT NOT NULL, to_at @INT NOT NULL,           -- to = from: was planned, called off
    by_person @INT NOT NULL, ended_by @INT NOT NULL,      -- who appointed, who set the end; 0 = the system
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX holding_post ON holding (community_id, post_id);
CREATE INDEX holding_person ON holding (community_id, person_id);

CREATE TABLE session (
    community_id @INT NOT NULL, id @INT NOT NULL,
    hash @BLOB NOT NULL,                                  -- BLAKE2b of the cookie or token
    kind TEXT NOT NULL,                                   -- 'browser' or 'token'
    label TEXT NOT NULL,
    person_id @INT NOT NULL, post_id @INT NOT NULL,
    csrf TEXT NOT NULL,
    created_at @INT NOT NULL, seen_at @INT NOT NULL, ends_at @INT NOT NULL,
    lost_at @INT NOT NULL,                                -- ended from elsewhere: the device is told to forget the day; 0 = no
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE UNIQUE INDEX session_hash ON session (community_id, hash);

-- What is responsible for what. lead_kind names the kind of org or post that leads.
CREATE TABLE duty (
    community_id @INT NOT NULL, id @INT NOT NULL,
    code @KEY NOT NULL, category TEXT NOT NULL, name TEXT NOT NULL,
    lead_kind TEXT NOT NULL, assist_kind TEXT NOT NULL,
    level TEXT NOT NULL,
    contact_amount @INT NOT NULL, contact_unit TEXT NOT NULL,
    done_amount @INT NOT NULL, done_unit TEXT NOT NULL,
    filing TEXT NOT NULL, closing TEXT NOT NULL, basis TEXT NOT NULL,
    answer_hint TEXT NOT NULL, not_ours TEXT NOT NULL,
    may_publish @INT NOT NULL, contact_plain TEXT NOT NULL,
    words TEXT NOT NULL,                                  -- everyday words that point here
    active @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, code)
) @OPT;

CREATE TABLE need (
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL,                                 -- H-YYMMDD-NNNN-C, read over the phone
    key_hash @BLOB NOT NULL, word TEXT NOT NULL,          -- secret link; 4 digits for phone and paper
    client_key TEXT,                                      -- UUID made by the form: sent twice is one need
    state TEXT NOT NULL, version @INT NOT NULL,           -- version grows with every step
    channel TEXT NOT NULL,
    source_number TEXT NOT NULL,                          -- of the system it came from: the 12345 ticket
    kind TEXT NOT NULL, category TEXT NOT NULL, duty_id @INT NOT NULL,
    level TEXT NOT NULL,
    place_id @INT NOT NULL, place_path @KEY NOT NULL, grid_id @INT NOT NULL,
    place_text TEXT NOT NULL,                             -- full name as it was then
    door @BLOB NOT NULL,                                  -- envelopes (0015-keys): door, name, contact, note
    text TEXT NOT NULL, title TEXT NOT NULL,              -- title: one line that neighbours may see
    name @BLOB NOT NULL, contact @BLOB NOT NULL, note @BLOB NOT NULL,
    is_secret @INT NOT NULL,                              -- the asker wants to stay unnamed to the handler
    entered_by @INT NOT NULL,                             -- person who typed it, 0 = the resident
    owner_org @INT NOT NULL, owner_post @INT NOT NULL, owner_person @INT NOT NULL,
    handler_person @INT NOT NULL,                         -- who reported it done: never its verifier
    returns @INT NOT NULL, final_owner @INT NOT NULL, redos @INT NOT NULL, reworks @INT NOT NULL,
    extended @INT NOT NULL, supervised @INT NOT NULL,
    merged_into @INT NOT NULL,
    answer TEXT NOT NULL, answer_code TEXT NOT NULL, refer_number TEXT NOT NULL,
    rating TEXT NOT NULL, rating_note TEXT NOT NULL, rated_by TEXT NOT NULL,
    promise_at @INT NOT NULL,                             -- the date told to the resident
    due_at @INT NOT NULL,                                 -- of the running clock, 0 = paused or none
    contacted_at @INT NOT NULL, review_at @INT NOT NULL,
    created_at @INT NOT NULL, changed_at @INT NOT NULL, closed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, number), UNIQUE (community_id, client_key),
    CHECK (state NOT IN ('done', 'cannot', 'referred', 'refused') OR answer <> ''),
    CHECK (LENGTH(door) = 0 OR LENGTH(door) > 34), CHECK (LENGTH(name) = 0 OR LENGTH(name) > 34),
    CHECK (LENGTH(contact) = 0 OR LENGTH(contact) > 34), CHECK (LENGTH(note) = 0 OR LENGTH(note) > 34)
) @OPT;
CREATE INDEX need_state ON need (community_id, state, due_at);
-- closed_at = 0 is what is open: a small part of the whole, whatever was closed before.
CREATE INDEX need_closed ON need (community_id, closed_at, due_at);
CREATE INDEX need_place ON need (community_id, place_path, created_at);
CREATE INDEX need_grid ON need (community_id, grid_id, state);
CREATE INDEX need_owner ON need (community_id, owner_org, state);
-- What a post carries, when it changes hands: open ones only, so that it stays small.
CREATE INDEX need_post ON need (community_id, owner_post) WHERE closed_at = 0 AND owner_post <> 0;
CREATE INDEX need_merged ON need (community_id, merged_into);
CREATE INDEX need_created ON need (community_id, created_at);
CREATE INDEX need_source ON need (community_id, source_number) WHERE source_number <> '';

CREATE TABLE need_event (                                 -- append-only: explains every state
    community_id @INT NOT NULL, id @INT NOT NULL,
    need_id @INT NOT NULL, step TEXT NOT NULL,            -- transition or act: 'accept', 'slip', 'open_contact'
    from_state TEXT NOT NULL, to_state TEXT NOT NULL,
    reason TEXT NOT NULL, text TEXT NOT NULL,
    is_public @INT NOT NULL,                              -- the resident sees the text
    by_person @INT NOT NULL, by_post @INT NOT NULL, by_name TEXT NOT NULL, by_role TEXT NOT NULL,
    to_org @INT NOT NULL, to_person @INT NOT NULL,
    promise_at @INT NOT NULL,                             -- after this step
    at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX need_event_need ON need_event (community_id, need_id, id);

-- Units that help the leading one; each reports to the lead before the need is due.
CREATE TABLE need_assist (
    community_id @INT NOT NULL, id @INT NOT NULL,
    need_id @INT NOT NULL, org_id @INT NOT NULL, kind TEXT NOT NULL,   -- 'assist' or 'whistle'
    asked TEXT NOT NULL, answer TEXT NOT NULL,
    due_at @INT NOT NULL, acked_at @INT NOT NULL, answered_at @INT NOT NULL, at @INT NOT NULL,
    help_rating TEXT NOT NULL, help_note TEXT NOT NULL,   -- of a whistle: by who called, of the help
    call_rating TEXT NOT NULL, call_note TEXT NOT NULL,   -- by the unit, of the call
    PRIMARY KEY (community_id, id), UNIQUE (community_id, need_id, org_id, kind)
) @OPT;

-- One clock per need and kind: 'dispatch', 'contact', 'done'. Units as in app/clock.
CREATE TABLE need_clock (
    community_id @INT NOT NULL, id @INT NOT NULL,
    need_id @INT NOT NULL, kind TEXT NOT NULL,
    amount @INT NOT NULL, unit TEXT NOT NULL, extra @INT NOT NULL, -- extra: granted by an extension
    started_at @INT NOT NULL, paused_at @INT NOT NULL,
    pause_ms @INT NOT NULL, pause_work_ms @INT NOT NULL,  -- finished pauses in every unit
    pause_work_days @INT NOT NULL, pause_days @INT NOT NULL,
    due_at @INT NOT NULL, stopped_at @INT NOT NULL,       -- stopped: met or no longer of interest
    PRIMARY KEY (community_id, id), UNIQUE (community_id, need_id, kind)
) @OPT;
CREATE INDEX need_clock_due ON need_clock (community_id, due_at);

-- Wrong words for a number in an hour: the tenth closes the look-up by number till the next hour.
CREATE TABLE word_try (
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = hours since 1970
    number @KEY NOT NULL, tries @INT NOT NULL,
    PRIMARY KEY (community_id, id, number)
) @OPT;

CREATE TABLE day_count (                                  -- numbers of the day, one row per prefix and day
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = days since 1970
    prefix @KEY NOT NULL, used @INT NOT NULL,
    PRIMARY KEY (community_id, id, prefix)
) @OPT;

-- Work for later: reminders, escalations, retries. A key makes a job unique; done jobs stay until cleaned.
CREATE TABLE job (
    community_id @INT NOT NULL, id @INT NOT NULL,
    kind TEXT NOT NULL, job_key @KEY NOT NULL, subject_id @INT NOT NULL, arg TEXT NOT NULL,
    run_at @INT NOT NULL, tries @INT NOT NULL, done_at @INT NOT NULL, failed TEXT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, job_key)
) @OPT;
CREATE INDEX job_run ON job (community_id, done_at, run_at);

-- Messages that leave the house after commit: 'waiting', 'sent', 'failed', 'dropped'.
CREATE TABLE outbox (
    community_id @INT NOT NULL, id @INT NOT NULL,
    adapter_id @INT NOT NULL, topic TEXT NOT NULL, subject_id @INT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL,
    send_at @INT NOT NULL,                                -- while it waits: not before
    tries @INT NOT NULL,
    failed TEXT NOT NULL,                                 -- why the last try came to nothing
    created_at @INT NOT NULL, ended_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX outbox_adapter ON outbox (community_id, adapter_id, state, send_at);
CREATE INDEX outbox_state ON outbox (community_id, state, ended_at);

CREATE TABLE adapter (                                    -- where messages go; none = off
    community_id @INT NOT NULL, id @INT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL,
    url @BLOB NOT NULL CHECK (LENGTH(url) > 34),          -- envelopes (0015-keys), both:
    secret @BLOB NOT NULL CHECK (LENGTH(secret) = 0 OR LENGTH(secret) > 34), -- written, used to send, shown to nobody
    address TEXT NOT NULL,                                -- scheme and host of url
    sender TEXT NOT NULL, receiver TEXT NOT NULL,         -- of mails
    topics TEXT NOT NULL, active @INT NOT NULL, created_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

-- Whose turn it is to send, apart from adapter: every writing request reads that one, and would
-- run into the sender on PostgreSQL.
CREATE TABLE adapter_turn (
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = the adapter's
    next_at @INT NOT NULL,                                -- rests until then
    taken_until @INT NOT NULL,                            -- lease of the sender that has it
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE idem (                                       -- answers kept for 90 days by Idempotency-Key
    community_id @INT NOT NULL, id @INT NOT NULL,
    key_hash @BLOB NOT NULL, person_id @INT NOT NULL,
    status @INT NOT NULL,
    sealed @BLOB NOT NULL,                                -- the answer; the key itself opens it
    at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, person_id, key_hash)
) @OPT;

CREATE TABLE calendar_day (                               -- days that differ from Monday-Friday
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = days since 1970
    is_work @INT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE need_paper (                                 -- printed slips: a number that lies ready for a need
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL, word TEXT NOT NULL,             -- of the need, once it is written down
    need_id @INT NOT NULL,                                -- 0 = not used yet
    made_by @INT NOT NULL, made_at @INT NOT NULL, used_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, number)
) @OPT;

CREATE TABLE need_photo (                                 -- JPEG, written anew: no place, device or time inside
    community_id @INT NOT NULL, id @INT NOT NULL,
    need_id @INT NOT NULL, hash @BLOB NOT NULL,           -- BLAKE2b of the file as it came: the same one once
    width @INT NOT NULL, height @INT NOT NULL,
    by_person @INT NOT NULL, at @INT NOT NULL,            -- by_person 0 = the resident
    small @BLOB NOT NULL, bytes @BLOB NOT NULL,           -- last: SQLite walks over what stands before
    PRIMARY KEY (community_id, id), UNIQUE (community_id, need_id, hash)
) @OPT;

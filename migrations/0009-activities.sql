-- 0009-activities: programmes, what happens when and where, who comes.
-- Times are ms since 1970 UTC, days are days since 1970-01-01 in Beijing, 0 = none.

CREATE TABLE activity_programme (                         -- 匠人微课堂: names are data
    community_id @INT NOT NULL, id @INT NOT NULL,
    code @KEY NOT NULL, ordinal @INT NOT NULL,
    name TEXT NOT NULL, about TEXT NOT NULL,
    active @INT NOT NULL, version @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, code)
) @OPT;

CREATE TABLE activity (                                   -- one date of something
    community_id @INT NOT NULL, id @INT NOT NULL,
    programme_id @INT NOT NULL, series_id @INT NOT NULL,  -- series_id: of its first date, 0 = stands alone
    site_id @INT NOT NULL, part_id @INT NOT NULL, place_path @KEY NOT NULL, -- as the site's, for lists within a reach
    room TEXT NOT NULL, title TEXT NOT NULL, about TEXT NOT NULL,
    host TEXT NOT NULL, for_whom TEXT NOT NULL, bring TEXT NOT NULL,
    for_children @INT NOT NULL,                           -- a guardian signs up
    from_at @INT NOT NULL, to_at @INT NOT NULL, close_at @INT NOT NULL,
    capacity @INT NOT NULL,                               -- heads; 0 = nobody signs up, one just comes
    taken @INT NOT NULL,                                  -- heads that have a place or are offered one
    party_most @INT NOT NULL,                             -- heads that one may bring
    guides @INT NOT NULL, guides_taken @INT NOT NULL,     -- groups that can have a guide
    confirm_hours @INT NOT NULL,                          -- who is moved up may think so long
    state TEXT NOT NULL, version @INT NOT NULL,           -- draft, open, cancelled
    code_seed @BLOB NOT NULL,                             -- what the rotating code is made of
    reason TEXT NOT NULL, instead TEXT NOT NULL,          -- of a cancelled one
    said TEXT NOT NULL, said_at @INT NOT NULL,            -- what was said there, for everybody
    walk_ins @INT NOT NULL, counted_at @INT NOT NULL,     -- came without signing up; the count is made
    created_at @INT NOT NULL, changed_at @INT NOT NULL, changed_name TEXT NOT NULL,
    PRIMARY KEY (community_id, id),
    CHECK (taken >= 0 AND (capacity = 0 OR taken <= capacity)), CHECK (guides_taken BETWEEN 0 AND guides)
) @OPT;
CREATE INDEX activity_time ON activity (community_id, from_at);
CREATE INDEX activity_programme_time ON activity (community_id, programme_id, from_at);
CREATE INDEX activity_site_time ON activity (community_id, site_id, from_at);
CREATE INDEX activity_series ON activity (community_id, series_id, from_at);
CREATE INDEX activity_said ON activity (community_id, from_at) WHERE said_at > 0;

CREATE TABLE activity_party (                             -- who signed up, with whom he brings
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL, word TEXT NOT NULL,             -- E-YYMMDD-NNNN-C and four digits
    key_hash @BLOB NOT NULL, client_key @KEY,             -- secret of the link; UUID of the form
    name TEXT NOT NULL, contact TEXT NOT NULL,            -- '' when forgotten
    group_name TEXT NOT NULL, wish TEXT NOT NULL,
    guardian_at @INT NOT NULL,                            -- a guardian agreed; 0 = not asked
    channel TEXT NOT NULL, entered_by @INT NOT NULL,
    created_at @INT NOT NULL, forgotten_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, number), UNIQUE (community_id, client_key)
) @OPT;

CREATE TABLE activity_seat (                              -- a party at one date
    community_id @INT NOT NULL, id @INT NOT NULL,
    party_id @INT NOT NULL, activity_id @INT NOT NULL,
    heads @INT NOT NULL, wants_guide @INT NOT NULL, guide TEXT NOT NULL,
    state TEXT NOT NULL, version @INT NOT NULL,
    rank @INT NOT NULL,                                   -- order of waiting: id of when it began
    offer_until @INT NOT NULL,                            -- moved up: must be confirmed before
    tell @INT NOT NULL,                                   -- something happened that nobody told them yet
    came @INT NOT NULL, came_at @INT NOT NULL, came_how TEXT NOT NULL, -- heads; code, staff
    rating TEXT NOT NULL, rating_note TEXT NOT NULL, rated_at @INT NOT NULL,
    created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, party_id, activity_id)
) @OPT;
CREATE INDEX activity_seat_queue ON activity_seat (community_id, activity_id, state, rank);
CREATE INDEX activity_seat_tell ON activity_seat (community_id, activity_id) WHERE tell = 1;

CREATE TABLE activity_event (                             -- append-only: how a seat came to its state
    community_id @INT NOT NULL, id @INT NOT NULL,
    seat_id @INT NOT NULL, step TEXT NOT NULL,
    from_state TEXT NOT NULL, to_state TEXT NOT NULL, text TEXT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX activity_event_seat ON activity_event (community_id, seat_id);

CREATE TABLE activity_opening (                           -- who opened name and contact, and why
    community_id @INT NOT NULL, id @INT NOT NULL,
    party_id @INT NOT NULL, purpose TEXT NOT NULL,
    person_id @INT NOT NULL, person_name TEXT NOT NULL, role TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX activity_opening_party ON activity_opening (community_id, party_id);

CREATE TABLE activity_number (                            -- numbers of the day, one row per prefix and day
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = days since 1970
    prefix @KEY NOT NULL, used @INT NOT NULL,
    PRIMARY KEY (community_id, id, prefix)
) @OPT;
CREATE TABLE activity_try (                               -- wrong words for a number in an hour
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = hours since 1970
    number @KEY NOT NULL, tries @INT NOT NULL,
    PRIMARY KEY (community_id, id, number)
) @OPT;

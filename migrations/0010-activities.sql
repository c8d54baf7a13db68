-- 0010-activities: programmes, what happens when and where, who comes; the 4:30 class.
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
    help_need @INT NOT NULL,                              -- the need by which helpers are looked for; 0 = none
    created_at @INT NOT NULL, changed_at @INT NOT NULL, changed_name TEXT NOT NULL,
    PRIMARY KEY (community_id, id),
    CHECK (taken >= 0 AND (capacity = 0 OR taken <= capacity)), CHECK (guides_taken BETWEEN 0 AND guides)
) @OPT;
CREATE INDEX activity_time ON activity (community_id, from_at);
CREATE INDEX activity_programme_time ON activity (community_id, programme_id, from_at);
CREATE INDEX activity_site_time ON activity (community_id, site_id, from_at);
CREATE INDEX activity_series ON activity (community_id, series_id, from_at);
CREATE INDEX activity_said ON activity (community_id, from_at) WHERE said_at > 0;
CREATE INDEX activity_said_of ON activity (community_id, programme_id, from_at) WHERE said_at > 0;

CREATE TABLE activity_party (                             -- who signed up, with whom he brings
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL, word TEXT NOT NULL,             -- E-YYMMDD-NNNN-C and four digits
    key_hash @BLOB NOT NULL, client_key @KEY,             -- secret of the link; UUID of the form
    name @BLOB NOT NULL CHECK (LENGTH(name) = 0 OR LENGTH(name) > 34), -- an envelope, as contact
    contact @BLOB NOT NULL CHECK (LENGTH(contact) = 0 OR LENGTH(contact) > 34), -- an envelope; '' when forgotten
    group_name TEXT NOT NULL, wish TEXT NOT NULL,
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


-- The 4:30 class: children who wait there for who picks them up. All but class_term, class_duty and
-- class_sum is deleted 30 days after the term.
CREATE TABLE class_term (
    community_id @INT NOT NULL, id @INT NOT NULL,
    site_id @INT NOT NULL, place_path @KEY NOT NULL,      -- as the site's, for lists within a reach
    name TEXT NOT NULL, room TEXT NOT NULL, about TEXT NOT NULL,
    from_day @INT NOT NULL, to_day @INT NOT NULL,
    weekdays @INT NOT NULL,                               -- bit 0 = Sunday; only days that are worked
    from_minute @INT NOT NULL, to_minute @INT NOT NULL,   -- of the day
    places @INT NOT NULL, taken @INT NOT NULL,            -- children that have a place or are offered one
    agreement TEXT NOT NULL, agreement_hash TEXT NOT NULL, -- what a guardian signs, and its SM3
    lock_public @BLOB NOT NULL, lock_private @BLOB NOT NULL, -- health notes: sealed to one, opened by the duty card with the other
    state TEXT NOT NULL, version @INT NOT NULL,           -- draft, open, forgotten
    changed_at @INT NOT NULL, changed_name TEXT NOT NULL,
    PRIMARY KEY (community_id, id), CHECK (taken BETWEEN 0 AND places)
) @OPT;
CREATE INDEX class_term_day ON class_term (community_id, to_day);

CREATE TABLE class_duty (                                 -- who is there on which day: the approval to open records
    community_id @INT NOT NULL, id @INT NOT NULL,
    term_id @INT NOT NULL, day @INT NOT NULL,
    person_id @INT NOT NULL, person_name TEXT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, term_id, day, person_id)
) @OPT;
CREATE INDEX class_duty_person ON class_duty (community_id, person_id, day);

CREATE TABLE class_child (
    community_id @INT NOT NULL, id @INT NOT NULL,
    term_id @INT NOT NULL,
    number @KEY NOT NULL, word TEXT NOT NULL,             -- K-YYMMDD-NNNN-C and four digits
    key_hash @BLOB NOT NULL, client_key @KEY,
    state TEXT NOT NULL, version @INT NOT NULL,           -- waiting, offered, placed, lapsed, left
    rank @INT NOT NULL, offer_until @INT NOT NULL,
    name @BLOB NOT NULL CHECK (LENGTH(name) = 0 OR LENGTH(name) > 34), -- a first name or nickname
    grade TEXT NOT NULL,
    guardian @BLOB NOT NULL, contact @BLOB NOT NULL,      -- envelopes (0015-keys), as is name; and
    second @BLOB NOT NULL, second_contact @BLOB NOT NULL, -- whom to ring when the guardian does not answer
    note @BLOB NOT NULL, note_at @INT NOT NULL,           -- sealed health note; when it was written, 0 = none, -1 = write it anew
    channel TEXT NOT NULL, entered_by @INT NOT NULL,
    created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, number), UNIQUE (community_id, client_key),
    CHECK (LENGTH(guardian) = 0 OR LENGTH(guardian) > 34), CHECK (LENGTH(contact) = 0 OR LENGTH(contact) > 34),
    CHECK (LENGTH(second) = 0 OR LENGTH(second) > 34), CHECK (LENGTH(second_contact) = 0 OR LENGTH(second_contact) > 34)
) @OPT;
CREATE INDEX class_child_term ON class_child (community_id, term_id, state, rank);

CREATE TABLE class_pickup (                               -- who may fetch a child: a word, never a name on a list
    community_id @INT NOT NULL, id @INT NOT NULL,
    child_id @INT NOT NULL, label TEXT NOT NULL,          -- 外婆
    word_hash TEXT NOT NULL,                              -- argon2id
    ended_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX class_pickup_child ON class_pickup (community_id, child_id);

CREATE TABLE class_day (                                  -- a child on a day; no row = expected
    community_id @INT NOT NULL, id @INT NOT NULL,
    child_id @INT NOT NULL, term_id @INT NOT NULL, day @INT NOT NULL,
    state TEXT NOT NULL, version @INT NOT NULL,           -- expected, in, out, excused, absent
    in_at @INT NOT NULL, in_by TEXT NOT NULL,             -- who brought it
    out_at @INT NOT NULL, out_by TEXT NOT NULL, out_how TEXT NOT NULL, -- who fetched it; code, called
    alarm TEXT NOT NULL, alarm_at @INT NOT NULL,          -- late, left
    called TEXT NOT NULL, called_at @INT NOT NULL, called_name TEXT NOT NULL, -- what the guardian said
    PRIMARY KEY (community_id, id), UNIQUE (community_id, child_id, day)
) @OPT;
CREATE INDEX class_day_term ON class_day (community_id, term_id, day);

CREATE TABLE class_talk (                                 -- something a person should talk over with the guardian
    community_id @INT NOT NULL, id @INT NOT NULL,
    child_id @INT NOT NULL, term_id @INT NOT NULL, kind TEXT NOT NULL, -- late, absence
    at @INT NOT NULL, done_at @INT NOT NULL, done_name TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX class_talk_term ON class_talk (community_id, term_id, done_at);

CREATE TABLE class_sum (                                  -- what stays: heads of a day
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = the day
    term_id @INT NOT NULL,
    expected @INT NOT NULL, came @INT NOT NULL, excused @INT NOT NULL, absent @INT NOT NULL, late @INT NOT NULL,
    PRIMARY KEY (community_id, id, term_id)
) @OPT;

-- 0009-bookings: spaces of a site that can be booked, who has which when, what is kept from whom.
-- Times are ms since 1970 UTC, days are days since 1970-01-01 in Beijing, 0 = none.

CREATE TABLE booking_space (                              -- a room, a court, a stage
    community_id @INT NOT NULL, id @INT NOT NULL,
    site_id @INT NOT NULL, part_id @INT NOT NULL, place_path @KEY NOT NULL, -- path as the site's, for lists within a reach
    name TEXT NOT NULL, floor TEXT NOT NULL, about TEXT NOT NULL,
    equipment TEXT NOT NULL, fee TEXT NOT NULL, rules TEXT NOT NULL, -- fee '' = free of charge
    capacity @INT NOT NULL,                               -- heads
    least_minutes @INT NOT NULL, most_minutes @INT NOT NULL, -- of one booking
    ahead_days @INT NOT NULL,                             -- nobody books later than this
    auto_heads @INT NOT NULL, auto_minutes @INT NOT NULL, -- up to these nobody has to look at it; 0 = at each
    door_code TEXT NOT NULL,                              -- on the sheet inside: who is there can say so
    version @INT NOT NULL, created_at @INT NOT NULL,
    changed_at @INT NOT NULL, changed_name TEXT NOT NULL,
    active_to @INT NOT NULL,                              -- 0 = still
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX booking_space_site ON booking_space (community_id, site_id);

CREATE TABLE booking_hours (                              -- hours of its own; none = those of its part or site
    community_id @INT NOT NULL, id @INT NOT NULL,
    space_id @INT NOT NULL, day @INT NOT NULL, spans TEXT NOT NULL, -- as in site_hours
    PRIMARY KEY (community_id, id), UNIQUE (community_id, space_id, day)
) @OPT;

CREATE TABLE booking_window (                             -- times of the week that are kept, or drawn
    community_id @INT NOT NULL, id @INT NOT NULL,
    space_id @INT NOT NULL, kind TEXT NOT NULL,           -- team, lot
    weekday @INT NOT NULL,                                -- 0 = Sunday
    from_minute @INT NOT NULL, till_minute @INT NOT NULL, -- after midnight
    ended_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX booking_window_space ON booking_window (community_id, space_id);

CREATE TABLE booking_rule (                               -- limits of a site; none = those of booking.h
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = the site's
    per_month @INT NOT NULL,                              -- bookings of one telephone; 0 = no limit
    early_minutes @INT NOT NULL,                          -- one may come in so long before
    free_hours @INT NOT NULL,                             -- given back until then it does not count
    idle_hours @INT NOT NULL,                             -- what is free by then is for whoever comes
    confirm_hours @INT NOT NULL,                          -- who is moved up may think so long
    draw_days @INT NOT NULL,                              -- lots are drawn so long before
    absences @INT NOT NULL, absence_days @INT NOT NULL, phone_days @INT NOT NULL, -- stayed away so often in so many days: by telephone for so long
    version @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

-- Who has a space when. The key is the rule: of a space and a quarter of an hour there is one row,
-- so two cannot hold it, whatever the program believed before it wrote. Held by a booking, a closure
-- or a lot that is still to be drawn. Rows of the past are gone.
CREATE TABLE booking_slot (
    community_id @INT NOT NULL, space_id @INT NOT NULL,
    slot @INT NOT NULL,                                   -- quarters of an hour since 1970
    holder_id @INT NOT NULL,
    PRIMARY KEY (community_id, space_id, slot)
) @OPT;

CREATE TABLE booking_party (                              -- who books
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL, word TEXT NOT NULL,             -- B-YYMMDD-NNNN-C and four digits
    key_hash @BLOB NOT NULL, client_key @KEY,             -- secret of the link; UUID of the form
    kind TEXT NOT NULL,                                   -- person, team, unit
    name @BLOB NOT NULL CHECK (LENGTH(name) = 0 OR LENGTH(name) > 34), -- an envelope, as contact
    group_name TEXT NOT NULL,                             -- '' when forgotten
    contact @BLOB NOT NULL CHECK (LENGTH(contact) = 0 OR LENGTH(contact) > 34), -- an envelope; '' when forgotten
    contact_key @BLOB NOT NULL,                           -- its blind index: limits are counted by it
    channel TEXT NOT NULL, entered_by @INT NOT NULL,
    created_at @INT NOT NULL, forgotten_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, number), UNIQUE (community_id, client_key)
) @OPT;
CREATE INDEX booking_party_contact ON booking_party (community_id, contact_key);

CREATE TABLE booking (                                    -- one date of a party in a space
    community_id @INT NOT NULL, id @INT NOT NULL,
    party_id @INT NOT NULL, space_id @INT NOT NULL, site_id @INT NOT NULL, place_path @KEY NOT NULL,
    series_id @INT NOT NULL, lot_id @INT NOT NULL,        -- 0 = none
    from_at @INT NOT NULL, to_at @INT NOT NULL,
    purpose TEXT NOT NULL, title TEXT NOT NULL, heads @INT NOT NULL,
    wish TEXT NOT NULL,                                   -- projector, ramp
    has_minors @INT NOT NULL,
    adult @BLOB NOT NULL CHECK (LENGTH(adult) = 0 OR LENGTH(adult) > 34), -- who answers for them, an envelope
    state TEXT NOT NULL, version @INT NOT NULL,
    rank @INT NOT NULL,                                   -- order of waiting
    offer_until @INT NOT NULL,                            -- moved up: must be confirmed before
    due_at @INT NOT NULL,                                 -- in review: answered by then
    tell @INT NOT NULL,                                   -- something happened that nobody told them yet
    reason TEXT NOT NULL,                                 -- refused, closed: why
    is_idle @INT NOT NULL,                                -- taken when it stood idle: does not count
    is_late @INT NOT NULL,                                -- given back too late not to count
    came_at @INT NOT NULL, condition_note TEXT NOT NULL,  -- how the room was left
    created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), CHECK (to_at > from_at)
) @OPT;
CREATE INDEX booking_time ON booking (community_id, space_id, from_at);
CREATE INDEX booking_site_time ON booking (community_id, site_id, from_at);
CREATE INDEX booking_of_party ON booking (community_id, party_id, from_at);
CREATE INDEX booking_of_series ON booking (community_id, series_id, from_at) WHERE series_id > 0;
CREATE INDEX booking_of_lot ON booking (community_id, lot_id, rank) WHERE lot_id > 0;
CREATE INDEX booking_queue ON booking (community_id, space_id, rank) WHERE state = 'waiting';
CREATE INDEX booking_review ON booking (community_id, due_at) WHERE state = 'review';
CREATE INDEX booking_tell ON booking (community_id, from_at) WHERE tell = 1;

CREATE TABLE booking_series (                             -- the same time every week, until the quarter ends
    community_id @INT NOT NULL, id @INT NOT NULL,
    party_id @INT NOT NULL, space_id @INT NOT NULL, site_id @INT NOT NULL, place_path @KEY NOT NULL,
    weeks @INT NOT NULL,                                  -- every so many
    first_day @INT NOT NULL, until_day @INT NOT NULL,
    from_minute @INT NOT NULL, minutes @INT NOT NULL,
    state TEXT NOT NULL, version @INT NOT NULL,           -- asked, on, ended
    created_at @INT NOT NULL, changed_at @INT NOT NULL, changed_name TEXT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX booking_series_until ON booking_series (community_id, until_day) WHERE state <> 'ended';

CREATE TABLE booking_block (                              -- a time the centre keeps: repairs, a public event
    community_id @INT NOT NULL, id @INT NOT NULL,
    space_id @INT NOT NULL, from_at @INT NOT NULL, to_at @INT NOT NULL,
    kind TEXT NOT NULL, reason TEXT NOT NULL,             -- closed, event
    by_person @INT NOT NULL, by_name TEXT NOT NULL,
    created_at @INT NOT NULL, ended_at @INT NOT NULL,     -- ended_at: taken back
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX booking_block_time ON booking_block (community_id, space_id, to_at);

CREATE TABLE booking_lot (                                -- one contested time that is drawn
    community_id @INT NOT NULL, id @INT NOT NULL,
    space_id @INT NOT NULL, window_id @INT NOT NULL, from_at @INT NOT NULL, to_at @INT NOT NULL,
    draw_at @INT NOT NULL,
    seed TEXT NOT NULL, seed_hash TEXT NOT NULL,          -- SHA-256 in hex: shown before; the seed after
    state TEXT NOT NULL,                                  -- open, drawn, off
    entries @INT NOT NULL, drawn_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, space_id, from_at)
) @OPT;
CREATE INDEX booking_lot_open ON booking_lot (community_id, from_at) WHERE state = 'open';

CREATE TABLE booking_event (                              -- append-only: how a booking came to its state
    community_id @INT NOT NULL, id @INT NOT NULL,
    booking_id @INT NOT NULL, step TEXT NOT NULL,
    from_state TEXT NOT NULL, to_state TEXT NOT NULL, text TEXT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX booking_event_of ON booking_event (community_id, booking_id);


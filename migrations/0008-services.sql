-- 0008-services: guides to what can be done where, the queue at the counter, papers taken there for somebody.
-- What a resident types into a form to be printed is stored nowhere; nobody's papers are kept as pictures.
-- Times are ms since 1970 UTC, 0 = none; days are days since 1970 in Beijing.

CREATE TABLE service (                                    -- a guide: one thing that a person wants done
    community_id @INT NOT NULL, id @INT NOT NULL,
    slug @KEY NOT NULL,                                   -- in the address: pension-claim
    title TEXT NOT NULL,                                  -- 给老人领高龄津贴
    event TEXT NOT NULL,                                  -- the part of life it belongs to, a code
    words TEXT NOT NULL,                                  -- everyday words, blanks between
    dept TEXT NOT NULL,                                   -- whose matter it is
    who_may TEXT NOT NULL,
    bring TEXT NOT NULL, steps TEXT NOT NULL,             -- a line for each
    takes TEXT NOT NULL, work_days @INT NOT NULL,         -- in words; working days from acceptance, 0 = at once
    fee TEXT NOT NULL, basis TEXT NOT NULL, contact TEXT NOT NULL, link TEXT NOT NULL, note TEXT NOT NULL,
    form_name TEXT NOT NULL, fields TEXT NOT NULL,        -- a form to be printed: its name, a line for each blank
    lane TEXT NOT NULL,                                   -- at which counter, a code
    has_errand @INT NOT NULL,                             -- may be done for somebody
    state TEXT NOT NULL,                                  -- draft, on, off
    checked_at @INT NOT NULL, checked_name TEXT NOT NULL, -- somebody made sure that it is still so
    version @INT NOT NULL, created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, slug)
) @OPT;
CREATE INDEX service_event ON service (community_id, state, event);

CREATE TABLE service_site (                               -- where it is done, and on which days of the week
    community_id @INT NOT NULL, service_id @INT NOT NULL, site_id @INT NOT NULL,
    days @INT NOT NULL,                                   -- bit 0 = Sunday; 127 = whenever it is open
    PRIMARY KEY (community_id, service_id, site_id)
) @OPT;

CREATE TABLE service_import (                             -- a list that was taken
    community_id @INT NOT NULL, id @INT NOT NULL,
    name TEXT NOT NULL,
    rows_new @INT NOT NULL, rows_changed @INT NOT NULL, rows_bad @INT NOT NULL,
    problems TEXT NOT NULL,                               -- of rows that could not be taken after all
    goes_on @INT NOT NULL,                                -- complete guides are shown at once
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    undone_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE TABLE service_import_part (                        -- rows that wait, as CSV
    community_id @INT NOT NULL, id @INT NOT NULL,
    import_id @INT NOT NULL, rows TEXT NOT NULL, guides @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX service_import_part_of ON service_import_part (community_id, import_id);
CREATE TABLE service_import_row (                         -- what taking it back needs
    community_id @INT NOT NULL, import_id @INT NOT NULL, service_id @INT NOT NULL,
    version @INT NOT NULL,                                -- of the guide after it: nobody has touched it since
    was TEXT NOT NULL,                                    -- the row before, as CSV; '' = it was not there
    PRIMARY KEY (community_id, import_id, service_id)
) @OPT;

CREATE TABLE service_lane (                               -- a queue: the counters of a site that do one sort of thing
    community_id @INT NOT NULL, id @INT NOT NULL,
    site_id @INT NOT NULL, code @KEY NOT NULL,            -- as service.lane
    letter TEXT NOT NULL, name TEXT NOT NULL,             -- A, in front of the numbers of a day
    counters @INT NOT NULL,                               -- how many there are, 1, 2, ...
    slot_minutes @INT NOT NULL, slot_places @INT NOT NULL, -- may be booked: so many each so many minutes; 0 = no
    book_days @INT NOT NULL,                              -- so many days ahead
    is_open @INT NOT NULL,
    version @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, site_id, code)
) @OPT;
CREATE TABLE service_screen (                             -- a wall display may be seen by who has its link
    community_id @INT NOT NULL, site_id @INT NOT NULL,
    key_hash @BLOB NOT NULL, made_name TEXT NOT NULL, made_at @INT NOT NULL,
    PRIMARY KEY (community_id, site_id)
) @OPT;
CREATE TABLE service_count (                              -- the last number given out in a lane on a day
    community_id @INT NOT NULL, lane_id @INT NOT NULL, day @INT NOT NULL, n @INT NOT NULL,
    PRIMARY KEY (community_id, lane_id, day)
) @OPT;

CREATE TABLE service_ticket (                             -- somebody who waits at a counter; nobody knows who. Kept for 90 days
    community_id @INT NOT NULL, id @INT NOT NULL,
    lane_id @INT NOT NULL, site_id @INT NOT NULL,
    day @INT NOT NULL, number @INT NOT NULL,              -- A012 of that day; 0 = booked and not there yet
    booking TEXT NOT NULL,                                -- Q-261128-0012-3, of who booked
    service_id @INT NOT NULL,                             -- 0 = not said
    origin TEXT NOT NULL,                                 -- screen, phone, clerk
    state TEXT NOT NULL, version @INT NOT NULL,
    slot_at @INT NOT NULL, slot_no @INT NOT NULL,         -- booked for; which of its places is held, 0 = none
    turn_at @INT NOT NULL,                                -- the order of the queue
    counter @INT NOT NULL, calls @INT NOT NULL,
    served_by @INT NOT NULL,                              -- so that somebody else asks how it was; forgotten at night
    said TEXT NOT NULL, missing TEXT NOT NULL,            -- words to take home; papers that are still to be brought
    due_at @INT NOT NULL,                                 -- of what was accepted
    need_id @INT NOT NULL,                                -- what became of what could not be done
    rating TEXT NOT NULL, rated_how TEXT NOT NULL, rated_at @INT NOT NULL, -- by slip, asked by somebody else
    key_hash @BLOB NOT NULL,
    taken_at @INT NOT NULL, called_at @INT NOT NULL, served_at @INT NOT NULL, ended_at @INT NOT NULL,
    created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE UNIQUE INDEX service_ticket_number ON service_ticket (community_id, lane_id, day, number) WHERE number > 0;
CREATE UNIQUE INDEX service_ticket_slot ON service_ticket (community_id, lane_id, slot_at, slot_no) WHERE slot_no > 0;
CREATE UNIQUE INDEX service_ticket_key ON service_ticket (community_id, key_hash);
CREATE INDEX service_ticket_queue ON service_ticket (community_id, lane_id, state, turn_at);
CREATE INDEX service_ticket_day ON service_ticket (community_id, day, lane_id);

CREATE TABLE service_day (                                -- what is left of a day: how many came and how it ended
    community_id @INT NOT NULL, lane_id @INT NOT NULL, day @INT NOT NULL,
    site_id @INT NOT NULL,
    taken @INT NOT NULL, booked @INT NOT NULL,            -- who came; of them by booking
    done @INT NOT NULL, accepted @INT NOT NULL, missing @INT NOT NULL, referred @INT NOT NULL, cannot @INT NOT NULL,
    gone @INT NOT NULL, missed @INT NOT NULL,             -- did not wait; booked and did not come
    waited @INT NOT NULL, wait_minutes @INT NOT NULL,     -- who was called, and how long they waited together
    rated @INT NOT NULL, satisfied @INT NOT NULL,
    PRIMARY KEY (community_id, lane_id, day)
) @OPT;
CREATE INDEX service_day_site ON service_day (community_id, site_id, day);
CREATE TABLE service_day_item (                           -- and for what
    community_id @INT NOT NULL, site_id @INT NOT NULL, day @INT NOT NULL, service_id @INT NOT NULL, n @INT NOT NULL,
    PRIMARY KEY (community_id, site_id, day, service_id)
) @OPT;

CREATE TABLE service_errand (                             -- somebody takes papers to a counter for another; one time, listed papers
    community_id @INT NOT NULL, id @INT NOT NULL,
    number @KEY NOT NULL,                                 -- P-261128-0012-3
    service_id @INT NOT NULL, title TEXT NOT NULL,
    state TEXT NOT NULL, version @INT NOT NULL,
    name @BLOB NOT NULL, contact @BLOB NOT NULL, door @BLOB NOT NULL, -- envelopes; emptied 90 days after the end
    place_id @INT NOT NULL, place_path @KEY NOT NULL, grid_id @INT NOT NULL, place_text TEXT NOT NULL,
    agreed_how TEXT NOT NULL, agreed_at @INT NOT NULL,    -- paper, face: how the authority was given
    until_day @INT NOT NULL,                              -- it holds until the end of this day
    helper_id @INT NOT NULL, helper_name TEXT NOT NULL,
    promise_at @INT NOT NULL,
    outcome TEXT NOT NULL, said TEXT NOT NULL,            -- done, cannot; what came of it
    need_id @INT NOT NULL,                                -- what became of what could not be done
    rating TEXT NOT NULL, rated_at @INT NOT NULL,
    key_hash @BLOB NOT NULL,
    created_at @INT NOT NULL, changed_at @INT NOT NULL, closed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id),
    CHECK (LENGTH(name) = 0 OR LENGTH(name) > 34), CHECK (LENGTH(contact) = 0 OR LENGTH(contact) > 34),
    CHECK (LENGTH(door) = 0 OR LENGTH(door) > 34)
) @OPT;
CREATE UNIQUE INDEX service_errand_number ON service_errand (community_id, number);
CREATE UNIQUE INDEX service_errand_key ON service_errand (community_id, key_hash);
CREATE INDEX service_errand_open ON service_errand (community_id, closed_at, promise_at);
CREATE TABLE service_errand_paper (                       -- what was handed over; never a picture of it
    community_id @INT NOT NULL, id @INT NOT NULL,
    errand_id @INT NOT NULL, name TEXT NOT NULL,
    received_at @INT NOT NULL, returned_at @INT NOT NULL, -- 0 = not
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX service_errand_paper_of ON service_errand_paper (community_id, errand_id);
CREATE TABLE service_errand_event (                       -- append-only
    community_id @INT NOT NULL, id @INT NOT NULL,
    errand_id @INT NOT NULL,
    step TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL,
    text TEXT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX service_errand_event_of ON service_errand_event (community_id, errand_id);

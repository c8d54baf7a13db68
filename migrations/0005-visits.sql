-- 0005-visits: doors that somebody knocks on by agreement, the visits, and what came of them. A door is known here only
-- from the day on which somebody was asked for or said a wish; it holds no person, no trait, no history but visits.

CREATE TABLE door (
    community_id @INT NOT NULL, id @INT NOT NULL,
    place_id @INT NOT NULL, place_path @KEY NOT NULL,     -- the stairwell, or the building where there is none
    place_text TEXT NOT NULL, grid_id @INT NOT NULL,
    door @KEY NOT NULL,                                   -- 502
    quiet_until @INT NOT NULL,                            -- day up to which nobody comes, 0 = no such wish
    next_day @INT NOT NULL,                               -- day on which somebody may come again, as wished; 0 = not said
    quiet_rev @INT NOT NULL, quiet_by TEXT NOT NULL,      -- the door's rev when this was last said, and who did
    next_rev @INT NOT NULL, next_by TEXT NOT NULL,
    promise TEXT NOT NULL, promised_at @INT NOT NULL,     -- what was promised last time
    rev @INT NOT NULL,                                    -- grows with every change
    changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, place_id, door)
) @OPT;
CREATE INDEX door_where ON door (community_id, place_path);

CREATE TABLE door_hint (                                  -- two said different things: both are kept until a person chooses
    community_id @INT NOT NULL, id @INT NOT NULL,
    door_id @INT NOT NULL, field TEXT NOT NULL,           -- quiet_until, next_day
    ours @INT NOT NULL, by_name TEXT NOT NULL,            -- what came later, and from whom
    theirs @INT NOT NULL, their_name TEXT NOT NULL,       -- what stands
    at @INT NOT NULL, settled_at @INT NOT NULL,           -- 0 = open
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX door_hint_open ON door_hint (community_id, door_id, settled_at);

CREATE TABLE visit (
    community_id @INT NOT NULL, id @INT NOT NULL,
    door_id @INT NOT NULL,
    place_path @KEY NOT NULL, grid_id @INT NOT NULL,      -- as the door's, for lists within a scope
    reason TEXT NOT NULL,                                 -- invited, asked, again
    state TEXT NOT NULL, version @INT NOT NULL,
    plan_day @INT NOT NULL,                               -- the day it is due on the worker's list
    offered_by TEXT NOT NULL,                             -- slip, notice, phone
    tries @INT NOT NULL,                                  -- nobody at home, so often
    outcome TEXT NOT NULL,                                -- well, needs, away, quiet; '' before
    kept TEXT NOT NULL,                                   -- what became of the last promise: done, not_yet, dropped
    promise TEXT NOT NULL,                                -- made this time
    key_hash @BLOB NOT NULL,                              -- of the link on the slip; empty = none
    person_id @INT NOT NULL, person_name TEXT NOT NULL,   -- who was there
    device_at @INT NOT NULL, device_skew @INT NOT NULL,   -- the phone's clock, and by how much it was ahead when last known
    visited_at @INT NOT NULL, follow_at @INT NOT NULL,
    created_at @INT NOT NULL, changed_at @INT NOT NULL, closed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX visit_door ON visit (community_id, door_id, created_at);
CREATE INDEX visit_due ON visit (community_id, closed_at, plan_day);

CREATE TABLE visit_event (                                -- append-only
    community_id @INT NOT NULL, id @INT NOT NULL,
    visit_id @INT NOT NULL,
    step TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL,
    save_key @KEY NOT NULL,                               -- UUID of the phone that saved it: once; '' = by hand
    text TEXT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL,
    at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX visit_event_visit ON visit_event (community_id, visit_id);
CREATE UNIQUE INDEX visit_event_key ON visit_event (community_id, save_key) WHERE save_key <> '';

CREATE TABLE visit_need (                                 -- needs raised at a door, and that the answer was told there
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = the need's
    visit_id @INT NOT NULL, door_id @INT NOT NULL,
    told_at @INT NOT NULL, told_by TEXT NOT NULL,         -- 0 = not told in person
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX visit_need_door ON visit_need (community_id, door_id);

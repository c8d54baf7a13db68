-- 0006-boards: notice boards, what hangs on the wall, pledges and zones of responsibility.
-- Whether a paper is old is not stored: it is what the board shows now beside what was printed.
-- Times are ms since 1970 UTC, 0 = none.

CREATE TABLE board (                                      -- a place with paper on the wall
    community_id @INT NOT NULL, id @INT NOT NULL,
    place_id @INT NOT NULL,
    kind TEXT NOT NULL,                                   -- stairwell, estate, station, stall
    duties TEXT NOT NULL,                                 -- what is done here
    phone TEXT NOT NULL,                                  -- service and supervision, '' = the community's
    version @INT NOT NULL, created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, place_id)
) @OPT;

CREATE TABLE board_print (                                -- a print run: what stands on the wall
    community_id @INT NOT NULL, id @INT NOT NULL,
    board_id @INT NOT NULL, number @INT NOT NULL,         -- 1, 2, ... of this board
    size TEXT NOT NULL,                                   -- a3, a4
    hash TEXT NOT NULL,                                   -- of all that the paper shows but the month's figures
    lines TEXT NOT NULL,                                  -- a key and a hash for each item; no name, no number
    month @INT NOT NULL,                                  -- YYYYMM of the figures
    printed_by @INT NOT NULL, printed_name TEXT NOT NULL, printed_at @INT NOT NULL,
    hung_by @INT NOT NULL, hung_name TEXT NOT NULL, hung_at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, board_id, number)
) @OPT;

CREATE TABLE zone (                                       -- a zone, a model post or a pledge, for somebody to take on
    community_id @INT NOT NULL, id @INT NOT NULL,
    place_id @INT NOT NULL, kind TEXT NOT NULL,           -- zone, post, pledge
    title TEXT NOT NULL, duties TEXT NOT NULL, pledge TEXT NOT NULL,
    created_at @INT NOT NULL, ended_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX zone_place ON zone (community_id, place_id);
CREATE TABLE zone_claim (                                 -- rows are added and ended, never rewritten
    community_id @INT NOT NULL, id @INT NOT NULL,
    zone_id @INT NOT NULL, volunteer_id @INT NOT NULL,
    from_at @INT NOT NULL, to_at @INT NOT NULL, by_person @INT NOT NULL, -- by 0 = himself
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX zone_claim_zone ON zone_claim (community_id, zone_id);
CREATE INDEX zone_claim_who ON zone_claim (community_id, volunteer_id);

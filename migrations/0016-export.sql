-- 0016-export: lists that were taken out of the house, by whom, what for, and how to know a leaked one again.
-- Times are ms since 1970 UTC.

CREATE TABLE export (
    community_id @INT NOT NULL, id @INT NOT NULL,
    sheet TEXT NOT NULL, object TEXT NOT NULL,            -- needs, volunteers; as people read it, with its conditions
    purpose TEXT NOT NULL, why TEXT NOT NULL,
    rows_count @INT NOT NULL,
    twice_number TEXT NOT NULL,                           -- of the second yes; '' = none was wanted
    hash TEXT NOT NULL,                                   -- SM3 of the file, hex
    salt TEXT NOT NULL,                                   -- of the order of its rows
    by_person @INT NOT NULL, by_name TEXT NOT NULL, role TEXT NOT NULL,
    at @INT NOT NULL, ends_at @INT NOT NULL,              -- it can be fetched until then
    PRIMARY KEY (community_id, id)
) @OPT;
@APPEND_ONLY export;

CREATE TABLE export_file (                                -- forgotten when it has ended
    community_id @INT NOT NULL, id @INT NOT NULL,
    bytes @BLOB NOT NULL, ends_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

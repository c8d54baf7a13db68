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

-- 0007-sites: the places one goes to, what is in them, when they are open, what a station lacks.
-- Whether something is open is not stored: it follows from hours, calendar and notices.
-- Days are days since 1970-01-01 in Beijing, times ms since 1970 UTC, 0 = none.

CREATE TABLE site (                                       -- 1 + 6 + N; its tiers are rows of tier, tree 'site'
    community_id @INT NOT NULL, id @INT NOT NULL,
    place_id @INT NOT NULL,                               -- where it is; its board is that place's
    tier @INT NOT NULL,                                   -- depth: 0 the community's centre
    code @KEY NOT NULL,                                   -- in the address and the QR code
    name TEXT NOT NULL, address TEXT NOT NULL, way TEXT NOT NULL, phone TEXT NOT NULL,
    about TEXT NOT NULL,
    operator TEXT NOT NULL, operator_name TEXT NOT NULL,  -- public, contracted, merchant
    area_m2 @INT NOT NULL,                                -- 0 = not said
    has_ramp @INT NOT NULL, has_lift @INT NOT NULL, has_toilet @INT NOT NULL,
    has_low_desk @INT NOT NULL, has_nursery @INT NOT NULL,
    version @INT NOT NULL, created_at @INT NOT NULL,
    changed_at @INT NOT NULL, changed_name TEXT NOT NULL,
    active_to @INT NOT NULL,                              -- 0 = still
    PRIMARY KEY (community_id, id), UNIQUE (community_id, code)
) @OPT;

CREATE TABLE site_part (                                  -- what is in it: hall, canteen, shop
    community_id @INT NOT NULL, id @INT NOT NULL,
    site_id @INT NOT NULL, kind TEXT NOT NULL,
    name TEXT NOT NULL, floor TEXT NOT NULL, phone TEXT NOT NULL, note TEXT NOT NULL,
    operator TEXT NOT NULL, operator_name TEXT NOT NULL,
    version @INT NOT NULL, created_at @INT NOT NULL, changed_at @INT NOT NULL,
    active_to @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX site_part_site ON site_part (community_id, site_id);

CREATE TABLE site_hours (                                 -- part_id 0 = of the whole site
    community_id @INT NOT NULL, id @INT NOT NULL,
    site_id @INT NOT NULL, part_id @INT NOT NULL,
    day @INT NOT NULL,                                    -- 0..6 from Sunday, 7 holiday, 8 a weekend day worked
    spans TEXT NOT NULL,                                  -- 510-720,840-1050 in minutes; '' = closed
    PRIMARY KEY (community_id, id), UNIQUE (community_id, site_id, part_id, day)
) @OPT;

CREATE TABLE site_notice (                                -- other hours, or none, for some days; announced
    community_id @INT NOT NULL, id @INT NOT NULL,
    site_id @INT NOT NULL, part_id @INT NOT NULL,
    from_day @INT NOT NULL, to_day @INT NOT NULL,         -- both counted in
    spans TEXT NOT NULL,                                  -- as in site_hours
    reason TEXT NOT NULL,
    late_why TEXT NOT NULL,                               -- why a closure was told less than seven days ahead
    announced_at @INT NOT NULL, by_person @INT NOT NULL, by_name TEXT NOT NULL,
    ended_at @INT NOT NULL,                               -- taken back
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX site_notice_day ON site_notice (community_id, to_day);

CREATE TABLE site_item (                                  -- what a station should have: the community's own list
    community_id @INT NOT NULL, id @INT NOT NULL,
    ordinal @INT NOT NULL, title TEXT NOT NULL, hint TEXT NOT NULL,
    active @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE TABLE site_check (                                 -- where a station stands with one item
    community_id @INT NOT NULL, id @INT NOT NULL,
    site_id @INT NOT NULL, item_id @INT NOT NULL,
    state TEXT NOT NULL,                                  -- ready, lacking
    note TEXT NOT NULL, owner TEXT NOT NULL,              -- owner: the post that sees to it
    due_day @INT NOT NULL,                                -- 0 = none
    changed_at @INT NOT NULL, changed_name TEXT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, site_id, item_id)
) @OPT;

CREATE TABLE site_menu (                                  -- what a canteen cooks: one meal of one day
    community_id @INT NOT NULL, id @INT NOT NULL,
    part_id @INT NOT NULL, day @INT NOT NULL, meal TEXT NOT NULL, -- breakfast, lunch, dinner
    dishes TEXT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, part_id, day, meal)
) @OPT;

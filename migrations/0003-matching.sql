-- 0003-matching: what a need for help asks for, who is proposed and why, who was asked, who comes.
-- Nothing here counts what a person has declined: an offer that ended tells the need's story, and
-- no statement adds offers up by person and outcome.
-- Times are ms since 1970 UTC, days are days since 1970-01-01 in Beijing, 0 = none.

CREATE TABLE match_help (                                 -- the part of a need that people can help with
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = the need's
    skill_code @KEY NOT NULL,                             -- a leaf of skill
    people @INT NOT NULL,
    week @KEY NOT NULL,                                   -- when it suits, as volunteer.week; all 0 = not said
    halves @INT NOT NULL,                                 -- how long, in half-hours
    from_day @INT NOT NULL, to_day @INT NOT NULL,         -- both included
    every TEXT NOT NULL,                                  -- '', week, fortnight, month
    turn @INT NOT NULL,                                   -- which time of a recurring need, from 0
    access TEXT NOT NULL,                                 -- what to know at the door: no lift, a dog
    two_first @INT NOT NULL,                              -- two come together until somebody is known there
    relay @INT NOT NULL,                                  -- the centre passes calls on, no phone is shown
    again_id @INT NOT NULL,                               -- an earlier need whose helper was liked
    rung @INT NOT NULL,                                   -- 0 asked by hand, 1 next ones, 2 team, 3 duty desk
    asked_at @INT NOT NULL,                               -- "still wanted?", 0 = not now
    confirmed_at @INT NOT NULL, is_paused @INT NOT NULL,
    version @INT NOT NULL, entered_by @INT NOT NULL,
    created_at @INT NOT NULL, changed_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX match_help_skill ON match_help (community_id, skill_code, created_at);

-- The rules of matching as data: each change is a new row, and the newest holds. Points are those
-- shown on the desk; what is longer stands in app/match/match.h.
CREATE TABLE match_weights (
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = version, 1, 2, ...
    skill @INT NOT NULL, near @INT NOT NULL, timely @INT NOT NULL, rested @INT NOT NULL,
    again @INT NOT NULL, urgent @INT NOT NULL, wait @INT NOT NULL,
    fair @INT NOT NULL, keep @INT NOT NULL, look @INT NOT NULL, lead @INT NOT NULL,
    far_m @INT NOT NULL, offer_hours @INT NOT NULL, asks_most @INT NOT NULL,
    certain @INT NOT NULL, odds @INT NOT NULL,
    tried @INT NOT NULL, others @INT NOT NULL,            -- what its trial said: needs; of these with other people;
    served_now @INT NOT NULL, served_new @INT NOT NULL,   -- with all they want, before and under it
    note TEXT NOT NULL, by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE match_run (
    community_id @INT NOT NULL, id @INT NOT NULL,
    reason TEXT NOT NULL,                                 -- night, demand, new, declined, changed
    weights_id @INT NOT NULL,
    needs @INT NOT NULL, wanted @INT NOT NULL,            -- needs that wait; people they want
    providers @INT NOT NULL, edges @INT NOT NULL,
    matched @INT NOT NULL, served @INT NOT NULL,          -- people found; needs with all their people
    changed @INT NOT NULL,                                -- needs whose proposals are others now
    objective @INT NOT NULL, gap @INT NOT NULL,           -- gap 0: proved to be the best there is
    used @INT NOT NULL, gini @INT NOT NULL,               -- volunteers with work; of the load, in 1/1000
    took_us @INT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX match_run_at ON match_run (community_id, at);

CREATE TABLE match_part (                                 -- coverage of a run by one thing
    community_id @INT NOT NULL, id @INT NOT NULL,
    run_id @INT NOT NULL, kind TEXT NOT NULL,             -- level, skill, grid; miss: needs by why
    code @KEY NOT NULL, wanted @INT NOT NULL, served @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, run_id, kind, code)
) @OPT;

-- What one more hour of somebody is worth after the last run; rows without a price are not there.
CREATE TABLE match_price (
    community_id @INT NOT NULL, id @INT NOT NULL,         -- id = the provider's
    run_id @INT NOT NULL, price @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE match_proposal (                             -- append-only but for until_at
    community_id @INT NOT NULL, id @INT NOT NULL,
    run_id @INT NOT NULL, need_id @INT NOT NULL, turn @INT NOT NULL,
    place @INT NOT NULL,                                  -- 1 .. 4 in the list
    target TEXT NOT NULL,                                 -- volunteer, worker, leader, org
    target_id @INT NOT NULL,                              -- volunteer, post, org
    is_pick @INT NOT NULL,                                -- the run gave him to this need
    score @INT NOT NULL, price @INT NOT NULL,             -- hundredths of a point
    terms TEXT NOT NULL,                                  -- a line each: code, points, + or -, words
    runner_id @INT NOT NULL, runner_score @INT NOT NULL, runner_price @INT NOT NULL,
    visit_at @INT NOT NULL, leave_at @INT NOT NULL,    -- 0 = to be arranged
    weights_id @INT NOT NULL,
    at @INT NOT NULL, until_at @INT NOT NULL,             -- until 0 = holds
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX match_proposal_need ON match_proposal (community_id, need_id, id);
CREATE INDEX match_proposal_now ON match_proposal (community_id, until_at, need_id);

CREATE TABLE match_miss (                                 -- why nobody is proposed, append-only as above
    community_id @INT NOT NULL, id @INT NOT NULL,
    run_id @INT NOT NULL, need_id @INT NOT NULL,
    reason TEXT NOT NULL,                                 -- skill, far, time, full, price
    able @INT NOT NULL,                                   -- how many can do it at all
    others TEXT NOT NULL,                                 -- price: ids of the needs that were served
    at @INT NOT NULL, until_at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX match_miss_need ON match_miss (community_id, need_id, id);
CREATE INDEX match_miss_now ON match_miss (community_id, until_at, need_id);

CREATE TABLE match_offer (
    community_id @INT NOT NULL, id @INT NOT NULL,
    need_id @INT NOT NULL, turn @INT NOT NULL, volunteer_id @INT NOT NULL,
    proposal_id @INT NOT NULL,                            -- 0 = chosen by hand, without a proposal
    state TEXT NOT NULL, version @INT NOT NULL,
    visit_at @INT NOT NULL, leave_at @INT NOT NULL,    -- 0 = to be arranged
    shown_name TEXT NOT NULL,                             -- what the resident calls him; after his yes
    relay @INT NOT NULL,
    asked_by @INT NOT NULL, asked_name TEXT NOT NULL,
    asked_at @INT NOT NULL, due_at @INT NOT NULL,
    answered_at @INT NOT NULL, introduced_at @INT NOT NULL, served_at @INT NOT NULL,
    ended_at @INT NOT NULL,                               -- when it left the open states
    again_resident @INT NOT NULL, again_volunteer @INT NOT NULL, -- would like the same again
    PRIMARY KEY (community_id, id), UNIQUE (community_id, need_id, turn, volunteer_id)
) @OPT;
CREATE INDEX match_offer_who ON match_offer (community_id, volunteer_id, asked_at);
CREATE INDEX match_offer_state ON match_offer (community_id, state, need_id);
CREATE INDEX match_offer_asked ON match_offer (community_id, asked_at);

CREATE TABLE match_event (                                -- append-only: steps of an offer
    community_id @INT NOT NULL, id @INT NOT NULL,
    offer_id @INT NOT NULL, need_id @INT NOT NULL,
    step TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL,
    by_kind TEXT NOT NULL,                                -- volunteer, resident, staff, system
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX match_event_need ON match_event (community_id, need_id, id);

CREATE TABLE match_bar (                                  -- not this one for this need: too near, or asked not to
    community_id @INT NOT NULL, id @INT NOT NULL,
    need_id @INT NOT NULL, volunteer_id @INT NOT NULL,
    by_person @INT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id), UNIQUE (community_id, need_id, volunteer_id)
) @OPT;

CREATE TABLE match_adoption (                             -- a recurring need that somebody made his own
    community_id @INT NOT NULL, id @INT NOT NULL,
    need_id @INT NOT NULL, volunteer_id @INT NOT NULL,
    from_at @INT NOT NULL, to_at @INT NOT NULL,           -- to 0 = still
    PRIMARY KEY (community_id, id)
) @OPT;
CREATE INDEX match_adoption_need ON match_adoption (community_id, need_id, to_at);

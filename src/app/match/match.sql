-- match.sql: every statement on the tables match_*. Needs, posts and places are only read.
-- Open states of an offer: asked, accepted, introduced, served; a yes is held by accepted,
-- introduced, served, confirmed.

-- ---- what is asked for ----
-- name: help
SELECT * FROM match_help WHERE community_id = :community_id AND id = :id;
-- name: help_insert
INSERT INTO match_help (community_id, id, skill_code, people, week, halves, from_day, to_day, every,
    turn, access, two_first, relay, again_id, rung, asked_at, confirmed_at, is_paused, version,
    entered_by, created_at, changed_at)
VALUES (:community_id, :id, :skill_code, :people, :week, :halves, :from_day, :to_day, :every, 0,
    :access, :two_first, :relay, :again_id, 0, 0, :now, 0, 1, :entered_by, :now, :now);
-- name: help_save    nothing changes when somebody was faster
UPDATE match_help SET skill_code = :skill_code, people = :people, week = :week, halves = :halves,
    from_day = :from_day, to_day = :to_day, every = :every, turn = :turn, access = :access,
    two_first = :two_first, relay = :relay, again_id = :again_id, rung = :rung,
    asked_at = :asked_at, confirmed_at = :confirmed_at, is_paused = :is_paused,
    version = version + 1, changed_at = :now
WHERE community_id = :community_id AND id = :id AND version = :version;
-- One need is a range of one id, so that an engine looks up and does not walk.
-- name: waiting      that may be matched today, in the order of grids; see match_wait
SELECT h.id, h.skill_code, h.people, h.week, h.halves, h.from_day, h.to_day, h.turn, h.two_first,
    h.again_id, h.created_at AS since_at, n.grid_id, n.place_id, n.place_path, n.level, n.owner_org,
    COALESCE(p.parent_id, 0) AS above_id, n.duty_id,
    CASE WHEN n.state IN ('received', 'accepted') THEN 1 ELSE 0 END AS is_unsent,
    CASE WHEN n.duty_id = 0 THEN n.text ELSE '' END AS text
FROM match_help h
JOIN need_said n ON n.community_id = h.community_id AND n.id = h.id
LEFT JOIN place p ON p.community_id = n.community_id AND p.id = n.place_id
WHERE h.community_id = :community_id AND h.id >= :first AND h.id <= :last
    AND n.agrees_match = 1
    AND (:all = 1 OR (h.is_paused = 0
        AND n.state IN ('received', 'accepted', 'dispatched', 'handling', 'extending', 'redo', 'done')
        AND (n.closed_at = 0 OR (h.every <> '' AND n.answer_code = 'scheduled'))))
    AND (h.created_at >= :since OR :all = 0)
    AND n.kind NOT IN ('complaint', 'report') AND n.level <> 'L0'
ORDER BY n.grid_id, h.id LIMIT 20000;
-- name: pairs        who was asked already, or shall not be, for the present turn of a need; not whom no
-- person has sent away: others were faster, or nobody was to be asked for a while. Nobody is asked a third time
SELECT o.need_id, o.volunteer_id, o.state FROM match_offer o
JOIN match_help h ON h.community_id = o.community_id AND h.id = o.need_id AND h.turn = o.turn
WHERE o.community_id = :community_id
    AND (o.state <> 'released' OR NOT EXISTS (SELECT 1 FROM match_event e
            WHERE e.community_id = o.community_id AND e.need_id = o.need_id AND e.offer_id = o.id
                AND e.step = 'release' AND e.by_kind = 'system')
        OR EXISTS (SELECT 1 FROM match_event p
            WHERE p.community_id = o.community_id AND p.need_id = o.need_id AND p.offer_id = o.id
                AND p.step IN ('other', 'cannot', 'release') AND p.by_kind <> 'system')
        OR (SELECT COUNT(*) FROM match_event k WHERE k.community_id = o.community_id AND k.need_id = o.need_id
            AND k.offer_id = o.id AND k.step = 'ask') > 1)
    AND o.need_id IN (SELECT w.id FROM match_help w
    JOIN need n ON n.community_id = w.community_id AND n.id = w.id
    WHERE w.community_id = :community_id AND w.id >= :first AND w.id <= :last
        AND (n.closed_at = 0 OR w.every <> ''))
UNION ALL
SELECT b.need_id, b.volunteer_id, 'barred' AS state FROM match_bar b
WHERE b.community_id = :community_id AND b.need_id >= :first AND b.need_id <= :last
ORDER BY need_id, volunteer_id;
-- name: liked        who was there before and both liked it: the need itself, or an earlier one
SELECT h.id AS need_id, o.volunteer_id, o.state FROM match_help h
JOIN match_offer o ON o.community_id = h.community_id
    AND (o.need_id = h.again_id OR (o.need_id = h.id AND o.turn < h.turn))
WHERE h.community_id = :community_id AND h.id >= :first AND h.id <= :last
    AND o.again_resident = 1 AND o.again_volunteer = 1
ORDER BY h.id, o.volunteer_id;
-- name: usage        what each does already; nothing about who said no
SELECT volunteer_id,
    CAST(SUM(CASE WHEN asked_at > :week_ago THEN 1 ELSE 0 END) AS BIGINT) AS asked,
    CAST(SUM(CASE WHEN state = 'asked' THEN 1 ELSE 0 END) AS BIGINT) AS open_asks,
    CAST(SUM(CASE WHEN state IN ('accepted', 'introduced', 'served', 'confirmed')
        AND (CASE WHEN visit_at = 0 THEN answered_at ELSE visit_at END) >= :week_from
        AND (CASE WHEN visit_at = 0 THEN answered_at ELSE visit_at END) < :week_to
        THEN 1 ELSE 0 END) AS BIGINT) AS taken,
    CAST(SUM(CASE WHEN state IN ('accepted', 'introduced', 'served', 'confirmed')
        AND answered_at > :month_ago THEN 1 ELSE 0 END) AS BIGINT) AS load,
    CAST(MAX(CASE WHEN state IN ('accepted', 'introduced', 'served', 'confirmed')
        THEN answered_at ELSE 0 END) AS BIGINT) AS last_at
FROM match_offer WHERE community_id = :community_id AND asked_at > :since
GROUP BY volunteer_id ORDER BY volunteer_id;
-- name: visits       hours to come that are promised or asked for
SELECT volunteer_id, visit_at, leave_at FROM match_offer
WHERE community_id = :community_id AND state IN ('asked', 'accepted', 'introduced')
    AND leave_at > :now
ORDER BY volunteer_id, visit_at;
-- name: hands        grid workers, their deputies, building leaders (whoever stands in for them while
-- the post is vacant), with what they have in hand; see match_hand
SELECT t.id, CASE WHEN t.role = 'building_leader' THEN 'leader' ELSE 'worker' END AS target,
    '' AS kind, t.grid_id, COALESCE(MIN(l.path), '') AS place_path,
    CASE WHEN t.role = 'building_leader' THEN t.org_id ELSE COALESCE(MIN(g.org_id), 0) END AS org_id,
    MIN(h.person_id) AS person_id, COALESCE(MIN(w.n), 0) AS load
FROM post t
JOIN holding h ON h.community_id = t.community_id AND h.post_id = t.id
    AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now)
JOIN person p ON p.community_id = h.community_id AND p.id = h.person_id AND p.active = 1
LEFT JOIN grid g ON g.community_id = t.community_id AND g.id = t.grid_id
LEFT JOIN place l ON l.community_id = t.community_id AND l.id = t.place_id
LEFT JOIN (SELECT owner_post, COUNT(*) AS n FROM need
    WHERE community_id = :community_id AND closed_at = 0 AND owner_post <> 0
    GROUP BY owner_post) w ON w.owner_post = t.id
WHERE t.community_id = :community_id AND (t.active_to = 0 OR t.active_to > :now)
    AND ((t.role IN ('grid_worker', 'grid_deputy') AND t.grid_id <> 0)
        OR t.role = 'building_leader')
    AND (h.is_deputy = 0 OR NOT EXISTS (SELECT 1 FROM holding k
        WHERE k.community_id = t.community_id AND k.post_id = t.id AND k.is_deputy = 0
            AND k.from_at <= :now AND (k.to_at = 0 OR k.to_at > :now)))
GROUP BY t.id, t.role, t.grid_id, t.org_id ORDER BY t.role DESC, t.grid_id, t.id;
-- name: units        that lead something by the duty catalogue, with what they have in hand
SELECT o.id, 'org' AS target, o.kind, 0 AS grid_id, COALESCE(l.path, '') AS place_path,
    o.id AS org_id, 0 AS person_id, COALESCE(w.n, 0) AS load
FROM org o
LEFT JOIN place l ON l.community_id = o.community_id AND l.id = o.place_id
LEFT JOIN (SELECT owner_org, COUNT(*) AS n FROM need
    WHERE community_id = :community_id AND closed_at = 0 AND owner_org <> 0
    GROUP BY owner_org) w ON w.owner_org = o.id
WHERE o.community_id = :community_id AND (o.active_to = 0 OR o.active_to > :now)
    AND o.kind <> 'volunteers' AND o.kind IN (SELECT d.lead_kind FROM duty d
        WHERE d.community_id = :community_id AND d.active = 1)
ORDER BY o.path;
-- name: odds         how often people said yes to a kind of help; by kind, never by person
SELECT COALESCE(CAST(SUM(CASE WHEN o.state IN ('accepted', 'introduced', 'served', 'confirmed')
        THEN 1 ELSE 0 END) AS BIGINT), 0) AS yes, COUNT(*) AS n
FROM match_offer o
JOIN match_help h ON h.community_id = o.community_id AND h.id = o.need_id
WHERE o.community_id = :community_id AND o.asked_at > :since AND o.state <> 'asked'
    AND o.state <> 'released' AND h.skill_code = :skill_code;

-- ---- rules ----
-- name: weights
SELECT * FROM match_weights WHERE community_id = :community_id ORDER BY id DESC LIMIT :most;
-- name: weights_of
SELECT * FROM match_weights WHERE community_id = :community_id AND id = :id;
-- name: weights_insert
INSERT INTO match_weights (community_id, id, skill, near, timely, rested, again, urgent, wait, fair,
    keep, look, lead, far_m, offer_hours, asks_most, certain, odds, tried, others,
    served_now, served_new, note, by_person, by_name, at)
VALUES (:community_id, :id, :skill, :near, :timely, :rested, :again, :urgent, :wait, :fair, :keep,
    :look, :lead, :far_m, :offer_hours, :asks_most, :certain, :odds, :tried,
    :others, :served_now, :served_new, :note, :by_person, :by_name, :now);

-- ---- runs ----
-- name: run_insert
INSERT INTO match_run (community_id, id, reason, weights_id, needs, wanted, providers, edges,
    matched, served, changed, objective, gap, used, gini, took_us, at)
VALUES (:community_id, :id, :reason, :weights_id, :needs, :wanted, :providers, :edges, :matched,
    :served, :changed, :objective, :gap, :used, :gini, :took_us, :at);
-- name: run
SELECT * FROM match_run WHERE community_id = :community_id AND (:id = 0 OR id = :id)
ORDER BY id DESC LIMIT 1;
-- name: runs         at night and on demand first, the newest of them in front
SELECT * FROM match_run WHERE community_id = :community_id
ORDER BY CASE WHEN reason IN ('night', 'demand') THEN 0 ELSE 1 END, id DESC LIMIT 60;
-- name: part_insert
INSERT INTO match_part (community_id, id, run_id, kind, code, wanted, served)
VALUES (:community_id, :id, :run_id, :kind, :code, :wanted, :served);
-- name: parts
SELECT kind, code, wanted, served FROM match_part
WHERE community_id = :community_id AND run_id = :run_id ORDER BY kind, id LIMIT 2000;
-- name: price_put
INSERT INTO match_price (community_id, id, run_id, price) VALUES (:community_id, :id, :run_id, :price)
ON CONFLICT (community_id, id) DO UPDATE SET run_id = excluded.run_id, price = excluded.price;
-- name: price_clean  prices of an earlier run
DELETE FROM match_price WHERE community_id = :community_id AND run_id <> :run_id;
-- name: prices
SELECT id, run_id, price FROM match_price WHERE community_id = :community_id ORDER BY id;

-- name: proposal_insert
INSERT INTO match_proposal (community_id, id, run_id, need_id, turn, place, target, target_id,
    is_pick, score, price, terms, runner_id, runner_score, runner_price, visit_at, leave_at,
    weights_id, at, until_at)
VALUES (:community_id, :id, :run_id, :need_id, :turn, :place, :target, :target_id, :is_pick, :score,
    :price, :terms, :runner_id, :runner_score, :runner_price, :visit_at, :leave_at, :weights_id,
    :at, 0);
-- name: proposals_now  what a run compares with
SELECT need_id, turn, target, target_id, is_pick, terms, visit_at FROM match_proposal WHERE community_id = :community_id AND until_at = 0
ORDER BY need_id, place, id;
-- name: proposals_of
SELECT * FROM match_proposal WHERE community_id = :community_id AND need_id = :need_id
    AND (:all = 1 OR until_at = 0)
ORDER BY CASE WHEN until_at = 0 THEN 0 ELSE 1 END, at DESC, place, id LIMIT 400;
-- name: proposals_end
UPDATE match_proposal SET until_at = :now
WHERE community_id = :community_id AND need_id = :need_id AND until_at = 0;
-- name: miss_insert
INSERT INTO match_miss (community_id, id, run_id, need_id, reason, able, others, at, until_at)
VALUES (:community_id, :id, :run_id, :need_id, :reason, :able, :others, :now, 0);
-- name: misses_now
SELECT * FROM match_miss WHERE community_id = :community_id AND until_at = 0 ORDER BY need_id;
-- name: misses_of
SELECT * FROM match_miss WHERE community_id = :community_id AND need_id = :need_id
ORDER BY id DESC LIMIT 100;
-- name: misses_end
UPDATE match_miss SET until_at = :now
WHERE community_id = :community_id AND need_id = :need_id AND until_at = 0;

-- ---- offers ----
-- name: offer_insert  nothing is written when a cap is reached, or he was asked for this before
INSERT INTO match_offer (community_id, id, need_id, turn, volunteer_id, proposal_id, state, version,
    visit_at, leave_at, shown_name, relay, asked_by, asked_name, asked_at, due_at, answered_at,
    introduced_at, served_at, ended_at, again_resident, again_volunteer)
SELECT :community_id, :id, :need_id, :turn, :volunteer_id, :proposal_id, 'asked', 1, :visit_at,
    :leave_at, '', :relay, :who_id, :asked_name, :now, :due_at, 0, 0, 0, 0, 0, 0
WHERE NOT EXISTS (SELECT 1 FROM match_offer o WHERE o.community_id = :community_id
        AND o.need_id = :need_id AND o.turn = :turn AND o.volunteer_id = :volunteer_id)
    AND NOT EXISTS (SELECT 1 FROM match_bar b WHERE b.community_id = :community_id
        AND b.need_id = :need_id AND b.volunteer_id = :volunteer_id)
    AND (SELECT COUNT(*) FROM match_offer a WHERE a.community_id = :community_id
        AND a.volunteer_id = :volunteer_id AND a.asked_at > :week_ago) < :ask_max
    AND (SELECT COUNT(*) FROM match_offer f WHERE f.community_id = :community_id
        AND f.need_id = :need_id AND f.turn = :turn
        AND f.state IN ('accepted', 'introduced', 'served', 'confirmed')) < :people
    AND (SELECT COUNT(*) FROM match_offer w WHERE w.community_id = :community_id
        AND w.need_id = :need_id AND w.turn = :turn AND w.state = 'asked') < :asks_most;
-- name: offer_before  of this turn and helper
SELECT * FROM match_offer WHERE community_id = :community_id AND need_id = :need_id AND turn = :turn
    AND volunteer_id = :volunteer_id;
-- name: offer_again   the same caps as when it was asked first
UPDATE match_offer SET state = 'asked', version = version + 1, proposal_id = :proposal_id,
    visit_at = :visit_at, leave_at = :leave_at, shown_name = '', relay = :relay, asked_by = :who_id,
    asked_name = :asked_name, asked_at = :now, due_at = :due_at, answered_at = 0,
    introduced_at = 0, served_at = 0, ended_at = 0
WHERE community_id = :community_id AND id = :id AND state = 'released'
    AND NOT EXISTS (SELECT 1 FROM match_bar b WHERE b.community_id = :community_id
        AND b.need_id = :need_id AND b.volunteer_id = :volunteer_id)
    AND (SELECT COUNT(*) FROM match_offer a WHERE a.community_id = :community_id
        AND a.volunteer_id = :volunteer_id AND a.asked_at > :week_ago) < :ask_max
    AND (SELECT COUNT(*) FROM match_offer f WHERE f.community_id = :community_id
        AND f.need_id = :need_id AND f.turn = :turn
        AND f.state IN ('accepted', 'introduced', 'served', 'confirmed')) < :people
    AND (SELECT COUNT(*) FROM match_offer w WHERE w.community_id = :community_id
        AND w.need_id = :need_id AND w.turn = :turn AND w.state = 'asked') < :asks_most;
-- name: asks_of      how often he was asked this
SELECT COUNT(*) FROM match_event WHERE community_id = :community_id AND need_id = :need_id
    AND offer_id = :offer_id AND step = 'ask';
-- name: offer
SELECT * FROM match_offer WHERE community_id = :community_id AND id = :id;
-- name: offers_of
SELECT * FROM match_offer WHERE community_id = :community_id AND need_id = :need_id
ORDER BY turn DESC, id LIMIT 500;
-- name: offers_open
SELECT * FROM match_offer WHERE community_id = :community_id AND need_id = :need_id
    AND state IN ('asked', 'accepted', 'introduced', 'served') ORDER BY id LIMIT 100;
-- name: tasks        of a volunteer: what waits for him first
SELECT * FROM match_offer WHERE community_id = :community_id AND volunteer_id = :volunteer_id
ORDER BY CASE state WHEN 'asked' THEN 0 WHEN 'introduced' THEN 1 WHEN 'accepted' THEN 2
    WHEN 'served' THEN 3 ELSE 4 END, id DESC LIMIT 50;
-- name: offer_save   nothing changes when somebody was faster
UPDATE match_offer SET state = :state, version = version + 1, shown_name = :shown_name,
    answered_at = :answered_at, introduced_at = :introduced_at, served_at = :served_at,
    ended_at = :ended_at, again_resident = :again_resident, again_volunteer = :again_volunteer
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: offer_accept  the yes of one who is still wanted, within his own week and free that hour
UPDATE match_offer SET state = 'accepted', version = version + 1, answered_at = :now,
    shown_name = :shown_name
WHERE community_id = :community_id AND id = :id AND state = 'asked'
    AND (SELECT COUNT(*) FROM match_offer f WHERE f.community_id = :community_id
        AND f.need_id = :need_id AND f.turn = :turn
        AND f.state IN ('accepted', 'introduced', 'served', 'confirmed')) < :people
    AND (SELECT COUNT(*) FROM match_offer w WHERE w.community_id = :community_id
        AND w.volunteer_id = :volunteer_id
        AND w.state IN ('accepted', 'introduced', 'served', 'confirmed')
        AND (CASE WHEN w.visit_at = 0 THEN w.answered_at ELSE w.visit_at END) >= :week_from
        AND (CASE WHEN w.visit_at = 0 THEN w.answered_at ELSE w.visit_at END) < :week_to) < :week_max
    AND NOT EXISTS (SELECT 1 FROM match_offer v WHERE v.community_id = :community_id
        AND v.volunteer_id = :volunteer_id AND v.state IN ('accepted', 'introduced')
        AND v.visit_at > 0 AND v.visit_at < :leave_at AND v.leave_at > :visit_at);
-- name: filled       how many have said yes to this turn
SELECT COUNT(*) AS n FROM match_offer WHERE community_id = :community_id AND need_id = :need_id
    AND turn = :turn AND state IN ('accepted', 'introduced', 'served', 'confirmed');
-- name: asking       how many are asked for this turn
SELECT COUNT(*) AS n FROM match_offer WHERE community_id = :community_id AND need_id = :need_id
    AND turn = :turn AND state = 'asked';
-- name: offers_gone   of helpers who have left or were taken back with their list, for askers who want none
-- any more; and questions to those who rest
SELECT o.* FROM match_offer o
LEFT JOIN volunteer_said v ON v.community_id = o.community_id AND v.id = o.volunteer_id
JOIN need_said n ON n.community_id = o.community_id AND n.id = o.need_id
WHERE o.community_id = :community_id AND o.state IN ('asked', 'accepted', 'introduced')
    AND (v.id IS NULL OR v.state = 'left' OR n.agrees_match = 0 OR (o.state = 'asked' AND (v.state <> 'active' OR v.agrees_match = 0)))
ORDER BY o.id LIMIT 500;
-- name: offers_unguarded  of minors whose guardian does not agree any more
SELECT o.* FROM match_offer o
JOIN volunteer_said v ON v.community_id = o.community_id AND v.id = o.volunteer_id
WHERE o.community_id = :community_id AND o.state IN ('asked', 'accepted', 'introduced')
    AND v.birth_year >= :minor_from AND v.guardian_agreed_at = 0
ORDER BY o.id LIMIT 500;
-- name: forget_no     who said no is of no use when the matter is long past
DELETE FROM match_offer WHERE community_id = :community_id
    AND state IN ('declined', 'expired') AND ended_at < :before AND ended_at > 0;
-- name: forget_steps
DELETE FROM match_event WHERE community_id = :community_id
    AND step IN ('decline', 'expire') AND at < :before;
-- name: waiting_board  offers that wait for a word in the caller's reach: for an answer, soonest first;
-- then for how it was, of what is not over
SELECT o.* FROM match_offer o
JOIN need n ON n.community_id = o.community_id AND n.id = o.need_id
JOIN match_help h ON h.community_id = o.community_id AND h.id = o.need_id
WHERE o.community_id = :community_id AND o.state IN ('asked', 'accepted', 'introduced', 'served')
    AND (o.state IN ('asked', 'accepted') OR (h.turn = o.turn
        AND (n.closed_at = 0 OR (h.every <> '' AND n.state = 'done' AND n.answer_code = 'scheduled'))
        AND (o.state = 'served' OR (o.leave_at > 0 AND o.leave_at < :now)
            OR (o.leave_at = 0 AND o.introduced_at < :introduced_before))))
    AND n.place_path >= :scope_lo AND n.place_path < :scope_hi
    AND (:scope_grid = 0 OR n.grid_id = :scope_grid)
    AND (:scope_org = 0 OR n.owner_org = :scope_org)
ORDER BY CASE WHEN o.state IN ('asked', 'accepted') THEN 0 ELSE 1 END, o.due_at, o.id LIMIT 100;

-- name: event_insert
INSERT INTO match_event (community_id, id, offer_id, need_id, step, from_state, to_state, by_kind,
    by_person, by_name, at)
VALUES (:community_id, :id, :offer_id, :need_id, :step, :from_state, :to_state, :by_kind,
    :by_person, :by_name, :now);
-- name: events
SELECT * FROM match_event WHERE community_id = :community_id AND need_id = :need_id
ORDER BY id LIMIT 1000;
-- name: bar_put
INSERT INTO match_bar (community_id, id, need_id, volunteer_id, by_person, at)
VALUES (:community_id, :id, :need_id, :volunteer_id, :who_id, :now)
ON CONFLICT (community_id, need_id, volunteer_id) DO NOTHING;
-- name: wish_end     one of the two would not like the same again
UPDATE match_offer SET again_resident = CASE WHEN :resident = 1 THEN 0 ELSE again_resident END,
    again_volunteer = CASE WHEN :resident = 1 THEN again_volunteer ELSE 0 END
WHERE community_id = :community_id AND need_id = :need_id AND volunteer_id = :volunteer_id;
-- name: adoption_put
INSERT INTO match_adoption (community_id, id, need_id, volunteer_id, from_at, to_at)
VALUES (:community_id, :id, :need_id, :volunteer_id, :now, 0);
-- name: adopters
SELECT need_id, volunteer_id, '' AS state FROM match_adoption
WHERE community_id = :community_id AND need_id = :need_id AND to_at = 0 ORDER BY id LIMIT 20;
-- name: adoption_end
UPDATE match_adoption SET to_at = :now WHERE community_id = :community_id
    AND need_id = :need_id AND volunteer_id = :volunteer_id AND to_at = 0;

-- ---- figures ----
-- name: asks_per_fill  of offers asked since: questions, yes, time to a yes
SELECT COUNT(*) AS asks,
    COALESCE(CAST(SUM(CASE WHEN state IN ('accepted', 'introduced', 'served', 'confirmed')
        THEN 1 ELSE 0 END) AS BIGINT), 0) AS yes,
    COALESCE(CAST(SUM(CASE WHEN state IN ('accepted', 'introduced', 'served', 'confirmed')
        THEN answered_at - asked_at ELSE 0 END) AS BIGINT), 0) AS wait_ms,
    COALESCE(CAST(SUM(CASE WHEN turn > 0 AND state IN ('accepted', 'introduced', 'served',
        'confirmed') THEN 1 ELSE 0 END) AS BIGINT), 0) AS repeats,
    COALESCE(CAST(SUM(CASE WHEN turn > 0 AND state IN ('accepted', 'introduced', 'served',
        'confirmed') AND EXISTS (SELECT 1 FROM match_offer b
            WHERE b.community_id = o.community_id AND b.need_id = o.need_id
                AND b.turn = o.turn - 1 AND b.volunteer_id = o.volunteer_id)
        THEN 1 ELSE 0 END) AS BIGINT), 0) AS same
FROM match_offer o WHERE community_id = :community_id AND asked_at > :since;
-- name: gaps         by leaf, of needs that came in between two days
SELECT h.skill_code, COUNT(*) AS asked,
    CAST(SUM(CASE WHEN h.people <= (SELECT COUNT(*) FROM match_offer o
        WHERE o.community_id = h.community_id AND o.need_id = h.id AND o.turn = h.turn
            AND o.state IN ('accepted', 'introduced', 'served', 'confirmed'))
        THEN 1 ELSE 0 END) AS BIGINT) AS filled,
    CAST(SUM(CASE WHEN n.closed_at = 0 AND h.people > (SELECT COUNT(*) FROM match_offer o
        WHERE o.community_id = h.community_id AND o.need_id = h.id AND o.turn = h.turn
            AND o.state IN ('accepted', 'introduced', 'served', 'confirmed'))
        THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
    CAST(SUM(CASE WHEN n.closed_at = 0 THEN h.people ELSE 0 END) AS BIGINT) AS people
FROM match_help h
JOIN need n ON n.community_id = h.community_id AND n.id = h.id
WHERE h.community_id = :community_id AND h.created_at >= :from_at AND h.created_at < :to_at
    AND n.place_path >= :scope_lo AND n.place_path < :scope_hi
    AND (:scope_grid = 0 OR n.grid_id = :scope_grid) AND (:grid_id = 0 OR n.grid_id = :grid_id)
GROUP BY h.skill_code ORDER BY h.skill_code;

-- ---- what is held of who asked and of who helps ----
-- name: mine_help
SELECT * FROM match_help WHERE community_id = :community_id AND id = :id;
-- name: mine_proposals
SELECT terms AS fact, at AS from_at FROM match_proposal WHERE community_id = :community_id AND need_id = :id
ORDER BY id LIMIT 100;
-- name: mine_offers   of those who came: whoever was asked and did not, or cannot any more, leaves no mark
SELECT id, need_id, turn, state, version, visit_at, leave_at, shown_name, relay, asked_by, asked_name, asked_at,
    due_at, answered_at, introduced_at, served_at, ended_at, again_resident
FROM match_offer WHERE community_id = :community_id AND need_id = :id
    AND state IN ('accepted', 'introduced', 'served', 'confirmed') ORDER BY id LIMIT 100;
-- name: mine_events
SELECT e.* FROM match_event e JOIN match_offer o ON o.community_id = e.community_id AND o.id = e.offer_id
WHERE e.community_id = :community_id AND e.need_id = :id
    AND o.state IN ('accepted', 'introduced', 'served', 'confirmed') ORDER BY e.id LIMIT 200;
-- name: mine_bars
SELECT '有一位不请' AS fact, at AS from_at FROM match_bar WHERE community_id = :community_id AND need_id = :id
ORDER BY id LIMIT 50;
-- name: mine_adoptions
SELECT '有一位长期来帮' AS fact, from_at, to_at FROM match_adoption
WHERE community_id = :community_id AND need_id = :id ORDER BY id LIMIT 50;
-- name: helped_offers
SELECT * FROM match_offer WHERE community_id = :community_id AND volunteer_id = :id ORDER BY asked_at LIMIT 200;
-- name: helped_adoptions
SELECT '长期帮一家' AS fact, from_at, to_at FROM match_adoption
WHERE community_id = :community_id AND volunteer_id = :id ORDER BY id LIMIT 50;
-- name: who_old
SELECT count(*) FROM match_offer o JOIN need n ON n.community_id = o.community_id AND n.id = o.need_id
WHERE o.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before AND o.ended_at > 0
    AND o.shown_name <> '' AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0);
-- name: who_forget
UPDATE match_offer SET shown_name = '' WHERE community_id = :community_id AND id IN (SELECT o.id FROM match_offer o
    JOIN need n ON n.community_id = o.community_id AND n.id = o.need_id
    WHERE o.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before AND o.ended_at > 0
    AND o.shown_name <> '' AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0) ORDER BY o.id LIMIT :most);
-- name: door_old
SELECT count(*) FROM match_help m JOIN need n ON n.community_id = m.community_id AND n.id = m.id
WHERE m.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before AND m.every = ''
    AND m.access <> '' AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0);
-- name: door_forget
UPDATE match_help SET access = '' WHERE community_id = :community_id AND id IN (SELECT m.id FROM match_help m
    JOIN need n ON n.community_id = m.community_id AND n.id = m.id
    WHERE m.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before AND m.every = ''
    AND m.access <> '' AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0) ORDER BY m.id LIMIT :most);
-- Who was named for a need that is over. One that is answered with a date and comes again goes on after
-- its end: there only what has ended itself goes.
-- name: bars_old
SELECT count(*) FROM match_bar x JOIN need n ON n.community_id = x.community_id AND n.id = x.need_id
WHERE x.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND NOT EXISTS (SELECT 1 FROM match_help m WHERE m.community_id = :community_id
        AND m.id = n.id AND m.every <> '' AND n.answer_code = 'scheduled')
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0);
-- name: bars_forget
DELETE FROM match_bar WHERE community_id = :community_id AND id IN (SELECT x.id FROM match_bar x
    JOIN need n ON n.community_id = x.community_id AND n.id = x.need_id
    WHERE x.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND NOT EXISTS (SELECT 1 FROM match_help m WHERE m.community_id = :community_id
        AND m.id = n.id AND m.every <> '' AND n.answer_code = 'scheduled')
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0) ORDER BY x.id LIMIT :most);
-- name: proposals_old
SELECT count(*) FROM match_proposal x JOIN need n ON n.community_id = x.community_id AND n.id = x.need_id
WHERE x.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND (NOT EXISTS (SELECT 1 FROM match_help m WHERE m.community_id = :community_id
        AND m.id = n.id AND m.every <> '' AND n.answer_code = 'scheduled')
        OR (x.until_at > 0 AND x.until_at < :before))
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0);
-- name: proposals_forget
DELETE FROM match_proposal WHERE community_id = :community_id AND id IN (SELECT x.id FROM match_proposal x
    JOIN need n ON n.community_id = x.community_id AND n.id = x.need_id
    WHERE x.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND (NOT EXISTS (SELECT 1 FROM match_help m WHERE m.community_id = :community_id
        AND m.id = n.id AND m.every <> '' AND n.answer_code = 'scheduled')
        OR (x.until_at > 0 AND x.until_at < :before))
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0) ORDER BY x.id LIMIT :most);
-- name: adoptions_old
SELECT count(*) FROM match_adoption x JOIN need n ON n.community_id = x.community_id AND n.id = x.need_id
WHERE x.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND (NOT EXISTS (SELECT 1 FROM match_help m WHERE m.community_id = :community_id
        AND m.id = n.id AND m.every <> '' AND n.answer_code = 'scheduled')
        OR (x.to_at > 0 AND x.to_at < :before))
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0);
-- name: adoptions_forget
DELETE FROM match_adoption WHERE community_id = :community_id AND id IN (SELECT x.id FROM match_adoption x
    JOIN need n ON n.community_id = x.community_id AND n.id = x.need_id
    WHERE x.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND (NOT EXISTS (SELECT 1 FROM match_help m WHERE m.community_id = :community_id
        AND m.id = n.id AND m.every <> '' AND n.answer_code = 'scheduled')
        OR (x.to_at > 0 AND x.to_at < :before))
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0) ORDER BY x.id LIMIT :most);
-- name: erase_access    at his wish, or when he takes back that people are asked
UPDATE match_help SET access = '', version = version + 1
WHERE community_id = :community_id AND id = :id AND access <> '';
-- name: erase_names
UPDATE match_offer SET shown_name = '', version = version + 1
WHERE community_id = :community_id AND need_id = :id AND shown_name <> '';
-- name: erase_bars
DELETE FROM match_bar WHERE community_id = :community_id AND need_id = :id;
-- name: erase_adoptions    nobody goes there any more; that somebody did is his as well
UPDATE match_adoption SET to_at = :now WHERE community_id = :community_id AND need_id = :id AND to_at = 0;

-- need.sql: every statement on need, need_event, need_assist, need_clock, duty.

-- ---- need ----
-- name: insert
INSERT INTO need (community_id, id, number, key_hash, word, client_key, state, version, channel,
    source_number, kind, category, duty_id, level, place_id, place_path, grid_id, place_text, door, text, title,
    name, contact, note, is_secret, entered_by, owner_org, owner_post,
    owner_person, handler_person, returns, final_owner, redos, reworks, extended, supervised,
    merged_into, answer, answer_code, refer_number, rating, rating_note, rated_by, promise_at,
    due_at, contacted_at, review_at, created_at, changed_at, closed_at)
VALUES (:community_id, :id, :number, :key_hash, :word, :client_key, :state, :version, :channel,
    :source_number, :kind, :category, :duty_id, :level, :place_id, :place_path, :grid_id, :place_text, :door, :text,
    :title, :name, :contact, :note, :is_secret, :entered_by,
    :owner_org, :owner_post, :owner_person, :handler_person, :returns, :final_owner, :redos,
    :reworks, :extended, :supervised, :merged_into, :answer, :answer_code, :refer_number, :rating,
    :rating_note, :rated_by, :promise_at, :due_at, :contacted_at, :review_at, :created_at,
    :changed_at, :closed_at);
-- name: load         whatever the caller's scope: for steps, jobs, key holders
SELECT * FROM need_said need WHERE community_id = :community_id AND id = :id;
-- name: get
SELECT * FROM need_said need WHERE community_id = :community_id AND id = :id
    AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid)
    AND (:scope_org = 0 OR owner_org = :scope_org OR EXISTS (SELECT 1 FROM need_assist a
        WHERE a.community_id = :community_id AND a.need_id = need.id AND a.org_id = :scope_org));
-- name: by_number
SELECT * FROM need_said need WHERE community_id = :community_id AND number = :number;
-- name: by_client_key
SELECT * FROM need_said need WHERE community_id = :community_id AND client_key = :client_key;
-- name: by_source    the same number of the other system, newest first
SELECT * FROM need_said need WHERE community_id = :community_id AND source_number = :source_number
    AND source_number <> '' ORDER BY id DESC LIMIT 10;
-- name: key_of
SELECT COUNT(*) AS n FROM need
WHERE community_id = :community_id AND id = :id AND key_hash = :key_hash;
-- name: save         nothing changes when somebody was faster
UPDATE need SET state = :state, version = version + 1, kind = :kind, category = :category,
    duty_id = :duty_id, level = :level, title = :title, owner_org = :owner_org,
    owner_post = :owner_post, owner_person = :owner_person, handler_person = :handler_person,
    returns = :returns, final_owner = :final_owner, redos = :redos, reworks = :reworks,
    extended = :extended, supervised = :supervised, merged_into = :merged_into, answer = :answer,
    answer_code = :answer_code, refer_number = :refer_number, rating = :rating,
    rating_note = :rating_note, rated_by = :rated_by, promise_at = :promise_at, due_at = :due_at,
    contacted_at = :contacted_at, review_at = :review_at, changed_at = :now, closed_at = :closed_at
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: guard        nothing of who asked stays: it is in app/shield now
UPDATE need SET name = :none, contact = :none, door = :none, note = :none, text = :text, title = :title,
    is_secret = 1, entered_by = 0, place_id = :place_id, place_path = :place_path, place_text = :place_text,
    kind = :kind
WHERE community_id = :community_id AND id = :id;
-- name: cover        its words without what was put right since
UPDATE need SET text = :text, title = :title, changed_at = :now WHERE community_id = :community_id AND id = :id;
-- name: event_guard  the one time that a line of the history changes: its words tell who asked no more
UPDATE need_event SET text = :text,
    by_person = CASE WHEN step IN ('open', 'photo') THEN 0 ELSE by_person END,
    by_post = CASE WHEN step IN ('open', 'photo') THEN 0 ELSE by_post END,
    by_name = CASE WHEN step IN ('open', 'photo') THEN :by_name ELSE by_name END,
    by_role = CASE WHEN step IN ('open', 'photo') THEN 'resident' ELSE by_role END
WHERE community_id = :community_id AND id = :id;
-- name: place_guard  told less exactly
UPDATE need SET place_id = :place_id, place_path = :place_path, place_text = :place_text, version = version + 1
WHERE community_id = :community_id AND id = :id AND version = :version;
-- name: guarded      for those who may open who asked: never who it is
SELECT id, number, state, kind, title, place_text, created_at, closed_at, is_secret FROM need
WHERE community_id = :community_id AND is_secret = 1 AND (:number = '' OR number = :number)
ORDER BY id DESC LIMIT :most;
-- name: joiners      that wait for the answer of this one
SELECT * FROM need_said need WHERE community_id = :community_id AND merged_into = :id AND state = 'merged'
ORDER BY id LIMIT 1000;
-- name: of_post
SELECT * FROM need_said need WHERE community_id = :community_id AND owner_post = :post_id
    AND owner_post <> 0 AND closed_at = 0 AND id > :after
ORDER BY id LIMIT :most;
-- name: count_of_post
SELECT COUNT(*) AS n FROM need WHERE community_id = :community_id AND owner_post = :post_id
    AND owner_post <> 0 AND closed_at = 0;
-- name: of_unit
SELECT * FROM need_said need WHERE community_id = :community_id AND owner_org = :org_id AND closed_at = 0
    AND id > :after
ORDER BY id LIMIT :most;
-- name: open_ids     for a new calendar
SELECT * FROM need_said need WHERE community_id = :community_id AND closed_at = 0 AND id > :after
ORDER BY id LIMIT :most;

-- ---- lists ----
-- part: reach        of the caller, beside the range of places
    AND (:scope_grid = 0 OR grid_id = :scope_grid)
    AND (:scope_org = 0 OR owner_org = :scope_org OR EXISTS (SELECT 1 FROM need_assist a
        WHERE a.community_id = :community_id AND a.need_id = need.id AND a.org_id = :scope_org))
-- part: listed       what a list is asked for. Places stand inside CASE: the list is walked in its order, as far as a page
    AND CASE WHEN place_path >= :scope_lo AND place_path < :scope_hi THEN 1 ELSE 0 END = 1
    AND CASE WHEN place_path >= :path_lo AND place_path < :path_hi THEN 1 ELSE 0 END = 1
    @reach
    AND (:category = '' OR category = :category)
    AND (:grid_id = 0 OR grid_id = :grid_id)
    AND (:owner_org = 0 OR owner_org = :owner_org)
    AND (:owner_person = 0 OR owner_person = :owner_person)
    AND (:supervised = 0 OR supervised = 1)
    AND (:text = '' OR LOWER(title) LIKE LOWER(:text) ESCAPE '!' OR LOWER(number) LIKE LOWER(:text) ESCAPE '!'
        OR LOWER(place_text) LIKE LOWER(:text) ESCAPE '!' OR LOWER(source_number) LIKE LOWER(:source) ESCAPE '!')
-- part: newest       and open or closed
    AND (:state = '' OR state = :state)
    AND (:open = 0 OR closed_at = 0) AND (:closed = 0 OR closed_at > 0)
    AND (:after_id = 0 OR id < :after_id)
    @listed
ORDER BY id DESC LIMIT :most
-- part: due
    AND (:promised_to = 0 OR (promise_at > :now AND promise_at < :promised_to AND state <> 'received'))
    AND due_at >= :due_lo AND due_at <= :due_hi AND (due_at > :after_due OR id > :after_id)
    @listed
ORDER BY due_at, id LIMIT :most

-- name: newest
SELECT * FROM need_said need WHERE community_id = :community_id
    @newest
;
-- name: newest_in    of a part of the community: those of the narrower range are found first, then read
SELECT * FROM need_said need WHERE community_id = :community_id AND id IN (SELECT need.id FROM need
    WHERE need.community_id = :community_id
        AND need.place_path >= :in_lo AND need.place_path < :in_hi
    @newest
)
ORDER BY id DESC;
-- A clock that stands (due_at 0) comes last, by a second question.
-- name: by_due       most urgent first, by need_closed
SELECT * FROM need_said need WHERE community_id = :community_id AND closed_at = 0
    @due
;
-- name: by_due_in    the same of one state, by need_open
SELECT * FROM need_said need WHERE community_id = :community_id AND closed_at = 0 AND state = :state
    @due
;
-- What waits after the answer is walked by need_closed, the last days of it: so scope and state stand inside CASE.
-- name: to_call      answered, not rated yet; the first that is over for calling comes first. What joined another is
-- answered with that one.
SELECT * FROM need_said need WHERE community_id = :community_id AND closed_at >= :since
    AND CASE WHEN place_path >= :scope_lo AND place_path < :scope_hi THEN 1 ELSE 0 END = 1
    @reach
    AND CASE WHEN state IN ('done', 'cannot', 'referred', 'merged') THEN 1 ELSE 0 END = 1 AND rating = ''
    AND (state <> 'merged' OR NOT EXISTS (SELECT 1 FROM need m WHERE m.community_id = :community_id
        AND m.id = need.merged_into AND m.closed_at = 0))
    AND (closed_at > :after_at OR (closed_at = :after_at AND id > :after_id))
ORDER BY closed_at, id LIMIT :most;
-- name: to_decide    put to the leader since the last answer, not decided, nor given up: what need_put_to_leader()
-- lets him decide. He is asked within 15 days of the answer, and has as many himself.
SELECT * FROM need_said need WHERE community_id = :community_id AND closed_at >= :closed_since
    AND CASE WHEN place_path >= :scope_lo AND place_path < :scope_hi THEN 1 ELSE 0 END = 1
    @reach
    AND CASE WHEN state IN ('done', 'cannot', 'referred', 'merged') THEN 1 ELSE 0 END = 1 AND redos > 0
    AND EXISTS (SELECT 1 FROM need_event e WHERE e.community_id = :community_id AND e.need_id = need.id
        AND e.step = 'ask_leader' AND e.at >= need.closed_at
        AND NOT EXISTS (SELECT 1 FROM need_event u WHERE u.community_id = :community_id
            AND u.need_id = need.id AND u.step IN ('uphold', 'undecided') AND u.at >= e.at))
    AND (closed_at > :after_at OR (closed_at = :after_at AND id > :after_id))
ORDER BY closed_at, id LIMIT :most;
-- name: to_park      asked for in handling and not decided: as need_asked_to_park() reads it from the history
SELECT * FROM need_said need WHERE community_id = :community_id AND closed_at = 0 AND state = 'handling'
    AND id > :after_id
    AND CASE WHEN place_path >= :scope_lo AND place_path < :scope_hi THEN 1 ELSE 0 END = 1
    @reach
    AND EXISTS (SELECT 1 FROM need_event e WHERE e.community_id = :community_id AND e.need_id = need.id
        AND e.step = 'ask_park' AND NOT EXISTS (SELECT 1 FROM need_event u WHERE u.community_id = :community_id
            AND u.need_id = need.id AND u.id > e.id AND (u.step = 'park_no' OR u.from_state <> u.to_state)))
ORDER BY id LIMIT :most;
-- name: public       titles and states: rows that may be shown, never complaints
SELECT id, number, state, version, category, duty_id, place_id, place_text, title, promise_at,
    created_at, changed_at, closed_at FROM need
WHERE community_id = :community_id AND place_path >= :path_lo AND place_path < :path_hi
    AND title <> '' AND is_secret = 0 AND kind NOT IN ('complaint', 'report')
    AND state NOT IN ('received', 'clarify', 'refused', 'withdrawn', 'merged')
    AND EXISTS (SELECT 1 FROM duty d WHERE d.community_id = :community_id AND d.id = need.duty_id
        AND d.may_publish = 1)
ORDER BY id DESC LIMIT :most;
-- name: month        of a place and below, for its board; of a part of the community as its list shows them:
-- whoever is complained about knows the titles, and would learn from the difference where it came from
SELECT COALESCE(CAST(SUM(CASE WHEN created_at >= :from_at AND created_at < :to_at THEN 1 ELSE 0 END) AS BIGINT), 0)
        AS opened,
    COALESCE(CAST(SUM(CASE WHEN closed_at >= :from_at AND closed_at < :to_at
        AND state IN ('done', 'cannot', 'referred') THEN 1 ELSE 0 END) AS BIGINT), 0) AS answered,
    COALESCE(CAST(SUM(CASE WHEN closed_at >= :from_at AND closed_at < :to_at AND state = 'done'
        THEN 1 ELSE 0 END) AS BIGINT), 0) AS done,
    COALESCE(CAST(SUM(CASE WHEN closed_at >= :from_at AND closed_at < :to_at
        AND rating IN ('very_satisfied', 'satisfied', 'basic') THEN 1 ELSE 0 END) AS BIGINT), 0)
        AS satisfied,
    COALESCE(CAST(SUM(CASE WHEN closed_at >= :from_at AND closed_at < :to_at
        AND rating IN ('very_satisfied', 'satisfied', 'basic', 'dissatisfied',
            'very_dissatisfied') THEN 1 ELSE 0 END) AS BIGINT), 0) AS rated
FROM need WHERE community_id = :community_id AND place_path >= :path_lo AND place_path < :path_hi
    AND (created_at >= :from_at OR closed_at >= :from_at)
    AND (:is_part = 0 OR (is_secret = 0 AND kind NOT IN ('complaint', 'report')));
-- name: near_open    candidates for "the same matter"; found first, then read
SELECT * FROM need_said need WHERE community_id = :community_id AND id IN (SELECT n.id
    FROM need n INDEXED BY need_near WHERE n.community_id = :community_id AND n.closed_at = 0 AND n.created_at >= :since
        AND n.place_path >= :path_lo AND n.place_path < :path_hi AND n.id <> :id
        AND CASE WHEN n.place_path >= :scope_lo AND n.place_path < :scope_hi THEN 1 ELSE 0 END = 1
        AND (:scope_grid = 0 OR n.grid_id = :scope_grid)
        AND (:scope_org = 0 OR n.owner_org = :scope_org)
    ORDER BY n.id DESC LIMIT 200)
ORDER BY id DESC;
-- Of a part of the community it leaves out what month does. And, as lists do (shield_gates), for one of the staff what
-- he has a part in himself.
-- name: count_open
SELECT state, COUNT(*) AS n,
    COUNT(*) FILTER (WHERE due_at > 0 AND due_at <= :now) AS overdue,
    COUNT(*) FILTER (WHERE due_at > :now AND due_at <= :soon) AS due_soon
FROM need INDEXED BY need_open WHERE community_id = :community_id AND closed_at = 0
    AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid)
    AND (:scope_org = 0 OR owner_org = :scope_org)
    AND place_path >= :path_lo AND place_path < :path_hi
    AND (:is_part = 0 OR (is_secret = 0 AND kind NOT IN ('complaint', 'report')))
    AND (is_secret = 0 OR (NOT EXISTS (SELECT 1 FROM shield_answer s WHERE s.community_id = :community_id
            AND s.person_id = :who_id AND s.need_id = need.id AND s.answer <> 'none')
        AND NOT EXISTS (SELECT 1 FROM shield_about b
            JOIN post p ON p.community_id = b.community_id AND p.org_id = b.org_id
            JOIN holding h ON h.community_id = p.community_id AND h.post_id = p.id
            WHERE b.community_id = :community_id AND b.id = need.id AND b.org_id <> 0
                AND h.person_id = :who_id AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now))
        AND NOT EXISTS (SELECT 1 FROM shield_unit w
            JOIN post p ON p.community_id = w.community_id AND p.org_id = w.org_id
            JOIN holding h ON h.community_id = p.community_id AND h.post_id = p.id
            WHERE w.community_id = :community_id AND w.need_id = need.id
                AND h.person_id = :who_id AND h.from_at <= :now AND (h.to_at = 0 OR h.to_at > :now))))
GROUP BY state;
-- name: rates        of needs closed in [from_at, to_at); solvable: what somebody could solve; of a part as month
SELECT COUNT(*) AS closed,
    COALESCE(CAST(SUM(CASE WHEN n.owner_org > 0 OR n.owner_person > 0 THEN 1 ELSE 0 END) AS BIGINT), 0)
        AS dispatched,
    COALESCE(CAST(SUM(CASE WHEN d.id IS NOT NULL AND n.closed_at <= d.due_at THEN 1 ELSE 0 END)
        AS BIGINT), 0) AS on_time,
    COALESCE(CAST(SUM(CASE WHEN c.id IS NOT NULL AND n.contacted_at > 0 THEN 1 ELSE 0 END)
        AS BIGINT), 0) AS contacted,
    COALESCE(CAST(SUM(CASE WHEN c.id IS NOT NULL AND n.contacted_at > 0
        AND n.contacted_at <= c.due_at THEN 1 ELSE 0 END) AS BIGINT), 0) AS contacted_on_time,
    COALESCE(CAST(SUM(CASE WHEN n.state = 'done' AND n.answer_code IN ('done', 'partly')
        THEN 1 ELSE 0 END) AS BIGINT), 0) AS solved,
    COALESCE(CAST(SUM(CASE WHEN n.state = 'done' OR (n.state = 'cannot'
        AND n.answer_code IN ('cannot-money', 'no-contact')) THEN 1 ELSE 0 END) AS BIGINT), 0)
        AS solvable,
    COALESCE(CAST(SUM(CASE WHEN n.rating IN ('very_satisfied', 'satisfied', 'basic')
        THEN 1 ELSE 0 END) AS BIGINT), 0) AS satisfied,
    COALESCE(CAST(SUM(CASE WHEN n.rating IN ('very_satisfied', 'satisfied', 'basic', 'dissatisfied',
        'very_dissatisfied') THEN 1 ELSE 0 END) AS BIGINT), 0) AS rated,
    COALESCE(CAST(SUM(CASE WHEN n.returns > 0 THEN 1 ELSE 0 END) AS BIGINT), 0) AS returned,
    COALESCE(CAST(SUM(CASE WHEN n.redos > 0 THEN 1 ELSE 0 END) AS BIGINT), 0) AS redone,
    COALESCE(CAST(SUM(CASE WHEN n.state = 'merged' THEN 1 ELSE 0 END) AS BIGINT), 0) AS merged,
    COALESCE(CAST(SUM(CASE WHEN n.state = 'withdrawn' THEN 1 ELSE 0 END) AS BIGINT), 0) AS withdrawn,
    COALESCE(CAST(SUM(CASE WHEN n.state = 'refused' THEN 1 ELSE 0 END) AS BIGINT), 0) AS refused,
    COALESCE(CAST(SUM(CASE WHEN n.state = 'referred' THEN 1 ELSE 0 END) AS BIGINT), 0) AS referred,
    COALESCE(CAST(SUM(CASE WHEN n.state = 'cannot' THEN 1 ELSE 0 END) AS BIGINT), 0) AS cannot
FROM need n
LEFT JOIN need_clock d ON d.community_id = n.community_id AND d.need_id = n.id AND d.kind = 'done'
LEFT JOIN need_clock c ON c.community_id = n.community_id AND c.need_id = n.id AND c.kind = 'contact'
WHERE n.community_id = :community_id AND n.closed_at >= :from_at AND n.closed_at < :to_at
    AND n.place_path >= :scope_lo AND n.place_path < :scope_hi
    AND (:scope_grid = 0 OR n.grid_id = :scope_grid)
    AND (:scope_org = 0 OR n.owner_org = :scope_org)
    AND (:is_part = 0 OR (n.is_secret = 0 AND n.kind NOT IN ('complaint', 'report')));
-- name: received_count
SELECT COUNT(*) AS n FROM need
WHERE community_id = :community_id AND created_at >= :from_at AND created_at < :to_at
    AND place_path >= :scope_lo AND place_path < :scope_hi
    AND (:scope_grid = 0 OR grid_id = :scope_grid)
    AND (:scope_org = 0 OR owner_org = :scope_org)
    AND (:is_part = 0 OR (is_secret = 0 AND kind NOT IN ('complaint', 'report')));
-- name: load_of_org
SELECT COUNT(*) AS n FROM need
WHERE community_id = :community_id AND owner_org = :org_id AND closed_at = 0;

-- ---- need_event: only ever added to ----
-- name: event_insert
INSERT INTO need_event (community_id, id, need_id, step, from_state, to_state, reason, text,
    is_public, by_person, by_post, by_name, by_role, to_org, to_person, promise_at, at)
VALUES (:community_id, :id, :need_id, :step, :from_state, :to_state, :reason, :text, :is_public,
    :by_person, :by_post, :by_name, :by_role, :to_org, :to_person, :promise_at, :now);
-- name: events
SELECT * FROM need_event WHERE community_id = :community_id AND need_id = :need_id
    AND (:public_only = 0 OR is_public = 1)
ORDER BY id LIMIT 5000;
-- name: event_last   the newest of one kind
SELECT * FROM need_event
WHERE community_id = :community_id AND need_id = :need_id AND step = :step
ORDER BY id DESC LIMIT 1;

-- ---- need_assist ----
-- name: assist_put
INSERT INTO need_assist (community_id, id, need_id, org_id, kind, asked, answer, due_at, acked_at,
    answered_at, at, help_rating, help_note, call_rating, call_note)
VALUES (:community_id, :id, :need_id, :org_id, :kind, :asked, '', :due_at, 0, 0, :now, '', '', '',
    '');
-- name: assists
SELECT * FROM need_assist WHERE community_id = :community_id AND need_id = :need_id
ORDER BY id LIMIT 100;
-- name: assist_ack
UPDATE need_assist SET acked_at = :now
WHERE community_id = :community_id AND id = :id AND acked_at = 0;
-- name: assist_answer
UPDATE need_assist SET answer = :answer, answered_at = :now,
    acked_at = CASE WHEN acked_at = 0 THEN :now ELSE acked_at END
WHERE community_id = :community_id AND id = :id AND answered_at = 0;
-- name: assist_rate_help    once
UPDATE need_assist SET help_rating = :rating, help_note = :note
WHERE community_id = :community_id AND id = :id AND help_rating = '';
-- name: assist_rate_call    once
UPDATE need_assist SET call_rating = :rating, call_note = :note
WHERE community_id = :community_id AND id = :id AND call_rating = '';
-- name: whistles     of the needs in the caller's scope, newest first
SELECT a.* FROM need_assist a JOIN need n ON n.community_id = a.community_id AND n.id = a.need_id
WHERE a.community_id = :community_id AND a.kind = 'whistle' AND a.at >= :since
    AND n.place_path >= :scope_lo AND n.place_path < :scope_hi
    AND (:scope_grid = 0 OR n.grid_id = :scope_grid)
    AND (:scope_org = 0 OR n.owner_org = :scope_org OR a.org_id = :scope_org)
ORDER BY a.id DESC LIMIT :most;

-- ---- need_clock ----
-- name: clocks
SELECT * FROM need_clock WHERE community_id = :community_id AND need_id = :need_id
ORDER BY id LIMIT 10;
-- name: clock_put
INSERT INTO need_clock (community_id, id, need_id, kind, amount, unit, extra, started_at, paused_at,
    pause_ms, pause_work_ms, pause_work_days, pause_days, due_at, stopped_at)
VALUES (:community_id, :id, :need_id, :kind, :amount, :unit, :extra, :started_at, :paused_at,
    :pause_ms, :pause_work_ms, :pause_work_days, :pause_days, :due_at, :stopped_at)
ON CONFLICT (community_id, need_id, kind) DO UPDATE SET amount = excluded.amount,
    unit = excluded.unit, extra = excluded.extra, started_at = excluded.started_at,
    paused_at = excluded.paused_at, pause_ms = excluded.pause_ms,
    pause_work_ms = excluded.pause_work_ms, pause_work_days = excluded.pause_work_days,
    pause_days = excluded.pause_days, due_at = excluded.due_at, stopped_at = excluded.stopped_at;

-- ---- duty ----
-- name: duties
SELECT * FROM duty WHERE community_id = :community_id AND active = 1 ORDER BY code LIMIT 2000;
-- name: duty_get
SELECT * FROM duty WHERE community_id = :community_id AND id = :id;
-- name: duty_put
INSERT INTO duty (community_id, id, code, category, name, lead_kind, assist_kind, level,
    contact_amount, contact_unit, done_amount, done_unit, filing, closing, basis, answer_hint,
    not_ours, may_publish, contact_plain, words, active)
VALUES (:community_id, :id, :code, :category, :name, :lead_kind, :assist_kind, :level,
    :contact_amount, :contact_unit, :done_amount, :done_unit, :filing, :closing, :basis,
    :answer_hint, :not_ours, :may_publish, :contact_plain, :words, 1);

-- ---- slips printed in advance ----
-- name: paper_insert
INSERT INTO need_paper (community_id, id, number, word, need_id, made_by, made_at, used_at)
VALUES (:community_id, :id, :number, :word, 0, :who_id, :now, 0);
-- name: paper
SELECT number, word, need_id FROM need_paper
WHERE community_id = :community_id AND number = :number;
-- name: paper_use    once
UPDATE need_paper SET need_id = :need_id, used_at = :now
WHERE community_id = :community_id AND number = :number AND need_id = 0;

-- ---- photos ----
-- name: photo_insert
INSERT INTO need_photo (community_id, id, need_id, hash, width, height, bytes, small, by_person, at)
VALUES (:community_id, :id, :need_id, :hash, :width, :height, :bytes, :small, :by_person, :now);
-- name: photos
SELECT id, need_id, width, height, by_person, at FROM need_photo
WHERE community_id = :community_id AND need_id = :need_id ORDER BY id;
-- name: photo_same
SELECT COUNT(*) FROM need_photo
WHERE community_id = :community_id AND need_id = :need_id AND hash = :hash;
-- name: photo_bytes
SELECT bytes AS jpeg FROM need_photo
WHERE community_id = :community_id AND need_id = :need_id AND id = :id;
-- name: photo_small
SELECT small AS jpeg FROM need_photo
WHERE community_id = :community_id AND need_id = :need_id AND id = :id;
-- name: photo_delete
DELETE FROM need_photo WHERE community_id = :community_id AND need_id = :need_id AND id = :id;
-- name: sealed_some
SELECT id, door, name, contact FROM need WHERE community_id = :community_id AND id > :after
ORDER BY id LIMIT :most;
-- name: sealed_put
UPDATE need SET door = :door, name = :name, contact = :contact
WHERE community_id = :community_id AND id = :id;

-- ---- what is held of an asker, and forgotten ----
-- name: mine
SELECT * FROM need_said WHERE community_id = :community_id AND id = :id;
-- name: mine_events      what staff write to each other is not told: it is theirs
SELECT * FROM need_event WHERE community_id = :community_id AND need_id = :id AND is_public = 1 ORDER BY id LIMIT 500;
-- name: mine_assists     the same of units
SELECT '请一家单位一起办' AS fact, at AS from_at FROM need_assist WHERE community_id = :community_id AND need_id = :id ORDER BY id LIMIT 100;
-- name: mine_papers
SELECT * FROM need_paper WHERE community_id = :community_id AND need_id = :id ORDER BY id LIMIT 10;
-- name: mine_photos
SELECT id, need_id, width, height, by_person, at FROM need_photo
WHERE community_id = :community_id AND need_id = :id ORDER BY id;
-- name: mine_find
SELECT COALESCE(max(id), 0) FROM need WHERE community_id = :community_id AND number = :number;
-- name: mine_number
SELECT number FROM need WHERE community_id = :community_id AND id = :id;
-- name: mine_since
SELECT COALESCE(max(closed_at), 0) FROM need WHERE community_id = :community_id AND id = :id;
-- name: fix_name     and the others: one that was erased has no key any more, and nothing is written into it
UPDATE need SET name = :name, changed_at = :now WHERE community_id = :community_id AND id = :id AND is_secret = 0
    AND length(key_hash) > 0;
-- name: fix_contact
UPDATE need SET contact = :contact, changed_at = :now WHERE community_id = :community_id AND id = :id AND is_secret = 0
    AND length(key_hash) > 0;
-- name: fix_door
UPDATE need SET door = :door, changed_at = :now WHERE community_id = :community_id AND id = :id AND is_secret = 0
    AND length(key_hash) > 0;
-- name: fix_note
UPDATE need SET note = :note, changed_at = :now WHERE community_id = :community_id AND id = :id AND is_secret = 0
    AND length(key_hash) > 0;
-- name: who_old
SELECT count(*) FROM need WHERE community_id = :community_id AND closed_at > 0 AND closed_at < :before
    AND (length(name) > 0 OR length(contact) > 0 OR length(door) > 0 OR length(note) > 0)
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = need.id AND h.ended_at = 0);
-- name: who_forget      what is counted stays: states, times, ratings
UPDATE need SET name = :nothing, contact = :nothing, door = :nothing, note = :nothing
WHERE community_id = :community_id AND id IN (SELECT id FROM need WHERE community_id = :community_id AND closed_at > 0 AND closed_at < :before
    AND (length(name) > 0 OR length(contact) > 0 OR length(door) > 0 OR length(note) > 0)
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = need.id AND h.ended_at = 0)
    ORDER BY id LIMIT :most);
-- name: photos_old
SELECT count(*) FROM need_photo p JOIN need n ON n.community_id = p.community_id AND n.id = p.need_id
WHERE p.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0);
-- name: photos_forget
DELETE FROM need_photo WHERE community_id = :community_id AND id IN (SELECT p.id FROM need_photo p
    JOIN need n ON n.community_id = p.community_id AND n.id = p.need_id
    WHERE p.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0) ORDER BY p.id LIMIT :most);
-- name: text_old        of one that was erased early, what was left
SELECT count(*) FROM need WHERE community_id = :community_id AND closed_at > 0 AND closed_at < :before
    AND (text <> '' OR word <> '' OR place_text <> '' OR refer_number <> '' OR source_number <> '' OR length(key_hash) > 0
        OR (answer <> '' AND answer <> '（到了日子，已经删去）')) AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = need.id AND h.ended_at = 0);
-- name: text_forget     an answer was given: that stays, its words do not
UPDATE need SET text = '', rating_note = '', place_text = '', refer_number = '', source_number = '', word = '',
    key_hash = :nothing, client_key = NULL, answer = CASE WHEN answer = '' THEN '' ELSE '（到了日子，已经删去）' END
WHERE community_id = :community_id AND id IN (SELECT id FROM need WHERE community_id = :community_id AND closed_at > 0 AND closed_at < :before
    AND (text <> '' OR word <> '' OR place_text <> '' OR refer_number <> '' OR source_number <> '' OR length(key_hash) > 0
        OR (answer <> '' AND answer <> '（到了日子，已经删去）')) AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = need.id AND h.ended_at = 0)
    ORDER BY id LIMIT :most);
-- name: events_old
SELECT count(*) FROM need_event e JOIN need n ON n.community_id = e.community_id AND n.id = e.need_id
WHERE e.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before AND e.text <> ''
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0);
-- name: events_forget
UPDATE need_event SET text = '' WHERE community_id = :community_id AND id IN (SELECT e.id FROM need_event e
    JOIN need n ON n.community_id = e.community_id AND n.id = e.need_id
    WHERE e.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before AND e.text <> ''
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0) ORDER BY e.id LIMIT :most);
-- name: assists_old
SELECT count(*) FROM need_assist a JOIN need n ON n.community_id = a.community_id AND n.id = a.need_id
WHERE a.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND (a.asked <> '' OR a.answer <> '' OR a.help_note <> '' OR a.call_note <> '')
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0);
-- name: assists_forget
UPDATE need_assist SET asked = '', answer = '', help_note = '', call_note = ''
WHERE community_id = :community_id AND id IN (SELECT a.id FROM need_assist a
    JOIN need n ON n.community_id = a.community_id AND n.id = a.need_id
    WHERE a.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before
    AND (a.asked <> '' OR a.answer <> '' OR a.help_note <> '' OR a.call_note <> '')
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0) ORDER BY a.id LIMIT :most);
-- name: papers_old      the four digits that were printed for it
SELECT count(*) FROM need_paper p JOIN need n ON n.community_id = p.community_id AND n.id = p.need_id
WHERE p.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before AND p.word <> ''
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0);
-- name: papers_forget
UPDATE need_paper SET word = '' WHERE community_id = :community_id AND id IN (SELECT p.id FROM need_paper p
    JOIN need n ON n.community_id = p.community_id AND n.id = p.need_id
    WHERE p.community_id = :community_id AND n.closed_at > 0 AND n.closed_at < :before AND p.word <> ''
    AND NOT EXISTS (SELECT 1 FROM keep_hold h WHERE h.community_id = :community_id
        AND h.subject = 'need' AND h.subject_id = n.id AND h.ended_at = 0) ORDER BY p.id LIMIT :most);
-- name: erase           at his wish, when it is over
UPDATE need SET name = :nothing, contact = :nothing, door = :nothing, note = :nothing, text = '', rating_note = '', word = '',
    key_hash = :nothing, client_key = NULL, changed_at = :now
WHERE community_id = :community_id AND id = :id AND closed_at > 0;
-- name: photos_guard  whose picture it is would tell who complains
UPDATE need_photo SET by_person = 0 WHERE community_id = :community_id AND need_id = :id;
-- name: erase_photos
DELETE FROM need_photo WHERE community_id = :community_id AND need_id = :id;
-- name: erase_events
UPDATE need_event SET text = '' WHERE community_id = :community_id AND need_id = :id AND text <> '';
-- name: erase_assists
UPDATE need_assist SET asked = '', answer = '', help_note = '', call_note = ''
WHERE community_id = :community_id AND need_id = :id;

-- sample.sql: what the sample asks beyond the statements of its neighbours.

-- name: account    is there such a login
SELECT COUNT(*) AS n FROM person WHERE community_id = :community_id AND login = :login;

-- name: job_next    after the last one that was run
SELECT id, kind, subject_id, arg, run_at FROM job
WHERE community_id = :community_id AND done_at = 0 AND run_at >= :since AND run_at <= :until
    AND (run_at > :since OR id > :last_id)
ORDER BY run_at, id LIMIT 1;

-- name: jobs_done    all those of the two years that were played
DELETE FROM job WHERE community_id = :community_id AND run_at <= :now;

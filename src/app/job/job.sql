-- job.sql: every statement on the table job.
-- name: put          the same key again changes nothing
INSERT INTO job (community_id, id, kind, job_key, subject_id, arg, run_at, tries, done_at, failed)
VALUES (:community_id, :id, :kind, :job_key, :subject_id, :arg, :run_at, 0, 0, '')
ON CONFLICT (community_id, job_key) DO NOTHING;
-- name: due
-- engine: sqlite
SELECT id, kind, subject_id, arg, tries FROM job
WHERE community_id = :community_id AND done_at = 0 AND run_at <= :now
ORDER BY run_at, id LIMIT :most;
-- name: due          two servers take different jobs
-- engine: pgsql
SELECT id, kind, subject_id, arg, tries FROM job
WHERE community_id = :community_id AND done_at = 0 AND run_at <= :now
ORDER BY run_at, id LIMIT :most FOR UPDATE SKIP LOCKED;
-- name: claim
UPDATE job SET done_at = :now WHERE community_id = :community_id AND id = :id AND done_at = 0;
-- name: failed       done_at 0 = to be tried again
UPDATE job SET done_at = :done_at, tries = :tries, run_at = :run_at, failed = :failed
WHERE community_id = :community_id AND id = :id;
-- name: later        its tries stay as they are
UPDATE job SET run_at = :run_at WHERE community_id = :community_id AND id = :id AND done_at = 0;
-- name: next
SELECT COALESCE(MIN(run_at), 0) AS at FROM job WHERE community_id = :community_id AND done_at = 0;
-- name: dead
SELECT COUNT(*) AS n FROM job WHERE community_id = :community_id AND done_at > 0 AND failed <> '';
-- name: clean
DELETE FROM job WHERE community_id = :community_id AND done_at > 0 AND done_at < :before;

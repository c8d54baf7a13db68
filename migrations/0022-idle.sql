-- 0022-idle: a session that nobody uses ends before its time.

-- ends_at moves on with each use, at most to this moment.
ALTER TABLE session ADD COLUMN until_at @INT NOT NULL DEFAULT 0;
UPDATE session SET until_at = ends_at;

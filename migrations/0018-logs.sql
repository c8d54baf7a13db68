-- 0018-logs: how long logs are kept (who looked, and what stands beside records); the newest row holds. Each was approved by a
-- second person (twice).

CREATE TABLE log_keep (
    community_id @INT NOT NULL, id @INT NOT NULL,
    days @INT NOT NULL,
    by_person @INT NOT NULL, by_name TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (community_id, id), CHECK (days >= 183)
) @OPT;
@APPEND_ONLY log_keep;

-- 0019-erased: what was deleted at somebody's wish: the kind and the number of the record, nothing of him. It lies with the keys
-- beside each backup (main/backup.h), so that a backup from before brings nobody back.

CREATE TABLE subject_erased (
    community_id @INT NOT NULL,
    subject @KEY NOT NULL, subject_id @INT NOT NULL,      -- as subject_request
    at @INT NOT NULL,
    PRIMARY KEY (community_id, subject, subject_id)
) @OPT;
@APPEND_ONLY subject_erased;

INSERT INTO subject_erased (community_id, subject, subject_id, at)
SELECT community_id, subject, subject_id, MAX(closed_at) FROM subject_request WHERE what = 'delete' AND state = 'done'
GROUP BY community_id, subject, subject_id;

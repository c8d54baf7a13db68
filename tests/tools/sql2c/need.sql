-- need.sql: every statement on the table `need`. `-- name:` starts one; `:x` is bound by name.
-- name: insert          an id that is already there is left as it was
INSERT INTO need (community_id, id, person_id)
VALUES (:community_id, :id, :person_id) -- 注释; :no
ON CONFLICT (community_id, id) DO NOTHING;
-- name: waiting
   SELECT * FROM need WHERE community_id = :community_id AND place_id = :place_id
     AND status = 'it''s ??= :x; --' ORDER BY opened_at LIMIT :limit;
-- name: near
SELECT id FROM need n INDEXED BY need_near WHERE community_id = :community_id;
-- part: where
    AND place_id = :place_id -- not :this
-- part: listed
    -- a comment
    @where
    AND (:grid_id = 0 OR grid_id = :grid_id)

-- name: listed
SELECT id FROM need WHERE community_id = :community_id
    @listed
ORDER BY id;
-- name: sweep   (all communities)
WITH d AS (SELECT 1) DELETE FROM need;
-- name: find
-- engine: sqlite
SELECT a FROM need WHERE a MATCH :words AND community_id = :community_id;
-- name: find
-- engine: pgsql
SELECT a::text FROM need WHERE community_id = :community_id AND v @@ :words

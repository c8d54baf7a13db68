-- 0023-open: what the desk asks of open needs all day, whatever is closed and however many wait.

-- The most urgent of one state, and how many there are: all that is counted by stands in it, so no row is read.
DROP INDEX need_state;
CREATE INDEX need_open ON need (community_id, state, due_at, id, is_secret, kind, grid_id, owner_org,
    place_path, closed_at) WHERE closed_at = 0;
-- Those near a place.
CREATE INDEX need_near ON need (community_id, place_path, id) WHERE closed_at = 0;

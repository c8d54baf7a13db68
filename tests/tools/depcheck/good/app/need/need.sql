-- name: get
SELECT 1;

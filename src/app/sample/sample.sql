-- sample.sql: what the sample asks beyond the statements of its neighbours.

-- name: account    is there such a login
SELECT COUNT(*) AS n FROM person WHERE community_id = :community_id AND login = :login;

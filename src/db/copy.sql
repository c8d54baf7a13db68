-- copy.sql: the tables that are copied, in the order in which they were made.
-- name: tables    (all communities)
-- engine: sqlite
SELECT name FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> 'migration'
ORDER BY rowid;
-- name: tables    (all communities)
-- engine: pgsql
SELECT CAST(relname AS TEXT) AS name FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migration'
    AND relnamespace = CAST(current_schema() AS regnamespace)
ORDER BY oid;

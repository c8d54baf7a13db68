-- export.sql: every statement on export and export_file.

-- name: put
INSERT INTO export (community_id, id, sheet, object, purpose, why, rows_count, twice_number, hash, salt, by_person, by_name,
    role, at, ends_at)
VALUES (:community_id, :id, :sheet, :object, :purpose, :why, :rows_count, :twice_number, :hash, :salt, :by_person, :by_name,
    :role, :at, :ends_at);
-- name: newest
SELECT id, sheet, object, purpose, why, rows_count, twice_number, hash, salt, by_person, by_name, role, at, ends_at FROM export
WHERE community_id = :community_id AND (:person_id = 0 OR by_person = :person_id) ORDER BY id DESC LIMIT :most;
-- name: file_put
INSERT INTO export_file (community_id, id, bytes, ends_at) VALUES (:community_id, :id, :bytes, :ends_at);
-- name: alone       rows that the caller took of late without a second yes
SELECT COALESCE(CAST(SUM(rows_count) AS BIGINT), 0) FROM export
WHERE community_id = :community_id AND by_person = :who_id AND at > :since AND twice_number = '';
-- name: file
SELECT f.bytes FROM export_file f JOIN export e ON e.community_id = f.community_id AND e.id = f.id
WHERE f.community_id = :community_id AND f.id = :id AND e.by_person = :who_id AND f.ends_at > :now;
-- name: files_forget
DELETE FROM export_file WHERE community_id = :community_id AND ends_at <= :now;

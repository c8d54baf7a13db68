-- A comment, with a comma ( and a bracket.
CREATE TABLE person (
    community_id @INT NOT NULL, id @INT NOT NULL,   -- name TEXT: not a column
    name TEXT NOT NULL, age @INT NOT NULL,
    note @BLOB NOT NULL DEFAULT 'a, b (c',
    PRIMARY KEY (community_id, id), UNIQUE (community_id, name), CHECK (age IN (1, 2) OR note <> ',x TEXT')
) @OPT;
CREATE VIEW person_said AS SELECT p.*, (SELECT count(*) FROM person) AS other FROM person p;
ALTER TABLE person ADD COLUMN phone TEXT;

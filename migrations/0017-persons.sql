-- 0017-persons: keys of sensitive records, one each, themselves sealed (docs/adr/0010). Who is forgotten, so is his key: at
-- once here, and after 30 days in the files of keys that lie beside backups.

CREATE TABLE subject_key (
    community_id @INT NOT NULL, id @INT NOT NULL,
    about @KEY NOT NULL, about_id @INT NOT NULL,          -- the table and row whose own fields it seals
    key @BLOB NOT NULL,                                   -- an envelope of the key of contacts
    PRIMARY KEY (community_id, id), UNIQUE (community_id, about, about_id), CHECK (LENGTH(key) > 34)
) @OPT;

@OWN_KEY need note;
@OWN_KEY shield_identity contact;
@OWN_KEY class_child guardian;

-- 0015-keys: keys of sealed columns, themselves sealed. Nothing of it is of use without the key file (docs/adr/0010).

CREATE TABLE key_lock (                                   -- one row: what proves the master key
    community_id @INT NOT NULL, id @INT NOT NULL,         -- 0, 1
    lock @BLOB NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

CREATE TABLE keyring (
    community_id @INT NOT NULL, id @INT NOT NULL,         -- kid, 1 .. 65535, never used again
    purpose TEXT NOT NULL, state TEXT NOT NULL,           -- contact, door, text, file, index; active, retiring, destroyed
    suite @INT NOT NULL, created_at @INT NOT NULL,
    wrapped @BLOB NOT NULL,
    PRIMARY KEY (community_id, id)
) @OPT;

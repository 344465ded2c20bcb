-- Plans, and guards.

ALTER TABLE pass ADD COLUMN max_writes INTEGER;
ALTER TABLE pass ADD COLUMN max_deletes INTEGER;

-- Writes that were withheld, and calls that cannot be planned.
CREATE TABLE planned (
    number INTEGER PRIMARY KEY,
    node INTEGER NOT NULL,
    record INTEGER NOT NULL,
    page INTEGER NOT NULL,
    -- Of an unknown call, a hash of all that is known of it.
    key BLOB NOT NULL,
    is_unknown INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    place INTEGER NOT NULL
) STRICT;

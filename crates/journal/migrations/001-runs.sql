-- Runs, their passes, and what happened in them. Times are microseconds since 1970, durations microseconds.

CREATE TABLE run (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    pipeline TEXT NOT NULL,
    file TEXT NOT NULL,
    is_sandbox INTEGER NOT NULL,
    version TEXT NOT NULL,
    user TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    is_set_aside INTEGER NOT NULL DEFAULT 0,
    -- It is on its way out: nobody sees it any more, and what is left of it goes with the next removal.
    is_removed INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The number of a pass is never given twice: it is a part of other numbers.
CREATE TABLE pass (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    -- From here on null, as long as it has not ended.
    ended_at INTEGER,
    ending TEXT,
    exit_status INTEGER,
    message TEXT,
    -- The intents of this pass that were not withdrawn, and those of them that delete.
    writes INTEGER,
    deletes INTEGER,
    -- The writes in doubt of the whole run at the end of this pass.
    in_doubt INTEGER
) STRICT;

CREATE INDEX pass_of_run ON pass (run);

CREATE TABLE node (
    pass INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    tool TEXT NOT NULL,
    endpoint TEXT,
    writes INTEGER NOT NULL,
    is_below_write INTEGER NOT NULL,
    PRIMARY KEY (pass, position)
) STRICT, WITHOUT ROWID;

-- The settings that were overridden, `NAME=VALUE`.
CREATE TABLE overridden (
    pass INTEGER NOT NULL,
    position INTEGER NOT NULL,
    setting TEXT NOT NULL,
    PRIMARY KEY (pass, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
    pass INTEGER NOT NULL,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    text TEXT,
    PRIMARY KEY (pass, position)
) STRICT, WITHOUT ROWID;

-- Where the paths of each connection began.
CREATE TABLE base_url (
    pass INTEGER NOT NULL,
    position INTEGER NOT NULL,
    connection TEXT NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (pass, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE books (
    pass INTEGER NOT NULL,
    position INTEGER NOT NULL,
    node TEXT NOT NULL,
    tool TEXT NOT NULL,
    endpoint TEXT,
    writes INTEGER NOT NULL,
    f_is_failure INTEGER NOT NULL,
    records_in INTEGER NOT NULL,
    succeeded INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    unparsed INTEGER NOT NULL,
    in_doubt INTEGER NOT NULL,
    recalled INTEGER NOT NULL,
    PRIMARY KEY (pass, position)
) STRICT, WITHOUT ROWID;

-- What happened to the pages of calls. The last event of a key counts. A number is `pass << 32`, and from there counted
-- up, here and in the tables below: so a pass is a range, and rows only ever come at its end. There is no index on the
-- key: keys are random, and every row would touch a page of its own.
CREATE TABLE event (
    number INTEGER PRIMARY KEY,
    -- `intent`, `withdrawn`, `answer`, `failure` or `settled`.
    kind TEXT NOT NULL,
    -- The position of the node.
    node INTEGER NOT NULL,
    record INTEGER NOT NULL,
    page INTEGER NOT NULL,
    key BLOB NOT NULL,
    method TEXT NOT NULL,
    is_write INTEGER NOT NULL,
    status INTEGER,
    -- The kind of failure, if it failed; of an answer, as far as its status tells.
    failure TEXT,
    started_at INTEGER,
    duration INTEGER,
    requests INTEGER,
    chunk INTEGER,
    place INTEGER
) STRICT;

CREATE TABLE login (
    number INTEGER PRIMARY KEY,
    node INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    place INTEGER NOT NULL
) STRICT;

-- What the columns do not have, of many rows together, compressed. `size` is that of the uncompressed bytes.
CREATE TABLE chunk (
    number INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

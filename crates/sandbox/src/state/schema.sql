-- What all systems share. Each system's own tables are beside its code.

-- The clock of a sandbox whose clock stands still, in microseconds since 1970.
CREATE TABLE clock (
  microseconds INTEGER NOT NULL
) STRICT;

-- What the database was filled with when it was made.
CREATE TABLE filling (
  accounts INTEGER NOT NULL,
  devices INTEGER NOT NULL,
  seed INTEGER NOT NULL
) STRICT;

CREATE TABLE token (
  -- The SHA-256 of its text: the file holds no token.
  digest BLOB PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh', 'lasting')),
  -- The number of the token among those of its kind, from 1; of those that are known by a name, from -1 downwards.
  number INTEGER NOT NULL,
  system TEXT NOT NULL,
  caller TEXT NOT NULL,
  -- From then on it is refused; in microseconds since 1970.
  ends INTEGER NOT NULL,
  -- Whether it is a refresh token that was exchanged where each is good for one exchange.
  used INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, number)
) STRICT, WITHOUT ROWID;

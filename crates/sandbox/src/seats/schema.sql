-- The seats that are held. How many of a product are held is their sum, and is stored nowhere.
CREATE TABLE seats_seat (
  id TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  product TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0)
) STRICT, WITHOUT ROWID;

-- The number of the last seat that got its id from the system.
CREATE TABLE seats_numbered (
  last INTEGER NOT NULL
) STRICT;

-- What was answered to requests that named an idempotency key.
CREATE TABLE seats_answer (
  idempotency_key TEXT PRIMARY KEY,
  payload BLOB NOT NULL,
  answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The starting state, always there.
INSERT INTO seats_seat VALUES
  ('seat-0001', 'ann@example.test', 'editor', 2),
  ('seat-0002', 'bob@example.test', 'viewer', 1);
INSERT INTO seats_numbered VALUES (2);

-- The seats that are held. How many of a product are held is their sum, and is stored nowhere.
CREATE TABLE seats_seat (
  id TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  product TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0)
) STRICT, WITHOUT ROWID;

-- How often a seat of this content was taken: an id derives from both, so it does not hang on what others take meanwhile.
CREATE TABLE seats_taken (
  content TEXT PRIMARY KEY,
  times INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

-- The objects of the graph. What can be told from other objects (how many seats are taken) is not among the fields.
CREATE TABLE tenduke_object (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  -- A JSON object without the id; times in it are written in one way, so their order as texts is their order in time.
  fields TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tenduke_object_type ON tenduke_object (type);

-- What leads from one object to another, of each kind at most once.
CREATE TABLE tenduke_link (
  from_id TEXT NOT NULL REFERENCES tenduke_object ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('owns', 'refers', 'contains', 'member', 'consumer')),
  to_id TEXT NOT NULL REFERENCES tenduke_object ON DELETE CASCADE,
  PRIMARY KEY (from_id, kind, to_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX tenduke_link_back ON tenduke_link (to_id, kind, from_id);

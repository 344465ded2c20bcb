-- Times are texts in the portal's form, all in UTC, so that their order as texts is their order in time.

CREATE TABLE alteryx_account (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE')),
  created TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alteryx_contract (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES alteryx_account,
  started TEXT NOT NULL,
  ended TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alteryx_contract_of_account ON alteryx_contract (account, id);

CREATE TABLE alteryx_user (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE')),
  last_login TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE alteryx_member (
  account TEXT NOT NULL REFERENCES alteryx_account,
  user TEXT NOT NULL REFERENCES alteryx_user,
  role TEXT NOT NULL CHECK (role IN ('LICENSE_ADMINISTRATOR', 'MEMBER')),
  PRIMARY KEY (account, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX alteryx_member_of_user ON alteryx_member (user, account);

CREATE TABLE alteryx_entitlement (
  id TEXT PRIMARY KEY,
  contract TEXT NOT NULL REFERENCES alteryx_contract,
  started TEXT NOT NULL,
  ended TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alteryx_entitlement_of_contract ON alteryx_entitlement (contract, id);

-- A line item of an entitlement, and its licence key.
CREATE TABLE alteryx_license (
  license_key TEXT PRIMARY KEY COLLATE NOCASE,
  line_item TEXT NOT NULL UNIQUE,
  entitlement TEXT NOT NULL REFERENCES alteryx_entitlement,
  product_line TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX alteryx_license_of_entitlement ON alteryx_license (entitlement, line_item);

CREATE TABLE alteryx_device (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES alteryx_account,
  name TEXT NOT NULL,
  host_id TEXT NOT NULL,
  host_id_type TEXT NOT NULL CHECK (host_id_type IN ('ETHERNET', 'STRING')),
  user TEXT REFERENCES alteryx_user,
  created TEXT NOT NULL,
  last_seen TEXT,
  UNIQUE (account, host_id, host_id_type)
) STRICT, WITHOUT ROWID;
CREATE INDEX alteryx_device_of_account ON alteryx_device (account, id);
CREATE INDEX alteryx_device_of_user ON alteryx_device (user, account, id);

-- The seats that devices hold. How many of a key are used is their sum, and is stored nowhere.
CREATE TABLE alteryx_activation (
  license_key TEXT NOT NULL COLLATE NOCASE REFERENCES alteryx_license,
  device TEXT NOT NULL REFERENCES alteryx_device,
  user TEXT REFERENCES alteryx_user,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'LICENSE_NOT_GENERATED')),
  offline INTEGER NOT NULL,
  activated TEXT NOT NULL,
  PRIMARY KEY (device, license_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX alteryx_activation_of_user ON alteryx_activation (user);
CREATE INDEX alteryx_activation_of_license ON alteryx_activation (license_key, device, quantity);

-- The request that an offline machine wrote; the last one.
CREATE TABLE alteryx_offline_request (
  device TEXT PRIMARY KEY REFERENCES alteryx_device ON DELETE CASCADE,
  file_name TEXT NOT NULL,
  content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The licence file that was made for an offline machine; the last one.
CREATE TABLE alteryx_license_file (
  device TEXT PRIMARY KEY REFERENCES alteryx_device ON DELETE CASCADE,
  file_name TEXT NOT NULL,
  content TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every activation and deactivation, in the order in which they happened.
CREATE TABLE alteryx_ledger (
  number INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  license_key TEXT NOT NULL COLLATE NOCASE,
  device TEXT NOT NULL,
  user TEXT,
  delta INTEGER NOT NULL
) STRICT;
CREATE INDEX alteryx_ledger_of_license ON alteryx_ledger (license_key, time, number);
CREATE INDEX alteryx_ledger_of_device ON alteryx_ledger (device);

-- What the host has bought. A host without a licence, or with the feature for own servers off, allocates nothing.
CREATE TABLE uipath_host (
  licensed INTEGER NOT NULL DEFAULT 1 CHECK (licensed IN (0, 1)),
  on_prem_flows INTEGER NOT NULL DEFAULT 1 CHECK (on_prem_flows IN (0, 1)),
  license_code TEXT NOT NULL,
  bundle_code TEXT NOT NULL,
  subscription_code TEXT NOT NULL,
  subscription_plan TEXT NOT NULL,
  -- In seconds since 1970; the licence holds up to its end, that second included.
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  grace_days INTEGER NOT NULL
) STRICT;

CREATE TABLE uipath_host_product (
  code TEXT PRIMARY KEY,
  quantity INTEGER NOT NULL CHECK (quantity > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE uipath_organization (
  id TEXT PRIMARY KEY,
  -- Its name in paths.
  name TEXT NOT NULL UNIQUE,
  license_code TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What an organization has. One with nothing has no licence.
CREATE TABLE uipath_organization_product (
  organization TEXT NOT NULL REFERENCES uipath_organization (id),
  code TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  -- Where it stood in the request.
  place INTEGER NOT NULL,
  PRIMARY KEY (organization, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE uipath_tenant (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL REFERENCES uipath_organization (id),
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The services that are enabled on a tenant.
CREATE TABLE uipath_service (
  tenant TEXT NOT NULL REFERENCES uipath_tenant (id),
  type TEXT NOT NULL,
  license_code TEXT NOT NULL UNIQUE,
  PRIMARY KEY (tenant, type)
) STRICT, WITHOUT ROWID;

CREATE TABLE uipath_service_product (
  tenant TEXT NOT NULL,
  type TEXT NOT NULL,
  code TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  place INTEGER NOT NULL,
  PRIMARY KEY (tenant, type, code),
  FOREIGN KEY (tenant, type) REFERENCES uipath_service (tenant, type)
) STRICT, WITHOUT ROWID;

CREATE TABLE uipath_user (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL REFERENCES uipath_organization (id),
  -- Whether the licences of the user come from elsewhere; then they take no unit.
  external INTEGER NOT NULL DEFAULT 0 CHECK (external IN (0, 1)),
  signed_in INTEGER NOT NULL DEFAULT 0 CHECK (signed_in IN (0, 1))
) STRICT, WITHOUT ROWID;

-- What was given to a user directly.
CREATE TABLE uipath_user_bundle (
  user TEXT NOT NULL REFERENCES uipath_user (id),
  code TEXT NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (user, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE uipath_group (
  id TEXT PRIMARY KEY,
  organization TEXT NOT NULL REFERENCES uipath_organization (id),
  name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  -- 0 built in, 1 custom.
  type INTEGER NOT NULL CHECK (type IN (0, 1)),
  external INTEGER NOT NULL DEFAULT 0 CHECK (external IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE uipath_member (
  group_id TEXT NOT NULL REFERENCES uipath_group (id),
  user TEXT NOT NULL REFERENCES uipath_user (id),
  place INTEGER NOT NULL,
  PRIMARY KEY (group_id, user)
) STRICT, WITHOUT ROWID;

-- The rule of a group: what each member is given.
CREATE TABLE uipath_group_bundle (
  group_id TEXT NOT NULL REFERENCES uipath_group (id),
  code TEXT NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (group_id, code)
) STRICT, WITHOUT ROWID;

-- Each unit that a user takes of what the organization has: one for each code, whether it comes from the user's own list,
-- from a group, or from both.
CREATE VIEW uipath_unit AS
  SELECT organization, user.id AS user, signed_in, code
  FROM uipath_user AS user JOIN uipath_user_bundle AS bundle ON bundle.user = user.id
  WHERE NOT user.external
  UNION
  SELECT user.organization, user.id, signed_in, code
  FROM uipath_group AS rule
    JOIN uipath_group_bundle AS bundle ON bundle.group_id = rule.id
    JOIN uipath_member AS member ON member.group_id = rule.id
    JOIN uipath_user AS user ON user.id = member.user
  WHERE NOT rule.external;

-- What is given on of what an organization has: to the services of its tenants, and to its users.
CREATE VIEW uipath_held AS
  SELECT organization, code, sum(quantity) AS quantity, 'tenants' AS holders
  FROM uipath_service_product AS product JOIN uipath_tenant AS tenant ON tenant.id = product.tenant
  GROUP BY organization, code
  UNION ALL
  SELECT organization, code, count(*), 'users' FROM uipath_unit GROUP BY organization, code;

-- The authorization code that the external application can exchange, once.
CREATE TABLE uipath_code (
  code TEXT PRIMARY KEY,
  used INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1))
) STRICT, WITHOUT ROWID;

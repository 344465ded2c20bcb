-- The starting state, always there.
INSERT INTO uipath_host (license_code, bundle_code, subscription_code, subscription_plan, starts, ends, grace_days)
VALUES ('0000-0000-0000-0000', 'ENTERPRISE', 'SUB-0001', 'Enterprise', 1735689600, 1798761599, 30);

INSERT INTO uipath_host_product VALUES
  ('UNATT', 30), ('NONPR', 20), ('TAUNATT', 20), ('AIG', 5), ('TIE', 10), ('ATTUNU', 20), ('RPADEVNU', 5), ('TSTNU', 5),
  ('RPADEVPRONU', 10), ('IDU', 5), ('CTZDEVCU', 10);

INSERT INTO uipath_organization VALUES
  ('y-y-y-delilah', 'delilah-org', '0000-0000-0000-0001'),
  ('song-one', 'song-org', '0000-0000-0000-0002'),
  ('empty-one', 'empty-org', '0000-0000-0000-0003');

INSERT INTO uipath_organization_product VALUES
  ('y-y-y-delilah', 'UNATT', 10, 0),
  ('y-y-y-delilah', 'NONPR', 6, 1),
  ('y-y-y-delilah', 'TAUNATT', 5, 2),
  ('y-y-y-delilah', 'AIG', 2, 3),
  ('y-y-y-delilah', 'TIE', 4, 4),
  ('y-y-y-delilah', 'ATTUNU', 2, 5),
  ('song-one', 'ATTUNU', 3, 0),
  ('song-one', 'RPADEVNU', 3, 1),
  ('song-one', 'TSTNU', 3, 2),
  ('song-one', 'RPADEVPRONU', 2, 3),
  ('song-one', 'IDU', 1, 4),
  ('song-one', 'CTZDEVCU', 2, 5);

INSERT INTO uipath_tenant VALUES
  ('y1968', 'y-y-y-delilah', 'tenant-y1968'),
  ('y1969', 'y-y-y-delilah', 'tenant-y1969'),
  ('s2001', 'song-one', 'tenant-s2001'),
  ('e3001', 'empty-one', 'tenant-e3001');

INSERT INTO uipath_service VALUES
  ('y1968', 'documentunderstanding', '0000-0000-0000-0101'),
  ('y1968', 'orchestrator', '0000-0000-0000-0102'),
  ('y1969', 'orchestrator', '0000-0000-0000-0103'),
  ('s2001', 'orchestrator', '0000-0000-0000-0201'),
  ('e3001', 'orchestrator', '0000-0000-0000-0301');

INSERT INTO uipath_user (id, organization) VALUES
  ('singer-77', 'song-one'), ('singer-88', 'song-one'), ('singer-111', 'song-one'), ('user-04', 'song-one');

INSERT INTO uipath_group (id, organization, name, display_name, type) VALUES
  ('group-01', 'song-one', 'group-01', 'Group 01', 1),
  ('group-02', 'song-one', 'group-02', 'Group 02', 1);

INSERT INTO uipath_member VALUES
  ('group-01', 'singer-77', 0),
  ('group-02', 'singer-77', 0),
  ('group-02', 'singer-88', 1),
  ('group-02', 'singer-111', 2);

INSERT INTO uipath_code (code) VALUES ('sandbox-code');

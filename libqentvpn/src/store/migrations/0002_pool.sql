-- SPDX-License-Identifier: MIT
-- Many nodes behind one subscription: replicas, moves, failover, traffic per node.

-- failing_since: first of the failed probes in a row; answered_at: last good probe.
-- refused: the panel does not take our credentials; nobody calls it until an admin acts.
-- sweep_after: the subscriptions of accounts with a greater id are still to be looked at, because
-- the node changed; -1 = none. parallel: calls at once that the panel bears.
ALTER TABLE nodes ADD COLUMN country TEXT NOT NULL DEFAULT '' CHECK (length(country) IN (0, 2));
ALTER TABLE nodes ADD COLUMN probe_successes $INT NOT NULL DEFAULT 0 CHECK (probe_successes >= 0);
ALTER TABLE nodes ADD COLUMN failing_since $INT NOT NULL DEFAULT 0 CHECK (failing_since >= 0);
ALTER TABLE nodes ADD COLUMN answered_at $INT NOT NULL DEFAULT 0 CHECK (answered_at >= 0);
ALTER TABLE nodes ADD COLUMN refused $INT NOT NULL DEFAULT 0 CHECK (refused IN (0, 1));
ALTER TABLE nodes ADD COLUMN evacuating $INT NOT NULL DEFAULT 0 CHECK (evacuating IN (0, 1));
ALTER TABLE nodes ADD COLUMN sweep_after $INT NOT NULL DEFAULT -1 CHECK (sweep_after >= -1);
ALTER TABLE nodes ADD COLUMN parallel $INT NOT NULL DEFAULT 8 CHECK (parallel BETWEEN 1 AND 64);

ALTER TABLE plans ADD COLUMN replicas $INT NOT NULL DEFAULT 1 CHECK (replicas BETWEEN 1 AND 8);
ALTER TABLE orders ADD COLUMN replicas $INT NOT NULL DEFAULT 1 CHECK (replicas BETWEEN 1 AND 8);

-- link_read_at: about when an app last fetched the config link; moved_at: the buyer's last move.
ALTER TABLE subscriptions ADD COLUMN replicas $INT NOT NULL DEFAULT 1
  CHECK (replicas BETWEEN 1 AND 8);
ALTER TABLE subscriptions ADD COLUMN link_read_at $INT NOT NULL DEFAULT 0
  CHECK (link_read_at >= 0);
ALTER TABLE subscriptions ADD COLUMN moved_at $INT NOT NULL DEFAULT 0 CHECK (moved_at >= 0);

-- Those that have ended are looked at once more: their accounts leave the panels some day.
UPDATE subscriptions SET next_event_at = expires_at WHERE next_event_at = 0;

-- standing: 0 home, 1 leaving (goes as soon as another one serves), 2 twin of one on a node that is
-- down. placed_at: when the subscription came to this node.
CREATE TABLE accounts_of_pool (
  id $ID,
  subscription_id $INT NOT NULL REFERENCES subscriptions (id),
  node_id $INT NOT NULL REFERENCES nodes (id),
  account_key TEXT NOT NULL CHECK (length(account_key) BETWEEN 1 AND 64),
  uuid TEXT NOT NULL,
  password TEXT NOT NULL,
  standing $INT NOT NULL CHECK (standing BETWEEN 0 AND 2),
  placed_at $INT NOT NULL CHECK (placed_at >= 0),
  wanted_present $INT NOT NULL CHECK (wanted_present IN (0, 1)),
  wanted_enabled $INT NOT NULL CHECK (wanted_enabled IN (0, 1)),
  wanted_expires_at $INT NOT NULL CHECK (wanted_expires_at >= 0),
  wanted_traffic_limit_bytes $INT NOT NULL CHECK (wanted_traffic_limit_bytes >= 0),
  wanted_device_limit $INT NOT NULL CHECK (wanted_device_limit >= 0),
  wanted_keys_rev $INT NOT NULL CHECK (wanted_keys_rev >= 0),
  wanted_rev $INT NOT NULL CHECK (wanted_rev >= 0),
  applied_rev $INT NOT NULL CHECK (applied_rev >= 0),
  applied_keys_rev $INT NOT NULL CHECK (applied_keys_rev >= 0),
  links TEXT,
  panel_used_bytes $INT NOT NULL CHECK (panel_used_bytes >= 0),
  attempts $INT NOT NULL CHECK (attempts >= 0),
  next_attempt_at $INT NOT NULL CHECK (next_attempt_at >= 0),
  lease_until $INT NOT NULL CHECK (lease_until >= 0),
  last_error TEXT,
  UNIQUE (node_id, account_key),
  UNIQUE (subscription_id, node_id),
  CHECK (applied_rev <= wanted_rev)
) $STRICT;
INSERT INTO accounts_of_pool (id, subscription_id, node_id, account_key, uuid, password, standing,
  placed_at, wanted_present, wanted_enabled, wanted_expires_at, wanted_traffic_limit_bytes,
  wanted_device_limit, wanted_keys_rev, wanted_rev, applied_rev, applied_keys_rev, links,
  panel_used_bytes, attempts, next_attempt_at, lease_until, last_error)
SELECT id, subscription_id, node_id, account_key, uuid, password, 0, 0, wanted_present,
  wanted_enabled, wanted_expires_at, wanted_traffic_limit_bytes, wanted_device_limit,
  wanted_keys_rev, wanted_rev, applied_rev, applied_keys_rev, links, panel_used_bytes, attempts,
  next_attempt_at, lease_until, last_error FROM accounts;
DROP TABLE accounts;
ALTER TABLE accounts_of_pool RENAME TO accounts;
CREATE INDEX accounts_of_node ON accounts (node_id, id);
CREATE INDEX accounts_due ON accounts
  (node_id, next_attempt_at, id, lease_until, applied_rev, wanted_rev)
  WHERE applied_rev < wanted_rev;
-- What a panel is busy with now.
CREATE INDEX accounts_leased ON accounts (node_id, lease_until) WHERE lease_until > 0;

-- node_id 0: counted before nodes were told apart, or on a node that is gone.
CREATE TABLE traffic_days_of_nodes (
  subscription_id $INT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
  day_start $INT NOT NULL,
  node_id $INT NOT NULL,
  bytes $INT NOT NULL CHECK (bytes >= 0),
  PRIMARY KEY (subscription_id, day_start, node_id)
) $STRICT_BY_KEY;
INSERT INTO traffic_days_of_nodes (subscription_id, day_start, node_id, bytes)
SELECT subscription_id, day_start, 0, bytes FROM traffic_days;
DROP TABLE traffic_days;
ALTER TABLE traffic_days_of_nodes RENAME TO traffic_days;

CREATE TABLE traffic_hours (
  node_id $INT NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  hour_start $INT NOT NULL,
  bytes $INT NOT NULL CHECK (bytes >= 0),
  PRIMARY KEY (node_id, hour_start)
) $STRICT_BY_KEY;

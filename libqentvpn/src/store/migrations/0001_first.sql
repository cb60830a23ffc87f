-- SPDX-License-Identifier: MIT
-- Words that begin with a dollar sign are the driver's: key and integer types, table options.
-- Times are UNIX seconds UTC, money is minor units, traffic is bytes; 0 means none or never.
-- State numbers are those of the enums in include/qentvpn. Partial indexes hold the work that is
-- due; they repeat the columns of their condition so that they alone answer "what is next?".

CREATE TABLE users (
  id $ID,
  telegram_id $INT NOT NULL UNIQUE CHECK (telegram_id BETWEEN 1 AND 4503599627370495),
  name TEXT NOT NULL CHECK (length(name) <= 128),
  username TEXT NOT NULL CHECK (length(username) <= 128),
  language TEXT NOT NULL CHECK (language IN ('ru', 'en')),
  reachable $INT NOT NULL CHECK (reachable IN (0, 1)),
  created_at $INT NOT NULL CHECK (created_at >= 0)
) $STRICT;

CREATE TABLE plans (
  id $ID,
  code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 32),
  title_ru TEXT NOT NULL,
  title_en TEXT NOT NULL,
  period $INT NOT NULL CHECK (period BETWEEN 1 AND 3660),
  period_unit $INT NOT NULL CHECK (period_unit IN (0, 1)),
  traffic_limit_bytes $INT NOT NULL CHECK (traffic_limit_bytes >= 0),
  device_limit $INT NOT NULL CHECK (device_limit >= 0),
  node_group TEXT NOT NULL CHECK (length(node_group) BETWEEN 1 AND 32),
  hidden $INT NOT NULL CHECK (hidden IN (0, 1)),
  position $INT NOT NULL
) $STRICT;

CREATE TABLE plan_prices (
  plan_id $INT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
  position $INT NOT NULL CHECK (position >= 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  minor $INT NOT NULL CHECK (minor > 0),
  PRIMARY KEY (plan_id, currency)
) $STRICT_BY_KEY;

CREATE TABLE subscriptions (
  id $ID,
  user_id $INT NOT NULL REFERENCES users (id),
  plan_id $INT NOT NULL REFERENCES plans (id),
  node_group TEXT NOT NULL CHECK (length(node_group) BETWEEN 1 AND 32),
  created_at $INT NOT NULL CHECK (created_at >= 0),
  expires_at $INT NOT NULL CHECK (expires_at >= 0),
  traffic_limit_bytes $INT NOT NULL CHECK (traffic_limit_bytes >= 0),
  traffic_used_bytes $INT NOT NULL CHECK (traffic_used_bytes >= 0),
  device_limit $INT NOT NULL CHECK (device_limit >= 0),
  disabled $INT NOT NULL CHECK (disabled IN (0, 1)),
  keys_rev $INT NOT NULL CHECK (keys_rev >= 1),
  token TEXT NOT NULL UNIQUE CHECK (length(token) BETWEEN 16 AND 48),
  rotated_at $INT NOT NULL CHECK (rotated_at >= 0),
  next_event_at $INT NOT NULL CHECK (next_event_at >= 0)
) $STRICT;
CREATE INDEX subscriptions_of_user ON subscriptions (user_id, id);
CREATE INDEX subscriptions_due ON subscriptions (next_event_at, id) WHERE next_event_at > 0;

CREATE TABLE traffic_days (
  subscription_id $INT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
  day_start $INT NOT NULL,
  bytes $INT NOT NULL CHECK (bytes >= 0),
  PRIMARY KEY (subscription_id, day_start)
) $STRICT_BY_KEY;

CREATE TABLE orders (
  id $ID,
  user_id $INT NOT NULL REFERENCES users (id),
  plan_id $INT NOT NULL REFERENCES plans (id),
  subscription_id $INT REFERENCES subscriptions (id),
  new_subscription $INT NOT NULL CHECK (new_subscription IN (0, 1)),
  period $INT NOT NULL CHECK (period BETWEEN 1 AND 3660),
  period_unit $INT NOT NULL CHECK (period_unit IN (0, 1)),
  traffic_limit_bytes $INT NOT NULL CHECK (traffic_limit_bytes >= 0),
  device_limit $INT NOT NULL CHECK (device_limit >= 0),
  node_group TEXT NOT NULL CHECK (length(node_group) BETWEEN 1 AND 32),
  price_minor $INT NOT NULL CHECK (price_minor > 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  state $INT NOT NULL CHECK (state BETWEEN 0 AND 4),
  method TEXT NOT NULL CHECK (length(method) BETWEEN 1 AND 32),
  return_url TEXT,
  email TEXT,
  created_at $INT NOT NULL CHECK (created_at >= 0),
  expires_at $INT NOT NULL CHECK (expires_at >= 0),
  paid_at $INT NOT NULL CHECK (paid_at >= 0),
  CHECK (state <> 1 OR (paid_at > 0 AND subscription_id IS NOT NULL))
) $STRICT;
CREATE INDEX orders_of_user ON orders (user_id, id);
CREATE INDEX orders_expiring ON orders (expires_at, id, state) WHERE state = 0;
CREATE INDEX orders_paid ON orders (paid_at) WHERE paid_at > 0;

CREATE TABLE payments (
  id $ID,
  order_id $INT REFERENCES orders (id),
  provider TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 32),
  external_id TEXT CHECK (length(external_id) BETWEEN 1 AND 64),
  idempotency_key TEXT NOT NULL CHECK (length(idempotency_key) <= 64),
  request TEXT,
  confirmation_url TEXT,
  state $INT NOT NULL CHECK (state BETWEEN 0 AND 5),
  amount_minor $INT NOT NULL CHECK (amount_minor >= 0),
  currency TEXT NOT NULL CHECK (length(currency) <= 3),
  refunded_minor $INT NOT NULL CHECK (refunded_minor >= 0),
  reason TEXT,
  refund_key TEXT NOT NULL CHECK (length(refund_key) <= 64),
  refund_reason TEXT,
  attempts $INT NOT NULL CHECK (attempts >= 0),
  next_poll_at $INT NOT NULL CHECK (next_poll_at >= 0),
  lease_until $INT NOT NULL CHECK (lease_until >= 0),
  last_error TEXT,
  created_at $INT NOT NULL CHECK (created_at >= 0),
  settled_at $INT NOT NULL CHECK (settled_at >= 0),
  CHECK (state <> 2 OR (settled_at > 0 AND order_id IS NOT NULL))
) $STRICT;
CREATE UNIQUE INDEX payments_external ON payments (provider, external_id)
  WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX payments_idempotency ON payments (idempotency_key) WHERE idempotency_key <> '';
CREATE UNIQUE INDEX payments_one_settled ON payments (order_id) WHERE settled_at > 0;
CREATE INDEX payments_of_order ON payments (order_id, id);
CREATE INDEX payments_due ON payments (next_poll_at, id, lease_until) WHERE next_poll_at > 0;
CREATE INDEX payments_flagged ON payments (id) WHERE state = 5;
CREATE INDEX payments_settled ON payments (settled_at) WHERE settled_at > 0;

CREATE TABLE webhook_hints (
  id $ID,
  provider TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 32),
  external_id TEXT NOT NULL CHECK (length(external_id) BETWEEN 1 AND 64),
  attempts $INT NOT NULL CHECK (attempts >= 0),
  next_at $INT NOT NULL CHECK (next_at >= 0),
  lease_until $INT NOT NULL CHECK (lease_until >= 0),
  created_at $INT NOT NULL CHECK (created_at >= 0),
  UNIQUE (provider, external_id)
) $STRICT;
CREATE INDEX webhook_hints_due ON webhook_hints (next_at, id, lease_until);

CREATE TABLE nodes (
  id $ID,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 32),
  title TEXT,
  gateway TEXT NOT NULL CHECK (length(gateway) BETWEEN 1 AND 32),
  url TEXT NOT NULL UNIQUE,
  username_sealed TEXT,
  password_sealed TEXT,
  options TEXT,
  ca_file TEXT,
  pinned_key TEXT,
  node_group TEXT NOT NULL CHECK (length(node_group) BETWEEN 1 AND 32),
  state $INT NOT NULL CHECK (state BETWEEN 0 AND 2),
  capacity $INT NOT NULL CHECK (capacity >= 0),
  weight $INT NOT NULL CHECK (weight BETWEEN 1 AND 1000),
  account_count $INT NOT NULL DEFAULT 0 CHECK (account_count >= 0),
  reachable $INT NOT NULL CHECK (reachable IN (0, 1)),
  probe_failures $INT NOT NULL CHECK (probe_failures >= 0),
  changed_at $INT NOT NULL,
  checked_at $INT NOT NULL,
  usage_at $INT NOT NULL,
  last_error TEXT,
  cpu_percent $INT NOT NULL,
  memory_used_bytes $INT NOT NULL,
  memory_total_bytes $INT NOT NULL,
  online $INT NOT NULL,
  active_users $INT NOT NULL,
  traffic_bytes $INT NOT NULL,
  version TEXT NOT NULL
) $STRICT;

CREATE TABLE accounts (
  id $ID,
  subscription_id $INT NOT NULL REFERENCES subscriptions (id),
  node_id $INT NOT NULL REFERENCES nodes (id),
  account_key TEXT NOT NULL CHECK (length(account_key) BETWEEN 3 AND 32),
  uuid TEXT NOT NULL,
  password TEXT NOT NULL,
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
CREATE INDEX accounts_of_node ON accounts (node_id, id);
CREATE INDEX accounts_due ON accounts
  (node_id, next_attempt_at, id, lease_until, applied_rev, wanted_rev)
  WHERE applied_rev < wanted_rev;

-- held: the user cannot be reached now, so the sender need not look at the row.
CREATE TABLE notices (
  id $ID,
  notice_key TEXT NOT NULL UNIQUE CHECK (length(notice_key) BETWEEN 1 AND 200),
  user_id $INT NOT NULL REFERENCES users (id),
  kind $INT NOT NULL CHECK (kind >= 0),
  priority $INT NOT NULL CHECK (priority BETWEEN 0 AND 9),
  data TEXT NOT NULL,
  state $INT NOT NULL CHECK (state BETWEEN 0 AND 3),
  held $INT NOT NULL CHECK (held IN (0, 1)),
  not_before $INT NOT NULL CHECK (not_before >= 0),
  lease_until $INT NOT NULL CHECK (lease_until >= 0),
  attempts $INT NOT NULL CHECK (attempts >= 0),
  last_error TEXT,
  created_at $INT NOT NULL CHECK (created_at >= 0),
  sent_at $INT NOT NULL CHECK (sent_at >= 0)
) $STRICT;
CREATE INDEX notices_due ON notices (priority, not_before, id, user_id, state, held)
  WHERE state = 0 AND held = 0;
CREATE INDEX notices_leased ON notices (lease_until, user_id, state)
  WHERE state = 0 AND lease_until > 0;
CREATE INDEX notices_waiting ON notices
  (user_id, not_before, id, attempts, priority, state) WHERE state = 0;
CREATE INDEX notices_unsent ON notices (state, id) WHERE state <> 1;
CREATE INDEX notices_closed ON notices (created_at, id) WHERE state IN (1, 2);

CREATE TABLE inbox (
  update_id $INT NOT NULL,
  body TEXT NOT NULL,
  received_at $INT NOT NULL CHECK (received_at >= 0),
  done $INT NOT NULL CHECK (done IN (0, 1)),
  PRIMARY KEY (update_id)
) $STRICT;
CREATE INDEX inbox_waiting ON inbox (update_id) WHERE done = 0;
CREATE INDEX inbox_done ON inbox (received_at, update_id) WHERE done = 1;

CREATE TABLE counters (
  name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
  value $INT NOT NULL
) $STRICT_BY_KEY;

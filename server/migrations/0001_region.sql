-- A region: what its office keeps. One database is one region. Plain SQL: no engine's own features but advisory locks.

-- One row: what this region is, and where its feed stands.
CREATE TABLE region (
    one             boolean PRIMARY KEY DEFAULT true CHECK (one),
    name            text NOT NULL,
    feed            bytea NOT NULL CHECK (length(feed) = 16),
    training        boolean NOT NULL,
    card_authority  bytea NOT NULL CHECK (length(card_authority) = 65),
    -- Grows by one when the sequence has to begin anew (this database was restored from an older copy).
    generation      bigint NOT NULL DEFAULT 1,
    -- The last sequence number given out; only the publisher, holding its lock, gives out another.
    sequence        bigint NOT NULL DEFAULT 0,
    roster_version  bigint NOT NULL DEFAULT 0,
    orders_version  bigint NOT NULL DEFAULT 0,
    lease_days      integer NOT NULL DEFAULT 30 CHECK (lease_days BETWEEN 3 AND 365),
    poll_seconds    integer NOT NULL DEFAULT 60 CHECK (poll_seconds BETWEEN 1 AND 86400),
    metered_bytes_per_day bigint NOT NULL DEFAULT 20000000,
    minimum_app     text NOT NULL DEFAULT '0.1.0',
    created_at      timestamptz NOT NULL DEFAULT now()
);

-- Keys, each sealed under the server key (AES-256-GCM, the name as associated data):
-- 'signing' (Ed25519, PKCS #8), 'tls authority' (P-256, PKCS #8).
CREATE TABLE secret (
    name        text PRIMARY KEY,
    sealed      bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
-- The certificate of 'tls authority', DER.
CREATE TABLE tls_authority (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    certificate bytea NOT NULL
);
-- Vault keys, 32 bytes, sealed like secrets under the name 'vault <epoch>'.
CREATE TABLE vault_epoch (
    epoch       integer PRIMARY KEY CHECK (epoch > 0),
    sealed      bytea NOT NULL,
    -- current: new records are sealed under it (one row); old: some records may still be; retired: none is.
    state       text NOT NULL CHECK (state IN ('current', 'old', 'retired')),
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX one_current_epoch ON vault_epoch (state) WHERE state = 'current';

CREATE TABLE dictionary (
    id          integer PRIMARY KEY CHECK (id > 0),
    bytes       bytea NOT NULL,
    -- The one that new records are packed with.
    current     boolean NOT NULL
);
CREATE UNIQUE INDEX one_current_dictionary ON dictionary (current) WHERE current;

CREATE TABLE resident (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number      text NOT NULL UNIQUE CHECK (number ~ '^[0-9]{16}$'),
    record      bytea NOT NULL UNIQUE CHECK (length(record) = 16),
    -- absent: nobody has asked yet. Only 'given' is published.
    consent     text NOT NULL CHECK (consent IN ('given', 'withdrawn', 'absent')),
    consent_at  timestamptz NOT NULL DEFAULT now(),
    status      text NOT NULL DEFAULT 'resident' CHECK (status IN ('resident', 'moved', 'deceased')),
    -- Version of the last sealing; grows under the row's lock and never goes back.
    version     bigint NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- The newest document of each sender and kind about a resident.
CREATE TABLE document (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident    bigint NOT NULL REFERENCES resident,
    -- Who sent it: the sender's certificate or 'office'; and which kind (Composition.type code, or the Bundle's type).
    sender      text NOT NULL,
    kind        text NOT NULL,
    as_of       timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    sha256      bytea NOT NULL CHECK (length(sha256) = 32),
    -- The FHIR document as it came, packed with zstd.
    body        bytea NOT NULL,
    UNIQUE (resident, sender, kind)
);

-- Patients' cards. The office registers the public half; the key never leaves the card.
CREATE TABLE card (
    serial      bytea PRIMARY KEY,
    resident    bigint NOT NULL REFERENCES resident,
    public_key  bytea NOT NULL CHECK (length(public_key) = 65),
    state       text NOT NULL CHECK (state IN ('active', 'lost', 'replaced')),
    valid_until timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz
);
CREATE INDEX card_of_resident ON card (resident);

CREATE TABLE staff (
    id          text PRIMARY KEY,
    name        text NOT NULL,
    state       text NOT NULL CHECK (state IN ('active', 'left')),
    created_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz
);
CREATE TABLE staff_card (
    serial      bytea PRIMARY KEY,
    staff       text NOT NULL REFERENCES staff,
    public_key  bytea NOT NULL CHECK (length(public_key) = 65),
    state       text NOT NULL CHECK (state IN ('active', 'lost', 'replaced')),
    created_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz
);

CREATE TABLE officer (
    id          text PRIMARY KEY,
    -- Ed25519, 32 bytes: countersigns a mass wipe.
    public_key  bytea NOT NULL CHECK (length(public_key) = 32),
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tablet (
    id          text PRIMARY KEY,
    vehicle     text NOT NULL,
    state       text NOT NULL CHECK (state IN ('invited', 'active', 'revoked', 'wiping', 'wiped')),
    tablet_key  bytea CHECK (length(tablet_key) = 32),
    enrolled_at timestamptz,
    last_contact timestamptz,
    -- The last TabletReport, as JSON text.
    report      text,
    -- Where its audit chain stands here.
    audit_last  bigint NOT NULL DEFAULT 0,
    audit_head  bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (length(audit_head) = 32)
);

-- Every client certificate that was issued.
CREATE TABLE certificate (
    serial      bytea PRIMARY KEY,
    role        text NOT NULL CHECK (role IN ('tablet', 'sender', 'office', 'server')),
    subject     text NOT NULL,
    not_after   timestamptz NOT NULL,
    revoked_at  timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX certificate_of ON certificate (role, subject);

CREATE TABLE invitation (
    id          bytea PRIMARY KEY CHECK (length(id) = 16),
    tablet      text NOT NULL REFERENCES tablet,
    -- The code's HMAC key, sealed under the server key with the name 'invitation <hex id>'.
    sealed_key  bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    -- SHA-256 of the certificate request that used it: the same one asks again after an interruption and is answered again.
    used_by     bytea CHECK (length(used_by) = 32),
    certificate bytea
);

CREATE TABLE wipe_order (
    nonce       bytea PRIMARY KEY CHECK (length(nonce) = 16),
    tablet      text NOT NULL REFERENCES tablet,
    ordered_by  text NOT NULL,
    issued_at   timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    countersigned_by bytea,
    countersignature bytea,
    done_at     timestamptz
);

-- The outbox: whatever changes what a tablet may know writes a row here in the same transaction. The publisher takes rows
-- by deleting them, so none can lie behind a cursor.
CREATE TABLE change (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resident    bigint NOT NULL REFERENCES resident,
    -- record: seal anew; cards: only the openers; removal: consent, death or moving away.
    what        text NOT NULL CHECK (what IN ('record', 'cards', 'removal')),
    at          timestamptz NOT NULL DEFAULT now()
);

-- The newest change of each record as it was published (kakari_sync frame, encoded).
CREATE TABLE published (
    record      bytea PRIMARY KEY CHECK (length(record) = 16),
    resident    bigint NOT NULL REFERENCES resident,
    sequence    bigint NOT NULL UNIQUE,
    version     bigint NOT NULL,
    epoch       integer NOT NULL,
    -- True for a tombstone.
    removed     boolean NOT NULL,
    frame       bytea NOT NULL,
    at          timestamptz NOT NULL DEFAULT now()
);

-- Objects of the feed that heads name. kind: delta, part, manifest, roster, dictionary, orders, digests.
CREATE TABLE object (
    sha256      bytea PRIMARY KEY CHECK (length(sha256) = 32),
    kind        text NOT NULL,
    size        bigint NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    -- No head names it any more since then; deleted when no tablet can still be fetching it.
    retired_at  timestamptz
);
CREATE TABLE delta (
    from_sequence bigint PRIMARY KEY,
    to_sequence bigint NOT NULL UNIQUE,
    object      bytea NOT NULL REFERENCES object,
    unpacked    bigint NOT NULL,
    CHECK (from_sequence < to_sequence)
);
CREATE TABLE snapshot (
    sequence    bigint PRIMARY KEY,
    records     bigint NOT NULL,
    size        bigint NOT NULL,
    manifest    bytea NOT NULL REFERENCES object,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE digests (
    sequence    bigint PRIMARY KEY,
    object      bytea NOT NULL REFERENCES object,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Audit rows of every tablet, exactly as they were chained there.
CREATE TABLE audit (
    tablet      text NOT NULL REFERENCES tablet,
    sequence    bigint NOT NULL,
    event       bytea NOT NULL,
    hash        bytea NOT NULL CHECK (length(hash) = 32),
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tablet, sequence)
);

-- What the office itself did: who, what, of whom (no patient's name).
CREATE TABLE office_log (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    who         text NOT NULL,
    what        text NOT NULL,
    subject     text NOT NULL
);

-- What a restore leaves to be told.

-- One row after `kakari-region restore`: nothing is published until `generation next` has taken it away.
CREATE TABLE IF NOT EXISTS restored (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- When the backup was made, and when it was restored.
    backup_at   timestamptz NOT NULL,
    at          timestamptz NOT NULL DEFAULT now()
);

-- Certificates of this region's own authority that this database does not know: given out after the backup that it was
-- restored from. Nobody is let in by one; the office has to know whose they are.
CREATE TABLE unknown_certificate (
    serial      bytea PRIMARY KEY,
    role        text NOT NULL,
    subject     text NOT NULL,
    not_after   timestamptz NOT NULL,
    first_seen  timestamptz NOT NULL DEFAULT now(),
    last_seen   timestamptz NOT NULL DEFAULT now()
);

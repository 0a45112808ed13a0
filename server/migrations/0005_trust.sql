-- Regions whose residents' cards are read here as well, and the copies that cards carry.

-- Regions that this one trusts, each by the newest offer of its office that was accepted.
CREATE TABLE neighbour (
    feed        bytea PRIMARY KEY CHECK (length(feed) = 16),
    -- As this region's tablets show it.
    name        text NOT NULL UNIQUE,
    region_key  bytea NOT NULL CHECK (length(region_key) = 32),
    card_authority bytea NOT NULL UNIQUE CHECK (length(card_authority) = 65),
    -- By the other office's clock: an older offer never takes a newer one's place.
    offered_at  timestamptz NOT NULL,
    accepted_at timestamptz NOT NULL DEFAULT now(),
    accepted_by text NOT NULL
);
-- Its copy keys, 32 bytes each, sealed under the server key with the name 'neighbour <hex feed> <epoch>'.
CREATE TABLE neighbour_key (
    feed        bytea NOT NULL REFERENCES neighbour ON DELETE CASCADE,
    epoch       integer NOT NULL CHECK (epoch > 0),
    sealed      bytea NOT NULL,
    PRIMARY KEY (feed, epoch)
);
-- What was offered to whom. The keys themselves cannot be taken back: only a new vault epoch shuts out who has them.
CREATE TABLE trust_offer (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL,
    epochs      integer[] NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    by          text NOT NULL
);
-- The copy that each card carries: which version of the record, and when it was written.
CREATE TABLE card_copy (
    serial      bytea PRIMARY KEY REFERENCES card,
    version     bigint NOT NULL,
    written_at  timestamptz NOT NULL,
    by          text NOT NULL
);

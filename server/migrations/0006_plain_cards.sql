-- Number-only cards: cards that hold no key of the card authority's, known by an identifier that any reader reads.

CREATE TABLE plain_card (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- felica: IDm, 8 bytes; type-a: UID, 4, 7 or 10 bytes.
    kind        text NOT NULL CHECK (kind IN ('felica', 'type-a')),
    identifier  bytea NOT NULL,
    -- What stands for it among a roster's refused cards.
    revocation  bytea NOT NULL CHECK (length(revocation) = 20),
    resident    bigint NOT NULL REFERENCES resident,
    -- mistaken: registered for the wrong resident and taken back; as if it had never been.
    state       text NOT NULL CHECK (state IN ('active', 'lost', 'replaced', 'mistaken')),
    -- Only where a key of the region's was written to it (FeliCa Lite-S): the vault epoch that the key is derived from.
    key_epoch   integer REFERENCES vault_epoch,
    created_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    CHECK (CASE kind WHEN 'felica' THEN length(identifier) = 8 ELSE length(identifier) IN (4, 7, 10) END),
    CHECK ((state = 'active') = (ended_at IS NULL))
);
-- A card is one resident's. What ended stays taken: the rosters refuse it for good.
CREATE UNIQUE INDEX plain_card_once ON plain_card (kind, identifier) WHERE state <> 'mistaken';
CREATE INDEX plain_card_of_resident ON plain_card (resident);
-- Keys that end with an epoch.
CREATE INDEX plain_card_key ON plain_card (key_epoch) WHERE state = 'active' AND key_epoch IS NOT NULL;

-- Cards that are being issued, or were: one row for each certificate serial that was given out for one.
CREATE TABLE card_issue (
    serial      bytea PRIMARY KEY CHECK (length(serial) = 8),
    -- Whose card it becomes: one of the two.
    resident    bigint REFERENCES resident,
    staff       text REFERENCES staff,
    -- The card in whose place it comes.
    replaces    bytea,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    -- open: run the command again; issued: the card is registered; unusable: this serial's card never will be, and is refused.
    state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'issued', 'unusable')),
    -- The last step that was begun.
    step        text NOT NULL DEFAULT 'none',
    -- How often the step of the PUK was begun.
    puk_tries   smallint NOT NULL DEFAULT 0,
    -- Why it is unusable.
    why         text NOT NULL DEFAULT '',
    started_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    CHECK ((resident IS NULL) <> (staff IS NULL))
);
CREATE UNIQUE INDEX one_open_issue_of_resident ON card_issue (resident) WHERE state = 'open';
CREATE UNIQUE INDEX one_open_issue_of_staff ON card_issue (staff) WHERE state = 'open';

-- One-time codes for crews without a staff card, and what the office is shown of the tablets' audit.

-- A supervisor's one-time codes. Every tablet in service has three that are spare or given; their wraps are in the roster.
CREATE TABLE fallback_code (
    -- Random; the audit names a code by it.
    id          bytea PRIMARY KEY CHECK (length(id) = 8),
    tablet      text NOT NULL REFERENCES tablet,
    -- The 16 digits, sealed under the server key with the name 'fallback <tablet> <hex id>'.
    sealed      bytea NOT NULL,
    -- spare: waits; given: told to a crew; used: a tablet began a shift with it; void: nobody can use it any more.
    state       text NOT NULL CHECK (state IN ('spare', 'given', 'used', 'void')),
    created_at  timestamptz NOT NULL DEFAULT now(),
    -- The first roster that holds its wraps: a tablet that has an older one does not know the code.
    roster      bigint,
    given_by    text,
    -- Staff numbers, with commas between.
    given_for   text,
    given_at    timestamptz,
    -- By the tablet's clock.
    used_at     timestamptz,
    ended_at    timestamptz
);
CREATE INDEX fallback_of ON fallback_code (tablet, state);
-- A code's wrap of the vault key of one epoch, as it was made: made again it would be other bytes, and the roster another.
CREATE TABLE fallback_wrap (
    code        bytea NOT NULL REFERENCES fallback_code,
    epoch       integer NOT NULL,
    wrap        bytea NOT NULL,
    PRIMARY KEY (code, epoch)
);

-- How far each tablet's audit was looked through, and what was under way at that row (JSON).
CREATE TABLE watch (
    tablet      text PRIMARY KEY REFERENCES tablet,
    looked      bigint NOT NULL DEFAULT 0,
    carried     text NOT NULL DEFAULT '{}'
);
-- Uses of break-glass, by the row of their start; the use itself is JSON.
CREATE TABLE break_glass (
    tablet      text NOT NULL REFERENCES tablet,
    sequence    bigint NOT NULL,
    at          timestamptz NOT NULL,
    use         text NOT NULL,
    PRIMARY KEY (tablet, sequence)
);
CREATE INDEX break_glass_at ON break_glass (at);
-- Who looked at a use and what they found. Nothing is overwritten: the newest counts.
CREATE TABLE review (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tablet      text NOT NULL,
    sequence    bigint NOT NULL,
    verdict     text NOT NULL CHECK (verdict IN ('justified', 'questioned')),
    by          text NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    note        text NOT NULL DEFAULT '',
    -- Told by the tablet's own audit (kakari audit review): shown beside, and no word of the office's.
    on_tablet   boolean NOT NULL DEFAULT false,
    FOREIGN KEY (tablet, sequence) REFERENCES break_glass
);
CREATE INDEX review_of ON review (tablet, sequence, id);
-- Who was signed in where; by the row that says so.
CREATE TABLE shift (
    tablet      text NOT NULL REFERENCES tablet,
    began       bigint NOT NULL,
    staff       text NOT NULL,
    at          timestamptz NOT NULL,
    ended_at    timestamptz,
    -- Begun by a one-time code.
    fallback    boolean NOT NULL,
    -- The tablet's clock stood before what it knew.
    doubtful    boolean NOT NULL,
    PRIMARY KEY (tablet, began, staff)
);
CREATE INDEX shift_of ON shift (staff, at);
-- Single rows of the audit that the office is told of. The detail is JSON.
CREATE TABLE finding (
    tablet      text NOT NULL REFERENCES tablet,
    sequence    bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('limit', 'fallback', 'checkpoint', 'without_break_glass')),
    at          timestamptz NOT NULL,
    detail      text NOT NULL,
    PRIMARY KEY (tablet, sequence, kind)
);
-- What somebody has seen to, by the alert's name.
CREATE TABLE seen (
    alert       text PRIMARY KEY,
    by          text NOT NULL,
    at          timestamptz NOT NULL DEFAULT now()
);

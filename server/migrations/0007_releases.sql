-- Releases of the tablet's program that the feed offers: one for each architecture at a time.

CREATE TABLE release (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- As Debian names it.
    architecture text NOT NULL,
    -- major.minor.patch
    version     text NOT NULL,
    -- The two objects in the feed's store, of the kind 'release'. What ended may be deleted there.
    statement   bytea NOT NULL CHECK (length(statement) = 32),
    statement_size bigint NOT NULL,
    package     bytea NOT NULL CHECK (length(package) = 32),
    package_size bigint NOT NULL,
    offered_at  timestamptz NOT NULL DEFAULT now(),
    offered_by  text NOT NULL,
    -- Replaced by a later one, or withdrawn.
    ended_at    timestamptz,
    ended_by    text,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX one_release_of_an_architecture ON release (architecture) WHERE ended_at IS NULL;

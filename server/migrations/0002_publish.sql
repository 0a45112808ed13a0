-- What the publisher looks for every second.

-- Removals go before everything else that waits.
CREATE INDEX change_removal ON change (id) WHERE what = 'removal';
-- Records that an older vault key still seals, and how many there are at all.
CREATE INDEX published_epoch ON published (epoch) WHERE NOT removed;
-- Tombstones that nobody needs any more.
CREATE INDEX published_removed ON published (sequence) WHERE removed;

-- The sequence at which the version that stands was sealed. A later change of cards has a sequence of its own, and rests
-- on that one.
ALTER TABLE published ADD COLUMN sealed bigint NOT NULL DEFAULT 0;
CREATE INDEX published_sealed ON published (sealed) WHERE sealed < sequence AND NOT removed;

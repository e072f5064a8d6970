-- The texts of every version of the protocols that was in force, so that a stay which was planned
-- with one goes on by it, whatever lies on the disk by then. Never changed, never removed.
CREATE TABLE protocol_version (
    version TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (body GLOB '{*}')
) STRICT;

CREATE TRIGGER protocol_version_stays_as_it_is BEFORE UPDATE ON protocol_version
BEGIN
    SELECT raise(ABORT, 'a kept version of the protocols is never changed');
END;

CREATE TRIGGER protocol_version_is_kept BEFORE DELETE ON protocol_version
BEGIN
    SELECT raise(ABORT, 'a kept version of the protocols is never removed');
END;

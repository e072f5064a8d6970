-- The schema of a new ledger, for reading. It comes from Schemas/store; to write it
-- anew: SCC_UPDATE_SCHEMAS=1 swift test --filter SchemaTests
PRAGMA application_id = 1935893348;
PRAGMA user_version = 2;

CREATE TABLE event (
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    at INTEGER NOT NULL,
    stay INTEGER REFERENCES stay (id),
    kind TEXT NOT NULL,
    person TEXT,
    uid INTEGER,
    pid INTEGER,
    body TEXT NOT NULL CHECK (body GLOB '{*}')
) STRICT;

CREATE INDEX event_of_stay ON event (stay, seq);

CREATE TRIGGER event_follows BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
BEGIN
    SELECT raise(ABORT, 'an event follows the last one');
END;

CREATE TRIGGER event_stays_as_it_is BEFORE UPDATE ON event
BEGIN
    SELECT raise(ABORT, 'an event is never changed');
END;

CREATE TRIGGER event_is_kept BEFORE DELETE ON event
BEGIN
    SELECT raise(ABORT, 'an event is never removed');
END;

CREATE TABLE stay (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    ward TEXT NOT NULL,
    bed TEXT NOT NULL,
    admission TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    body TEXT NOT NULL CHECK (body GLOB '{*}')
) STRICT;

CREATE UNIQUE INDEX stay_active_admission ON stay (admission) WHERE active = 1;

CREATE TABLE care_item (
    stay INTEGER NOT NULL REFERENCES stay (id),
    number INTEGER NOT NULL CHECK (number > 0),
    activity TEXT NOT NULL,
    due INTEGER,
    phase TEXT,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    body TEXT NOT NULL CHECK (body GLOB '{*}'),
    PRIMARY KEY (stay, number)
) STRICT;

CREATE TABLE alert (
    stay INTEGER NOT NULL REFERENCES stay (id),
    number INTEGER NOT NULL CHECK (number > 0),
    rule TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    body TEXT NOT NULL CHECK (body GLOB '{*}'),
    PRIMARY KEY (stay, number)
) STRICT;

CREATE TABLE hold (
    stay INTEGER NOT NULL REFERENCES stay (id),
    number INTEGER NOT NULL CHECK (number > 0),
    until INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    body TEXT NOT NULL CHECK (body GLOB '{*}'),
    PRIMARY KEY (stay, number)
) STRICT;

CREATE TABLE technical_alert (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    rule TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    body TEXT NOT NULL CHECK (body GLOB '{*}')
) STRICT;

CREATE TABLE identity (
    stay INTEGER PRIMARY KEY REFERENCES stay (id),
    name TEXT NOT NULL,
    record_number TEXT NOT NULL
) STRICT;

CREATE TABLE answer (
    request TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    receipt TEXT NOT NULL CHECK (receipt GLOB '{*}'),
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alive (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    at INTEGER NOT NULL
) STRICT;

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

/* Plain SQLite in C, as durable as the ledger (WAL, synchronous FULL): for each completion one
 * insert into a record that only grows and one update of a current state of 200 rows.
 *
 *   sqlite_commit FILE SECONDS BATCH
 *
 * BATCH completions share a transaction. Times are those of transactions; the rate is that of
 * completions.
 */
#include "latency.h"

#include <sqlite3.h>
#include <string.h>

enum { ITEMS = 200 };

static sqlite3 *database;

static void check(int code, int expected)
{
    if (code == expected)
        return;
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(database));
    exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, 0, 0, 0), SQLITE_OK); }

static void step(sqlite3_stmt *statement)
{
    check(sqlite3_step(statement), SQLITE_DONE);
    check(sqlite3_reset(statement), SQLITE_OK);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s FILE SECONDS BATCH\n", argv[0]);
        return 64;
    }
    int batch = atoi(argv[3]);
    char event[301] = "", item[401] = "";
    memset(event, 'e', 300);
    memset(item, 'i', 400);
    check(sqlite3_open(argv[1], &database), SQLITE_OK);
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER, stay INTEGER, body TEXT);"
        "CREATE TABLE item (stay INTEGER PRIMARY KEY, due INTEGER, body TEXT);");
    sqlite3_stmt *begin, *commit, *insert, *update, *fill;
    check(sqlite3_prepare_v2(database, "BEGIN IMMEDIATE", -1, &begin, 0), SQLITE_OK);
    check(sqlite3_prepare_v2(database, "COMMIT", -1, &commit, 0), SQLITE_OK);
    check(sqlite3_prepare_v2(database, "INSERT INTO event (at, stay, body) VALUES (?, ?, ?)", -1,
                             &insert, 0), SQLITE_OK);
    check(sqlite3_prepare_v2(database, "UPDATE item SET due = ?, body = ? WHERE stay = ?", -1,
                             &update, 0), SQLITE_OK);
    check(sqlite3_prepare_v2(database, "INSERT INTO item VALUES (?, 0, ?)", -1, &fill, 0), SQLITE_OK);
    step(begin);
    for (int stay = 0; stay < ITEMS; stay++) {
        sqlite3_bind_int(fill, 1, stay);
        sqlite3_bind_text(fill, 2, item, -1, SQLITE_STATIC);
        step(fill);
    }
    step(commit);
    sqlite3_bind_text(insert, 3, event, -1, SQLITE_STATIC);
    sqlite3_bind_text(update, 2, item, -1, SQLITE_STATIC);
    uint64_t started = now_ns(), end = started + (uint64_t)(atof(argv[2]) * 1e9), now = started;
    for (int done = 0; now < end;) {
        uint64_t from = now_ns();
        step(begin);
        for (int i = 0; i < batch; i++, done++) {
            item[done % 400] ^= 1;
            sqlite3_bind_int(insert, 1, done);
            sqlite3_bind_int(insert, 2, done % ITEMS);
            step(insert);
            sqlite3_bind_int(update, 1, done);
            sqlite3_bind_int(update, 3, done % ITEMS);
            step(update);
        }
        step(commit);
        now = now_ns();
        note_latency(now - from);
    }
    return print_latencies((now - started) / (uint64_t)batch);
}

#ifndef SCC_CSQLITESHIM_H
#define SCC_CSQLITESHIM_H

#include <sqlite3.h>
#include <sys/vfs.h>

// sqlite3_db_config is variadic, which Swift cannot call. Each function sets one switch of a
// connection and answers SQLITE_OK only when SQLite says that the switch now stands as asked.

static inline int scc_sqlite_switch(sqlite3 *connection, int which, int wanted) {
    int now = -1;
    int code = sqlite3_db_config(connection, which, wanted, &now);
    if (code != SQLITE_OK) return code;
    return now == wanted ? SQLITE_OK : SQLITE_ERROR;
}

/// SQL can no longer damage the file on purpose (writable_schema, shadow tables, journal_mode=OFF).
static inline int scc_sqlite_defend(sqlite3 *connection) {
    return scc_sqlite_switch(connection, SQLITE_DBCONFIG_DEFENSIVE, 1);
}

/// Functions named by the schema of the file run only if they are harmless.
static inline int scc_sqlite_distrust_schema(sqlite3 *connection) {
    return scc_sqlite_switch(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
}

/// Closing the connection leaves the WAL alone.
static inline int scc_sqlite_never_checkpoint_on_close(sqlite3 *connection) {
    return scc_sqlite_switch(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
}

/// Pages that the connection wrote since the last call; in WAL mode, frames.
static inline int scc_sqlite_take_pages_written(sqlite3 *connection) {
    int now = 0, highest = 0;
    sqlite3_db_status(connection, SQLITE_DBSTATUS_CACHE_WRITE, &now, &highest, 1);
    return now;
}

/// The number of the file system that holds a path (statfs(2), which Glibc's module leaves out);
/// -1 with errno when there is none.
static inline long scc_file_system_type(const char *path) {
    struct statfs system;
    return statfs(path, &system) == 0 ? (long)system.f_type : -1;
}

#endif

# Turns figures and goals into the tables of docs/performance.md.
#
#   awk -f report.awk FIGURES GOALS
#
# FIGURES: a line "key value" for each round. GOALS: "section|what|figure|beside|relation|must|stretch|unit",
# where the relation is
#   slower    figure / beside, at most          ahead   beside / figure, at least
#   faster    figure / beside, at least         value   the figure itself, at most
#   show      figure / beside, without a goal

function median(key,    n, i, j, kept, values) {
    n = split(figures[key], values, " ")
    if (n == 0) return ""
    for (i = 2; i <= n; i++) {
        kept = values[i] + 0
        for (j = i - 1; j >= 1 && values[j] + 0 > kept; j--) values[j + 1] = values[j]
        values[j + 1] = kept
    }
    return values[int((n + 1) / 2)] + 0
}

function digits(value) {
    return value >= 100 ? sprintf("%.0f", value) : value >= 10 ? sprintf("%.1f", value) : sprintf("%.2f", value)
}

function shown(value, unit) {
    if (value == "") return "-"
    if (unit == "us" && value >= 1000) return digits(value / 1000) " ms"
    if (unit == "us") return digits(value) " us"
    return digits(value) (unit == "" ? "" : " " unit)
}

function pad(text, width) { while (length(text) < width) text = text " "; return text }

function cell(text) {
    column++
    cells[rows, column] = text
    if (length(text) > width[column]) width[column] = length(text)
}

function flush_table(    row, i, line, rule) {
    for (row = 1; row <= rows; row++) {
        line = "|"
        rule = "|"
        for (i = 1; i <= column; i++) {
            line = line " " pad(cells[row, i], width[i]) " |"
            rule = rule " " substr("------------------------------------------------------------", 1, width[i]) " |"
        }
        print line
        if (row == 1) print rule
    }
    rows = 0
    for (i in width) delete width[i]
}

function new_row() { rows++; column = 0 }

function header_of(section) {
    if (printed) { flush_table(); print "" }
    printed = 1
    print "### " section
    print ""
    new_row()
    cell("what"); cell("sccd"); cell("beside"); cell("ratio"); cell("goal"); cell("stretch"); cell("result")
}

function passes(value, relation, goal) {
    return relation == "ahead" || relation == "faster" ? value >= goal : value <= goal
}

function wheel_row(timers, impl,    i, base) {
    base = "wheel." timers "." impl
    new_row()
    cell(impl)
    split("cold cancel warm churn move fire memory.fresh memory.worst", phases, " ")
    for (i = 1; i <= 8; i++) cell(shown(median(base "." phases[i]), ""))
}

function rate_row(name, key) {
    if (median(key ".p50") == "") return
    new_row()
    cell(name); cell(shown(median(key ".rate"), "")); cell(shown(median(key ".p50"), "us"))
    cell(shown(median(key ".p99"), "us")); cell(shown(median(key ".max"), "us"))
}

FNR == NR { figures[$1] = figures[$1] " " $2; next }
/^ *$/ { next }
{
    split($0, goal, "|")
    if (goal[1] != section) { section = goal[1]; header_of(section) }
    split(goal[4], anchor, "=")
    own = median(goal[3]); other = anchor[2] == "" ? "" : median(anchor[2])
    relation = goal[5]; must = goal[6]; stretch = goal[7]; unit = goal[8]
    value = relation == "value" ? own : other == "" || own == "" ? "" : relation == "ahead" ? other / own : own / other
    sign = relation == "ahead" || relation == "faster" ? ">= " : "<= "
    suffix = relation == "value" ? "" : " x"
    new_row()
    cell(goal[2]); cell(shown(own, unit))
    cell(anchor[2] == "" ? "" : anchor[1] " " shown(other, unit))
    cell(relation == "value" ? "" : value == "" ? "-" : digits(value) " x")
    if (relation == "show") { cell(""); cell(""); cell(""); next }
    cell(must == "" ? "" : sign (relation == "value" ? shown(must, unit) : must suffix))
    cell(stretch == "" ? "" : sign (relation == "value" ? shown(stretch, unit) : stretch suffix))
    if (value == "") { cell("not measured"); missing++; next }
    if (must != "" && !passes(value, relation, must)) { cell("MISSED"); missed++; next }
    if (stretch != "" && passes(value, relation, stretch)) { cell(must == "" ? "met" : "met, and the stretch"); met++; next }
    if (must == "") { cell("stretch missed"); next }
    cell("met"); met++
}
END {
    flush_table()
    printf "\n%d goals met, %d missed, %d not measured.\n", met, missed, missing

    print "\n## All figures\n"
    for (n = 10000; n <= 1000000; n *= 100) {
        printf "Nanoseconds of processor time per operation, and bytes per timer, with %d timers:\n\n", n
        new_row()
        cell("timers"); cell("cold"); cell("cancel"); cell("warm"); cell("churn"); cell("move"); cell("fire")
        cell("bytes fresh"); cell("bytes worst")
        split("sccd c_wheel sccd_handles c_handles libev libevent libuv", impls, " ")
        for (k = 1; k <= 7; k++) wheel_row(n, impls[k])
        flush_table()
        print ""
    }
    print "Longest single calls with 1000000 timers:\n"
    new_row()
    split("schedule cancel advance next-due catch-up", calls, " ")
    for (k = 1; k <= 5; k++) cell(calls[k])
    new_row()
    for (k = 1; k <= 5; k++) cell(shown(median("wheel.1000000.sccd.longest-" calls[k]), "us"))
    flush_table()
    print "\nOver the socket and onto the disk:\n"
    new_row()
    cell("load"); cell("a second"); cell("p50"); cell("p99"); cell("longest")
    split("sccd bare", servers, " ")
    for (k = 1; k <= 2; k++) {
        rate_row("50 stations at 1 Hz, 200, " servers[k], "poll.open." servers[k] ".200")
        rate_row("50 stations at 1 Hz, 304, " servers[k], "poll.open." servers[k] ".304")
        rate_row("50 connections, 200, " servers[k], "poll.closed." servers[k] ".200")
        rate_row("50 connections, 304, " servers[k], "poll.closed." servers[k] ".304")
    }
    rate_row("completions, 1 client, sccd", "complete.1.sccd")
    rate_row("completions, 50 clients, sccd", "complete.50.sccd")
    rate_row("SQLite, 1 a transaction", "complete.1.sqlite")
    rate_row("SQLite, 50 a transaction", "complete.50.sqlite")
    rate_row("Redis, 1 client", "complete.1.redis")
    rate_row("Redis, 50 clients", "complete.50.redis")
    rate_row("overwrite 4 KiB + fdatasync", "floor")
    flush_table()
}

/// One measured figure.
struct BenchmarkRow {
    /// What was measured, such as "wheel 1000000".
    let group: String
    /// What was done, such as "churn".
    let name: String
    /// Which figure of it, such as "median".
    let metric: String
    let value: Double
    let unit: String
}

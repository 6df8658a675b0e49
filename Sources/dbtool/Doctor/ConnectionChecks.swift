import OperationMetrics
import Postgres

/// Looks at the way to the server: encryption, time, and whether both ends agree on what time it is.
struct ConnectionChecks {
  let connection: any Connection
  /// Where libpq connects to; nil for the Data API.
  let conninfo: String?

  /// Migrations are ordered by time, and AWS refuses signatures that are five minutes off.
  private static let tolerance: Duration = .seconds(5)
  private static let limit: Duration = .seconds(240)

  func run() throws -> [Diagnosis] {
    var best = Duration.seconds(3_600)
    var difference = Duration.zero
    for _ in 0..<5 {
      let (before, clock) = (WallClock.now, ContinuousClock.now)
      let answer = try connection.execute(
        "SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint::text")
      let took = ContinuousClock.now - clock
      guard took < best, let milliseconds = answer.scalar.flatMap({ Int64($0) }) else { continue }
      best = took
      difference = .milliseconds(milliseconds) - (before + took / 2)
    }
    return [try encryption(roundTrip: best), clock(difference)]
  }

  private func clock(_ difference: Duration) -> Diagnosis {
    let size = difference < .zero ? .zero - difference : difference
    guard size > Self.tolerance else {
      return Diagnosis("clock", .good, "the clocks here and on the server agree")
    }
    // Who is behind is told by the sign: the server's time less ours.
    let words =
      "the clock here is \(TimeText.text(size.components.seconds)) "
      + (difference > .zero ? "behind the server's" : "ahead of the server's")
    return Diagnosis(
      "clock", size > Self.limit ? .bad : .doubtful, words,
      remedy: "set the clock, by NTP for example: versions of new migrations come from it, and AWS "
        + "refuses signatures that are five minutes off")
  }

  private func encryption(roundTrip: Duration) throws -> Diagnosis {
    let took = "round trip \(Self.milliseconds(roundTrip)) ms"
    guard let conninfo else {
      return Diagnosis("connection", .good, "the Data API answers, \(took)")
    }
    let answer = try connection.execute(
      "SELECT ssl::text, version FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()"
    )
    if let row = answer.rows.first, row.bool(0) {
      return Diagnosis("connection", .good, "encrypted by \(row.text(1)), \(took)")
    }
    guard !Self.isLocal(conninfo) else {
      return Diagnosis("connection", .good, "a server on this machine, \(took)")
    }
    return Diagnosis(
      "connection", .bad, "passwords and rows go over the network without encryption, \(took)",
      remedy: "add sslmode=verify-full to the URL, and see that the server has ssl = on")
  }

  /// True for a socket and for loopback, by what the host is called.
  private static func isLocal(_ conninfo: String) -> Bool {
    let settings = LibPQConnection.settings(ofConninfo: conninfo) ?? [:]
    guard let host = settings["host"] ?? settings["hostaddr"] ?? Environment.current["PGHOST"]
    else { return true }
    return host.split(separator: ",").allSatisfy { name in
      name.hasPrefix("/") || name.hasPrefix("@") || name.hasPrefix("127.")
        || ["localhost", "::1"].contains(name)
    }
  }

  private static func milliseconds(_ duration: Duration) -> String {
    let tenths = Int(duration / .microseconds(100))
    return "\(tenths / 10).\(tenths % 10)"
  }
}

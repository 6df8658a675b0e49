#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// When the parts of a report began and ended.
struct ReportClock: Sendable {
  private let start: Date?

  /// The clock of a report.
  init(_ report: CheckReport) {
    start = try? Date(report.startedAt, strategy: .iso8601)
  }

  /// The time so many milliseconds after the beginning, as RFC 3339 in UTC; nil when the report does
  /// not say when it began.
  func time(afterMs milliseconds: Int) -> String? {
    start.map { $0.addingTimeInterval(Double(milliseconds) / 1_000).formatted(.iso8601) }
  }
}

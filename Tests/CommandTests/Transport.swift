import Testing

/// How a command reaches its database.
enum Transport: String, CaseIterable {
  case libpq
  case dataAPI = "Data API"

  /// That of the test that runs.
  @TaskLocal static var current = Transport.libpq
}

/// Runs each test of a suite once over each transport.
struct OverBothTransports: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    for transport in Transport.allCases {
      try await Transport.$current.withValue(transport) { try await function() }
    }
  }
}

extension Trait where Self == OverBothTransports {
  /// Each test runs over libpq, and once more over the Data API.
  static var overBothTransports: Self { Self() }
}

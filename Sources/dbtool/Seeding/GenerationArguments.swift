import ArgumentParser
import Seeding

/// What the command line says about rows that are made up.
struct GenerationArguments: ParsableArguments {
  @Option(name: .customLong("tenants"), help: "Make so many new tenants and rows for each.")
  var newTenants: Int?
  @Option(help: "How many rows to make up in all; by default what seeds/*.yaml say.")
  var rows: Int?
  @Option(help: "What all random numbers come from: the same number gives the same rows (1).")
  var randomSeed: UInt64 = 1
  @Option(help: "The day that counts as today, around which dates lie (2026-07-01).")
  var today: String?

  /// True when rows are asked for, whatever the files say.
  var isAsked: Bool { newTenants != nil || rows != nil }

  mutating func validate() throws {
    if let newTenants, !(1...100_000).contains(newTenants) {
      throw ValidationError("--tenants must be 1 to 100000")
    }
    if let rows, !(1...10_000_000_000).contains(rows) {
      throw ValidationError("--rows must be 1 to 10000000000")
    }
    if let today, GenerationOptions.day(today) == nil {
      throw ValidationError("--today must be a date as 2026-07-01")
    }
  }
}

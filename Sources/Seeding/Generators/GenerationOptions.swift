package import Tenants

/// What rows are wanted.
package struct GenerationOptions: Sendable, Equatable {
  /// What all random numbers come from.
  package var seed: UInt64 = 1
  /// The ids of tenants that get rows; those that are not there yet are made.
  package var tenants: [String] = []
  /// How many further tenants are made.
  package var newTenants = 0
  /// How many rows are made in all; nil for what the manifest says or a few.
  package var rows: Int?
  /// The day that counts as today, since 1970-01-01: the dates of rows lie around it.
  package var today = GenerationOptions.usualToday
  /// How tenants are told apart.
  package var tenancy = TenancyOptions()
  /// What is said of tables and columns.
  package var manifest = SeedManifest()

  /// 2026-07-01: a day that stays, since rows must not depend on when they are made.
  package static let usualToday = CivilDate(year: 2026, month: 7, day: 1).days

  /// Options with the usual values.
  package init() {}

  /// The day that a date names; nil for what is no date.
  package static func day(_ text: String) -> Int? {
    text.utf8.count == 10 ? NumberFormat.date.units(text) : nil
  }
}

/// Who may agree to what, and what is looked at before COMMIT.
package struct PolicyConsent {
  /// True when everything is agreed to beforehand.
  package var isUnconditional: Bool
  /// Asked once before objects are changed so that more may get through; false stops everything.
  package var agrees: ([ObjectChange]) throws -> Bool
  /// Called inside the transaction when all is changed; throws to have it rolled back.
  ///
  /// Hears the objects that changed, and when to be done: tables are locked meanwhile.
  package var verify: (([ObjectChange], ContinuousClock.Instant) throws -> Void)?
  /// Hears what is waited for.
  package var progress: (String) -> Void

  /// Consent to nothing but tightening.
  package init(
    isUnconditional: Bool = false,
    agrees: @escaping ([ObjectChange]) throws -> Bool = { _ in false },
    verify: (([ObjectChange], ContinuousClock.Instant) throws -> Void)? = nil,
    progress: @escaping (String) -> Void = { _ in }
  ) {
    self.isUnconditional = isUnconditional
    self.agrees = agrees
    self.verify = verify
    self.progress = progress
  }
}

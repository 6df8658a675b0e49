import ArgumentParser

/// A time that a statement may wait for a lock, as people write it.
struct LockTimeout: ExpressibleByArgument {
  /// As the setting `lock_timeout` takes it.
  let setting: String
  /// The same as a length of time.
  let duration: Duration

  /// From milliseconds, or a number with `ms` or `s`; not 0, which would be no limit at all, and at
  /// most a minute.
  init?(argument: String) {
    let isSeconds = argument.hasSuffix("s") && !argument.hasSuffix("ms")
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    guard ["", "ms", "s"].contains(argument.dropFirst(digits.count)), digits.count <= 5,
      let number = Int(digits)
    else { return nil }
    let milliseconds = isSeconds ? number * 1_000 : number
    guard (1...60_000).contains(milliseconds) else { return nil }
    setting = "\(milliseconds)ms"
    duration = .milliseconds(milliseconds)
  }
}

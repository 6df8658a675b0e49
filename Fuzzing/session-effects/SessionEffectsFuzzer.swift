import SQLSyntax

/// What a text does to a session, read in two ways that must agree, and without a crash.
///
/// libFuzzer calls it with bytes of its making; LLVM documentation, "libFuzzer – a library for
/// coverage-guided fuzz testing".
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSessionEffects(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A NUL ends a text for the parser, and no transport sends one.
  let bytes = UnsafeBufferPointer(start: data, count: count).prefix { $0 != 0 }
  let text = String(decoding: bytes, as: UTF8.self)
  let quick = SessionEffect.effects(of: text)
  let parsed = SessionEffect.parsedEffects(of: text)
  // What the server refuses to parse does nothing, whatever is read in it.
  if let parsed, quick != parsed {
    fatalError("\(quick) is not \(parsed): \(text.debugDescription)")
  }
  return 0
}

/// SwiftPM gives a program's main function a name of its own, so libFuzzer's is not taken.
@_cdecl("fuzz_session_effects_main")
public func runFuzzer(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  var count = count
  var arguments = arguments
  return LLVMFuzzerRunDriver(&count, &arguments, fuzzSessionEffects)
}

@_silgen_name("LLVMFuzzerRunDriver")
private func LLVMFuzzerRunDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

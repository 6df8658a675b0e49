#if canImport(Glibc)
  package import Glibc

  /// What glibc adds to posix_spawn(3) and Swift's view of its headers leaves out.
  ///
  /// The headers declare these only under _GNU_SOURCE, so they are looked up by name, which at the
  /// same time copes with a C library that does not have them.
  package enum SpawnExtensions {
    /// The value in glibc's <spawn.h> (2.26 and later).
    static let setsid: Int32 = 0x80

    /// Has the child begin in `directory` (glibc 2.29 and later).
    package static func addChangeDirectory(
      _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ directory: String
    ) {
      typealias Function =
        @convention(c) (
          UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>
        ) -> Int32
      guard let symbol = dlsym(nil, "posix_spawn_file_actions_addchdir_np") else { return }
      _ = unsafeBitCast(symbol, to: Function.self)(actions, directory)
    }

    /// Has the child close every descriptor from `first` on (glibc 2.34 and later).
    ///
    /// Without it, those that this module opens are close-on-exec all the same.
    package static func addCloseFrom(
      _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ first: Int32
    ) {
      typealias Function =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
      guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
      _ = unsafeBitCast(symbol, to: Function.self)(actions, first)
    }
  }
#endif

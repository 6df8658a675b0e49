import Processes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files and directories through POSIX calls.
package enum FileSystem {
  /// The directory that holds `path`.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `path` without symbolic links; nil when nothing is there.
  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// True for a file that this process may run.
  static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// True when anything is called `path`, a dangling link included.
  static func exists(_ path: String) -> Bool {
    var info = stat()
    return lstat(path, &info) == 0
  }

  /// The names in a directory, in no order; empty when it can't be read.
  static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    return rawNames(stream).map { name in
      name.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { String(cString: $0) } ?? ""
      }
    }
  }

  /// Makes a directory; with `mode` exactly, whatever the umask is.
  ///
  /// - Returns: False when something of that name exists.
  @discardableResult
  static func makeDirectory(_ path: String, mode: mode_t) throws -> Bool {
    if mkdir(path, mode) != 0 {
      if errno == EEXIST { return false }
      throw LocalPostgresError.system("cannot create the directory \(path)")
    }
    guard chmod(path, mode) == 0 else {
      throw LocalPostgresError.system("cannot set the mode of \(path)")
    }
    return true
  }

  /// Makes a directory and those above it that are missing.
  static func makeDirectories(_ path: String, mode: mode_t) throws {
    if exists(path) { return }
    let above = parent(of: path)
    if above != path { try makeDirectories(above, mode: mode) }
    try makeDirectory(path, mode: mode)
  }

  /// The text of a file; nil when it can't be read.
  ///
  /// A symbolic link is not followed.
  static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return String(decoding: Descriptor.readAll(descriptor), as: UTF8.self)
  }

  /// Replaces a file as one step: other processes see the old text or the new one.
  static func replace(_ path: String, with text: String, mode: mode_t) throws {
    let draft = path + ".new-" + RandomToken.name(count: 6)
    try write(draft, text, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    guard rename(draft, path) == 0 else {
      let error = LocalPostgresError.system("cannot replace \(path)")
      unlink(draft)
      throw error
    }
  }

  /// Adds text at the end of an existing file.
  static func append(_ path: String, _ text: String) throws {
    try write(path, text, flags: O_WRONLY | O_APPEND, mode: 0o600)
  }

  /// Replaces the text of an existing file, whose owner and mode stay.
  static func overwrite(_ path: String, _ text: String) throws {
    try write(path, text, flags: O_WRONLY | O_TRUNC, mode: 0o600)
  }

  private static func write(
    _ path: String, _ text: String, flags: Int32, mode: mode_t
  ) throws {
    let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw LocalPostgresError.system("cannot write \(path)") }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glue.write(descriptor, $0) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw LocalPostgresError.system("cannot write \(path)") }
      rest = rest.dropFirst(count)
    }
  }

  /// Removes whatever is called `path`, with everything in it; nothing there is fine.
  ///
  /// Goes down by descriptors and follows no symbolic link, so that another user who can write
  /// in the tree can't lead it elsewhere.
  ///
  /// - Throws: `LocalPostgresError` of code `system`.
  package static func removeTree(_ path: String) throws {
    guard remove(parent: AT_FDCWD, path) else {
      throw LocalPostgresError.system("cannot remove \(path)")
    }
  }

  private static func remove(parent: Int32, _ name: UnsafePointer<CChar>) -> Bool {
    // Several times, because a server that is just ending may still add a file.
    for _ in 0..<20 {
      if unlinkat(parent, name, 0) == 0 || errno == ENOENT { return true }
      // Linux says EISDIR of a directory, Darwin EPERM.
      guard errno == EISDIR || errno == EPERM else { return false }
      let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { return errno == ENOENT }
      guard let stream = fdopendir(descriptor) else {
        close(descriptor)
        return false
      }
      let isEmptied = rawNames(stream).allSatisfy { remove(parent: descriptor, $0) }
      closedir(stream)
      guard isEmptied else { return false }
      if unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return true }
      guard errno == ENOTEMPTY || errno == EEXIST else { return false }
      usleep(5_000)
    }
    return false
  }

  private static func rawNames(_ stream: DirectoryStream) -> [[CChar]] {
    var names: [[CChar]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }
      }
      if name == [46] || name == [46, 46] { continue }
      names.append(name + [0])
    }
    return names
  }

  #if canImport(Darwin)
    private typealias DirectoryStream = UnsafeMutablePointer<DIR>
  #else
    private typealias DirectoryStream = OpaquePointer
  #endif

  /// write(2), which a function of this type would hide.
  private enum Glue {
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
      #if canImport(Darwin)
        Darwin.write(descriptor, bytes.baseAddress, bytes.count)
      #else
        Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      #endif
    }
  }
}

extension LocalPostgresError {
  /// A failed system call, with the reason that `errno` gives.
  static func system(_ message: String) -> LocalPostgresError {
    LocalPostgresError(.system, "\(message): \(String(cString: strerror(errno)))")
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many files a directory tree holds and how large they are together.
struct Census {
  /// The number of regular files.
  private(set) var files = 0
  /// The sum of their sizes.
  private(set) var bytes = 0

  /// Counts what is under `directory`.
  init(of directory: String) { count(directory) }

  private mutating func count(_ directory: String) {
    for name in FileSystem.names(in: directory) {
      let path = directory + "/" + name
      var info = stat()
      guard lstat(path, &info) == 0 else { continue }
      switch info.st_mode & S_IFMT {
      case S_IFDIR: count(path)
      case S_IFREG:
        files += 1
        bytes += Int(info.st_size)
      default: continue
      }
    }
  }
}

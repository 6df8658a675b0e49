#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What a folder's files look like from outside: enough to see that none was changed, and cheap
/// enough to look at thousands.
///
/// It is what git keeps in its index for the same purpose: inode, size and time of change. The last
/// one is set by the kernel and by nobody else.
package struct FolderStamp: Sendable, Equatable {
  /// Names and numbers of all files, in one order for one state of the folder.
  package private(set) var bytes: [UInt8] = []
  /// When a file was changed last, in nanoseconds since 1970.
  package private(set) var newestChange: Int64 = 0

  /// Looks at the files of a folder whose names end in `suffix`, whatever the case of its letters.
  ///
  /// Nil when anything in it cannot be looked at.
  package init?(folder: String, suffix: String) {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    let ending = Array(suffix.utf8)
    var entries: [(inode: UInt64, bytes: [UInt8])] = []
    while let entry = readdir(directory) {
      let name = Self.name(of: entry)
      guard name.count >= ending.count,
        zip(name.suffix(ending.count), ending).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 })
      else { continue }
      var status = stat()
      guard fstatat(dirfd(directory), name.map { CChar(bitPattern: $0) } + [0], &status, 0) == 0
      else { return nil }
      #if canImport(Glibc)
        let time = status.st_ctim
      #else
        let time = status.st_ctimespec
      #endif
      let change = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
      newestChange = max(newestChange, change)
      let inode = UInt64(status.st_ino)
      var bytes = name
      for number in [inode, UInt64(status.st_size), UInt64(bitPattern: change)] {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
      }
      entries.append((inode, bytes))
    }
    // Two names of one file have one inode.
    entries.sort { ($0.inode, $0.bytes.count) < ($1.inode, $1.bytes.count) }
    for entry in entries {
      withUnsafeBytes(of: UInt32(entry.bytes.count).littleEndian) { bytes += $0 }
      bytes += entry.bytes
    }
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
    withUnsafePointer(to: &entry.pointee.d_name) { name in
      name.withMemoryRebound(to: UInt8.self, capacity: MemoryLayout.size(ofValue: name.pointee)) {
        Array(UnsafeBufferPointer(start: $0, count: strlen(name: $0)))
      }
    }
  }

  private static func strlen(name: UnsafePointer<UInt8>) -> Int {
    var length = 0
    while name[length] != 0 { length += 1 }
    return length
  }
}

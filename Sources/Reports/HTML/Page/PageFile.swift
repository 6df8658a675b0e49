internal import Digests

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A file of this folder that becomes part of every page.
struct PageFile: Sendable {
  /// What is in it.
  let text: String

  /// The look of the page.
  static let style = PageFile(PackageResources.page_css)
  /// What makes it answer.
  static let script = PageFile(PackageResources.page_js)

  /// What is for who edits the file, indents and lines of comment, stays out of the page.
  private init(_ bytes: [UInt8]) {
    text = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n")
      .map { $0.drop { $0 == " " } }
      .filter { !$0.isEmpty && !$0.hasPrefix("//") }
      .joined(separator: "\n")
  }

  /// The file as a content security policy names it, so that a browser runs it and nothing else.
  var permission: String {
    let digits = Array(SHA256.hexDigest(of: text.utf8).utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { start in
      UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16)
    }
    return "'sha256-\(Data(bytes).base64EncodedString())'"
  }
}

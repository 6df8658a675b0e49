internal import CExpat

/// An element of an XML document, as the services of AWS with the Query protocol answer.
struct XMLElement: Equatable {
  /// Its name, with the prefix where it has one.
  var name: String
  /// The text in it, apart from that of its children.
  var text = ""
  /// The elements in it.
  var children: [XMLElement] = []

  /// Answers are a dozen elements deep.
  private static let deepest = 64

  /// The root of a document; nil for what is no XML.
  init?(_ bytes: [UInt8]) {
    guard let parser = XML_ParserCreate("UTF-8") else { return nil }
    defer { XML_ParserFree(parser) }
    let tree = Tree()
    // The tree lives until this function returns, and expat calls back only while it parses.
    XML_SetUserData(parser, Unmanaged.passUnretained(tree).toOpaque())
    XML_SetElementHandler(
      parser,
      { data, name, _ in
        guard let data, let name else { return }
        Unmanaged<Tree>.fromOpaque(data).takeUnretainedValue().open(String(cString: name))
      },
      { data, _ in
        guard let data else { return }
        Unmanaged<Tree>.fromOpaque(data).takeUnretainedValue().close()
      })
    XML_SetCharacterDataHandler(parser) { data, text, count in
      guard let data, let text else { return }
      let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
      Unmanaged<Tree>.fromOpaque(data).takeUnretainedValue().add(
        String(decoding: bytes, as: UTF8.self))
    }
    guard let count = Int32(exactly: bytes.count) else { return nil }
    let status = bytes.withUnsafeBytes { buffer in
      XML_Parse(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), count, 1)
    }
    guard status == XML_STATUS_OK, let root = tree.root else { return nil }
    self = root
  }

  private init(name: String) { self.name = name }

  /// The first child of a name.
  subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  /// The first element of a name in it, however deep.
  func first(_ name: String) -> XMLElement? {
    if self.name == name { return self }
    for child in children {
      if let found = child.first(name) { return found }
    }
    return nil
  }

  /// What expat tells, as it grows.
  private final class Tree {
    var root: XMLElement?
    private var open: [XMLElement] = []
    /// How many elements are open that are too deep to keep.
    private var tooDeep = 0

    func open(_ name: String) {
      if open.count < XMLElement.deepest {
        open.append(XMLElement(name: name))
      } else {
        tooDeep += 1
      }
    }

    func add(_ text: String) {
      guard tooDeep == 0, !open.isEmpty else { return }
      open[open.count - 1].text += text
    }

    func close() {
      guard tooDeep == 0 else {
        tooDeep -= 1
        return
      }
      guard let element = open.popLast() else { return }
      if open.isEmpty {
        root = element
      } else {
        open[open.count - 1].children.append(element)
      }
    }
  }
}

internal import CYAML

/// Reads YAML with libyaml.
///
/// Not with a Swift package: the one there is links all of Foundation, whose thousands of protocol
/// conformances every dynamic cast of the process then searches, which costs each start of dbtool a
/// quarter of its time.
package enum YAMLDocument {
  /// So many values and no more: aliases of aliases could otherwise grow without end.
  private static let valueLimit = 100_000

  private static let depthLimit = 100

  /// The only document of `text`; nil when there is none.
  ///
  /// - Throws: `YAMLError` with the line, also for a key that stands twice in a mapping, and for a second
  ///   document, which nobody would read.
  package static func parse(_ text: String) throws(YAMLError) -> YAMLNode? {
    try check(text)
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      throw YAMLError(message: "out of memory", line: 1)
    }
    defer { yaml_parser_delete(&parser) }
    var bytes = Array(text.utf8)
    let result: Result<YAMLNode?, YAMLError> = bytes.withUnsafeMutableBufferPointer { buffer in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      var document = yaml_document_t()
      guard yaml_parser_load(&parser, &document) == 1 else {
        return .failure(problem(of: parser))
      }
      defer { yaml_document_delete(&document) }
      guard let root = yaml_document_get_root_node(&document) else { return .success(nil) }
      var reader = Reader(document: document, remaining: valueLimit)
      do throws(YAMLError) {
        return .success(try reader.node(root, depth: 0))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Reads to the end, without making anything of it, and stops where it goes too deep: libyaml looks at
  /// all open brackets for each word, and would take minutes for many thousand of them.
  private static func check(_ text: String) throws(YAMLError) {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else {
      throw YAMLError(message: "out of memory", line: 1)
    }
    defer { yaml_parser_delete(&parser) }
    var bytes = Array(text.utf8)
    let failure: YAMLError? = bytes.withUnsafeMutableBufferPointer { buffer in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      var depth = 0
      var documents = 0
      while true {
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else { return problem(of: parser) }
        defer { yaml_event_delete(&event) }
        let line = Int(event.start_mark.line) + 1
        switch event.type {
        case YAML_STREAM_END_EVENT: return nil
        case YAML_DOCUMENT_START_EVENT: documents += 1
        case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT: depth += 1
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
        default: break
        }
        guard depth <= depthLimit else {
          return YAMLError(message: "too many or too deeply nested values", line: line)
        }
        // A line of three dashes at the end begins a document that is empty.
        let isEmpty = event.type == YAML_SCALAR_EVENT && event.data.scalar.length == 0
        if documents > 1, event.type != YAML_DOCUMENT_START_EVENT,
          event.type != YAML_DOCUMENT_END_EVENT, !isEmpty
        {
          return YAMLError(message: "a second document begins here; only one is read", line: line)
        }
      }
    }
    if let failure { throw failure }
  }

  private static func problem(of parser: yaml_parser_t) -> YAMLError {
    YAMLError(
      message: parser.problem.map { String(cString: $0) } ?? "not valid YAML",
      line: Int(parser.problem_mark.line) + 1)
  }

  /// Turns libyaml's nodes, which refer to each other by number, into a tree.
  private struct Reader {
    var document: yaml_document_t
    var remaining: Int

    mutating func node(
      _ pointer: UnsafeMutablePointer<yaml_node_t>, depth: Int
    ) throws(YAMLError) -> YAMLNode {
      let node = pointer.pointee
      let line = Int(node.start_mark.line) + 1
      remaining -= 1
      guard remaining > 0, depth < depthLimit else {
        throw YAMLError(message: "too many or too deeply nested values", line: line)
      }
      switch node.type {
      case YAML_SEQUENCE_NODE:
        var elements: [YAMLNode] = []
        var item = node.data.sequence.items.start
        while let current = item, current != node.data.sequence.items.top {
          elements.append(try child(current.pointee, depth: depth, line: line))
          item = current + 1
        }
        return YAMLNode(content: .sequence(elements), line: line)
      case YAML_MAPPING_NODE:
        var members: [YAMLNode.Member] = []
        var pair = node.data.mapping.pairs.start
        while let current = pair, current != node.data.mapping.pairs.top {
          let key = try child(current.pointee.key, depth: depth, line: line)
          guard let name = key.text else {
            throw YAMLError(message: "a key must be a text", line: key.line)
          }
          guard !members.contains(where: { $0.key == name }) else {
            throw YAMLError(message: "the key \(name) stands twice", line: key.line)
          }
          members.append(
            .init(
              key: name, line: key.line,
              value: try child(current.pointee.value, depth: depth, line: line)))
          pair = current + 1
        }
        return YAMLNode(content: .mapping(members), line: line)
      default:
        return YAMLNode(content: .scalar(scalar(node)), line: line)
      }
    }

    private mutating func child(
      _ number: Int32, depth: Int, line: Int
    ) throws(YAMLError) -> YAMLNode {
      guard let pointer = yaml_document_get_node(&document, number) else {
        throw YAMLError(message: "a value is missing", line: line)
      }
      return try node(pointer, depth: depth + 1)
    }

    /// The text; nil for what the YAML 1.2 core schema reads as null.
    private func scalar(_ node: yaml_node_t) -> String? {
      let scalar = node.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let text = String(decoding: bytes, as: UTF8.self)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      return isPlain && ["", "~", "null", "Null", "NULL"].contains(text) ? nil : text
    }
  }
}

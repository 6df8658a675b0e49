internal import SQLSyntax

extension SchemaChangeReader {
  /// The actions of an ALTER TABLE.
  static func alterTable(_ fields: SyntaxNode) -> [SchemaChange] {
    guard let name = QualifiedName(rangeVar: fields["relation"]) else { return [] }
    return fields["cmds"]?.elements.compactMap { element in
      element["AlterTableCmd"].map { .alter(name, action($0)) }
    } ?? []
  }

  private static func action(_ command: SyntaxNode) -> TableAction {
    let subtype = command["subtype"]?.text ?? ""
    let part = command["name"]?.text ?? ""
    let definition = command["def"]
    switch subtype {
    case "AT_AddColumn":
      guard let column = NewColumn(definition) else { return .brief }
      return .addColumn(column, isConditional: command["missing_ok"] == .boolean(true))
    case "AT_DropColumn": return .dropColumn(part)
    case "AT_AlterColumnType":
      let column = definition?["ColumnDef"]
      guard let type = ColumnType(column?["typeName"]) else { return .brief }
      return .setType(part, type, offset: column?["location"]?.integer)
    case "AT_SetNotNull": return .setNotNull(part)
    case "AT_DropNotNull": return .dropNotNull(part)
    case "AT_AddConstraint":
      guard let constraint = NewConstraint(definition) else { return .brief }
      return .addConstraint(constraint)
    case "AT_ValidateConstraint": return .validate(part)
    case "AT_DropConstraint": return .dropConstraint(part)
    case "AT_AddIdentity": return .addIdentity(part)
    case "AT_AttachPartition":
      guard let child = QualifiedName(rangeVar: definition?["PartitionCmd"]?["name"]) else {
        return .brief
      }
      return .attach(child)
    case "AT_DetachPartition":
      let command = definition?["PartitionCmd"]
      guard let child = QualifiedName(rangeVar: command?["name"]) else { return .brief }
      return .detach(child, isConcurrent: command?["concurrent"] == .boolean(true))
    case "AT_SetLogged": return .rewrite("SET LOGGED")
    case "AT_SetUnLogged": return .rewrite("SET UNLOGGED")
    case "AT_SetTableSpace": return .rewrite("SET TABLESPACE")
    case "AT_SetAccessMethod": return .rewrite("SET ACCESS METHOD")
    case "AT_SetRelOptions": return .setOptions(options(definition))
    // PostgreSQL manual, ALTER TABLE: these take SHARE UPDATE EXCLUSIVE.
    case "AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions", "AT_ClusterOn", "AT_DropCluster",
      "AT_DetachPartitionFinalize", "AT_ResetRelOptions":
      return .harmless
    default:
      return TableAction.RowSecurity(rawValue: subtype).map { .rowSecurity($0) } ?? .brief
    }
  }
}

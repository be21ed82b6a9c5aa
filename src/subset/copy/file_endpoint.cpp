#include "subset/copy/file_endpoint.h"

#include <utility>

#include "subset/ddl/create.h"
#include "subset/ddl/names.h"
#include "subset/files/file_target.h"

namespace millrace::subset {

Result<std::unique_ptr<Target>> open_files(Loop& loop, const Endpoint& endpoint, const Job& job, Schema source) {
  FileOptions options{.kind = endpoint.kind == Endpoint::Kind::csv          ? FileKind::csv
                              : endpoint.kind == Endpoint::Kind::json_lines ? FileKind::json_lines
                                                                            : FileKind::sql,
                      .path = endpoint.place,
                      .source = source.dialect,
                      .dialect = source.dialect,
                      .create = job.create && endpoint.kind == Endpoint::Kind::sql_script,
                      .existing = job.existing};
  if (options.create)
    options.statements = [schema = std::move(source)](std::vector<TargetTable>& tables,
                                                      const std::vector<TargetKey>&) -> Result<ScriptParts> {
      Result<std::vector<TableName>> names = ddl::target_names(schema, schema.dialect);
      if (!names) return fail(std::move(names).error());
      Result<ddl::Creation> made = ddl::create_statements({.source = schema, .target = schema.dialect, .names = *names});
      if (!made) return fail(std::move(made).error());
      for (std::size_t i = 0; i < tables.size(); ++i) {
        tables[i].name = (*names)[i];
        tables[i].columns = tables[i].source.columns;
      }
      ScriptParts parts{.prologue = std::move(made->before), .epilogue = std::move(made->indexes)};
      parts.prologue.insert(parts.prologue.end(), made->tables.begin(), made->tables.end());
      parts.epilogue.insert(parts.epilogue.end(), made->foreign_keys.begin(), made->foreign_keys.end());
      return parts;
    };
  return make_file_target(loop, std::move(options));
}

}  // namespace millrace::subset

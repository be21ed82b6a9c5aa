// Acorn with what its version does not know yet: import attributes, and regular expressions newer than itself. Runs apart from every
// program (Engine::compile_apart), as everything in this folder does, so it may use the language as it finds it.
'use strict';

const { Parser, tokTypes } = require('acorn');

class SourceParser extends Parser {
  constructor(options, text, from) {
    super(options, text, from);
    this.inFunctionBody = options.commonjs === true;
    this.statementStart = -1; // of the import or export statement that is being parsed; its `with` clause comes before the semicolon
    this.attributes = null;
    this.dynamicImports = [];
  }

  // The text of a CommonJS module is a function's body.
  get allowNewDotTarget() {
    return this.inFunctionBody || super.allowNewDotTarget;
  }

  // The engine judges regular expressions when it compiles the result: it knows newer ones.
  validateRegExpFlags() {}
  validateRegExpPattern() {}

  // Acorn's own message does not say what it met.
  unexpected(at = this.start) {
    const { input } = this;
    if (at >= input.length) this.raise(at, 'Unexpected end of input');
    const token = at === this.start && this.end > at ? input.slice(at, Math.min(this.end, at + 40)) : input[at];
    this.raise(at, `Unexpected token '${token.split('\n', 1)[0]}'`);
  }

  parseImport(node) {
    return this.withAttributes(node, () => super.parseImport(node));
  }

  parseExport(node, exports) {
    return this.withAttributes(node, () => super.parseExport(node, exports));
  }

  withAttributes(node, parse) {
    this.statementStart = node.start;
    this.attributes = null;
    const parsed = parse();
    const { attributes } = this;
    this.statementStart = -1;
    this.attributes = null;
    if (attributes !== null) {
      if (!parsed.source) this.raise(attributes.start, "Unexpected token 'with'");
      parsed.attributes = attributes.entries;
    } else if (!Array.isArray(parsed.attributes)) {
      parsed.attributes = [];
    }
    return parsed;
  }

  semicolon() {
    if (this.statementStart !== -1 && this.type === tokTypes._with) this.attributes = this.parseWithClause();
    super.semicolon();
  }

  // with { type: 'json', 'other': 'text' }
  parseWithClause() {
    const start = this.start;
    const entries = [];
    const seen = new Set();
    this.next();
    this.expect(tokTypes.braceL);
    while (!this.eat(tokTypes.braceR)) {
      if (entries.length > 0) {
        this.expect(tokTypes.comma);
        if (this.eat(tokTypes.braceR)) break;
      }
      const at = this.start;
      const key = this.type === tokTypes.string ? this.parseLiteral(this.value) : this.parseIdent(true);
      const name = key.type === 'Literal' ? key.value : key.name;
      if (seen.has(name)) this.raise(at, `Duplicate import attribute '${name}'`);
      seen.add(name);
      this.expect(tokTypes.colon);
      if (this.type !== tokTypes.string) this.unexpected();
      entries.push({ key, value: this.parseLiteral(this.value) });
    }
    return { start, entries };
  }

  // import(specifier), import(specifier, options), either with a comma after the last.
  parseDynamicImport(node) {
    this.dynamicImports.push(node.start);
    this.next();
    node.source = this.parseMaybeAssign();
    node.options = null;
    if (this.eat(tokTypes.comma) && this.type !== tokTypes.parenR) {
      node.options = this.parseMaybeAssign();
      this.eat(tokTypes.comma);
    }
    this.expect(tokTypes.parenR);
    return this.finishNode(node, 'ImportExpression');
  }
}

const optionsOf = {
  module: { sourceType: 'module' },
  commonjs: { sourceType: 'script', allowReturnOutsideFunction: true, commonjs: true },
  script: { sourceType: 'script' },
};

/// { tree, dynamicImports }: the syntax tree, and where each `import(` starts. Throws a SyntaxError whose `pos` is an offset.
function parse(text, kind) {
  const options = { ecmaVersion: 'latest', allowHashBang: true, ...optionsOf[kind] };
  const parser = new SourceParser(options, text);
  return { tree: parser.parse(), dynamicImports: parser.dynamicImports };
}

/// Where the first token of type `label` (acorn's name for it) starts and ends, at or behind `from`, which is where a token starts.
function findToken(text, from, label) {
  const tokens = new SourceParser({ ecmaVersion: 'latest', sourceType: 'module' }, text, from);
  do tokens.nextToken();
  while (tokens.type.label !== label && tokens.type !== tokTypes.eof);
  return { start: tokens.start, end: tokens.end };
}

module.exports = { findToken, parse };

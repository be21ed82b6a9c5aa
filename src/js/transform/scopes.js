// One walk over a module's tree. It finds where imported names are used, which takes knowing what every scope declares, and the few
// expressions that mean something else in a module than in the function it becomes.
//
// A name is known to be imported only when the scope around it ends without declaring it, as declarations count for the whole of
// their scope. So uses are collected, and each scope that ends takes away those that are its own.
'use strict';

class Scope {
  constructor(parent, isFunction, uses) {
    this.parent = parent;
    this.functionScope = isFunction ? this : parent.functionScope; // where `var` goes
    this.declared = null;
    this.firstUse = uses.length;
  }
}

/// How a name is used, which decides what stands for it.
const kRead = 0; // a value
const kCall = 1; // called without an object, so `this` is undefined in the function
const kShorthand = 2; // { name }
const kMember = 3; // the object of name.key
const kWrite = 4; // assigned to
const kShorthandWrite = 5; // ({ name } = value)
const kTypeof = 6; // typeof name, which does not throw where there is no such name

class Walk {
  /// names   a Map with the imported names as keys
  /// on      called with nodes as the walk meets them: statement (an expression statement among others), label, less, importCall, importMeta,
  ///         declaration (import and export), and, with true before their parts and false after them: await, forAwait (both only where
  ///         the module itself waits) and export default
  constructor(names, on) {
    this.names = names;
    this.on = on;
    this.uses = []; // { node, how }
    this.scope = null;
    this.functions = 0; // how many functions are around
    this.hasEval = false;
  }

  /// Uses of imported names, and of `arguments` where no function gives it a meaning: { node, how } each.
  module(tree) {
    this.open(true);
    for (const statement of tree.body) this.inList(statement);
    const { uses } = this;
    this.close();
    return uses;
  }

  // ---- scopes -------------------------------------------------------------------------------------------------------

  open(isFunction) {
    this.scope = new Scope(this.scope, isFunction, this.uses);
  }

  close() {
    const { declared, firstUse, parent } = this.scope;
    if (declared !== null && parent !== null) {
      const { uses } = this;
      let kept = firstUse;
      for (let i = firstUse; i < uses.length; i++) if (!declared.has(uses[i].node.name)) uses[kept++] = uses[i];
      uses.length = kept;
    }
    this.scope = parent;
  }

  declare(scope, name) {
    if (this.names.has(name) || name === 'arguments') (scope.declared ??= new Set()).add(name);
  }

  use(node, how) {
    const { name } = node;
    if (this.names.has(name) || name === 'arguments') this.uses.push({ node, how });
  }

  // Declares what a pattern binds, and walks what it computes.
  bind(pattern, scope) {
    switch (pattern.type) {
      case 'Identifier': this.declare(scope, pattern.name); break;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') {
            this.bind(property.argument, scope);
          } else {
            if (property.computed) this.visit(property.key);
            this.bind(property.value, scope);
          }
        }
        break;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element !== null) this.bind(element, scope);
        break;
      case 'AssignmentPattern':
        this.bind(pattern.left, scope);
        this.visit(pattern.right);
        break;
      case 'RestElement': this.bind(pattern.argument, scope); break;
      default: throw new Error(`a pattern of type ${pattern.type}`);
    }
  }

  // What is assigned to: names, members, and patterns of them.
  target(pattern, how = kWrite) {
    switch (pattern.type) {
      case 'Identifier': this.use(pattern, how); break;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') {
            this.target(property.argument);
          } else {
            if (property.computed) this.visit(property.key);
            this.target(property.value, property.shorthand ? kShorthandWrite : kWrite);
          }
        }
        break;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element !== null) this.target(element);
        break;
      case 'AssignmentPattern':
        this.target(pattern.left, how);
        this.visit(pattern.right);
        break;
      case 'RestElement': this.target(pattern.argument); break;
      default: this.visit(pattern);
    }
  }

  // ---- statements ---------------------------------------------------------------------------------------------------

  inList(statement) {
    if (statement.type === 'ExpressionStatement') this.on.statement(statement);
    this.visit(statement);
  }

  list(statements) {
    for (const statement of statements) this.inList(statement);
  }

  block(statements) {
    this.open(false);
    this.list(statements);
    this.close();
  }

  each(nodes) {
    for (const node of nodes) if (node !== null) this.visit(node);
  }

  variables(node) {
    const scope = node.kind === 'var' ? this.scope.functionScope : this.scope;
    for (const { id, init } of node.declarations) {
      this.bind(id, scope);
      if (init) this.visit(init);
    }
  }

  // Parameters have a scope around that of the body: a default value does not see the body's variables.
  functionOf(node) {
    const isArrow = node.type === 'ArrowFunctionExpression';
    this.functions++;
    if (node.type === 'FunctionExpression' && node.id) {
      this.open(false);
      this.declare(this.scope, node.id.name);
    }
    this.open(true);
    if (!isArrow) this.declare(this.scope, 'arguments');
    for (const parameter of node.params) this.bind(parameter, this.scope);
    if (node.body.type === 'BlockStatement') {
      this.open(true);
      this.list(node.body.body);
      this.close();
    } else {
      this.visit(node.body);
    }
    this.close();
    if (node.type === 'FunctionExpression' && node.id) this.close();
    this.functions--;
  }

  classOf(node) {
    if (node.type === 'ClassDeclaration' && node.id) this.declare(this.scope, node.id.name);
    this.open(false);
    if (node.id) this.declare(this.scope, node.id.name);
    if (node.superClass) this.visit(node.superClass);
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') {
        this.functions++;
        this.open(true);
        this.list(member.body);
        this.close();
        this.functions--;
        continue;
      }
      if (member.computed) this.visit(member.key);
      if (member.value) {
        this.functions++; // an initialiser is a function's body
        this.visit(member.value);
        this.functions--;
      }
    }
    this.close();
  }

  loopOver(node) {
    const isOurs = node.type === 'ForOfStatement' && node.await && this.functions === 0;
    if (isOurs) this.on.forAwait(node, true);
    this.open(false);
    if (node.left.type === 'VariableDeclaration') this.variables(node.left);
    else this.target(node.left);
    this.visit(node.right);
    this.visit(node.body);
    this.close();
    if (isOurs) this.on.forAwait(node, false);
  }

  visit(node) {
    switch (node.type) {
      case 'Identifier': this.use(node, kRead); break;
      case 'Literal': case 'ThisExpression': case 'Super': case 'EmptyStatement': case 'DebuggerStatement': case 'TemplateElement':
      case 'BreakStatement': case 'ContinueStatement': case 'PrivateIdentifier':
        break;
      case 'MetaProperty':
        if (node.meta.name === 'import') this.on.importMeta(node);
        break;

      case 'MemberExpression':
        if (node.object.type === 'Identifier') this.use(node.object, kMember);
        else this.visit(node.object);
        if (node.computed) this.visit(node.property);
        break;
      case 'CallExpression':
        if (node.callee.type === 'Identifier') {
          this.use(node.callee, kCall);
          if (node.callee.name === 'eval' && !node.optional) this.hasEval = true;
        } else {
          this.visit(node.callee);
        }
        this.each(node.arguments);
        break;
      case 'TaggedTemplateExpression':
        if (node.tag.type === 'Identifier') this.use(node.tag, kCall);
        else this.visit(node.tag);
        this.visit(node.quasi);
        break;
      case 'NewExpression':
        this.visit(node.callee);
        this.each(node.arguments);
        break;
      case 'ImportExpression':
        this.on.importCall(node);
        this.visit(node.source);
        if (node.options) this.visit(node.options);
        break;
      case 'AwaitExpression': {
        const isOurs = this.functions === 0; // inside of functions the engine waits; a transform that wants all of them is to be told here
        if (isOurs) this.on.await(node, true);
        this.visit(node.argument);
        if (isOurs) this.on.await(node, false);
        break;
      }
      case 'BinaryExpression':
        if (node.operator === '<') this.on.less(node);
        this.visit(node.left);
        this.visit(node.right);
        break;
      case 'LogicalExpression':
        this.visit(node.left);
        this.visit(node.right);
        break;
      case 'AssignmentExpression':
        this.target(node.left);
        this.visit(node.right);
        break;
      case 'UpdateExpression': this.target(node.argument); break;
      case 'ConditionalExpression':
        this.visit(node.test);
        this.visit(node.consequent);
        this.visit(node.alternate);
        break;
      case 'ObjectExpression':
        for (const property of node.properties) {
          if (property.type === 'SpreadElement') {
            this.visit(property.argument);
          } else {
            if (property.computed) this.visit(property.key);
            if (property.shorthand) this.use(property.value, kShorthand);
            else this.visit(property.value);
          }
        }
        break;
      case 'ArrayExpression': this.each(node.elements); break;
      case 'SequenceExpression': case 'TemplateLiteral': this.each(node.expressions); break;
      case 'UnaryExpression':
        if (node.operator === 'typeof' && node.argument.type === 'Identifier') this.use(node.argument, kTypeof);
        else this.visit(node.argument);
        break;
      case 'SpreadElement': case 'ThrowStatement': this.visit(node.argument); break;
      case 'YieldExpression': case 'ReturnStatement':
        if (node.argument) this.visit(node.argument);
        break;
      case 'ChainExpression': case 'ParenthesizedExpression': case 'ExpressionStatement':
        this.visit(node.expression);
        break;

      case 'FunctionDeclaration':
        if (node.id) this.declare(this.scope, node.id.name);
        this.functionOf(node);
        break;
      case 'FunctionExpression': case 'ArrowFunctionExpression': this.functionOf(node); break;
      case 'ClassDeclaration': case 'ClassExpression': this.classOf(node); break;
      case 'VariableDeclaration': this.variables(node); break;

      case 'BlockStatement': this.block(node.body); break;
      case 'IfStatement':
        this.visit(node.test);
        this.visit(node.consequent);
        if (node.alternate) this.visit(node.alternate);
        break;
      case 'ForStatement':
        this.open(false);
        if (node.init) this.visit(node.init);
        if (node.test) this.visit(node.test);
        if (node.update) this.visit(node.update);
        this.visit(node.body);
        this.close();
        break;
      case 'ForInStatement': case 'ForOfStatement': this.loopOver(node); break;
      case 'WhileStatement': case 'DoWhileStatement':
        this.visit(node.test);
        this.visit(node.body);
        break;
      case 'LabeledStatement':
        this.on.label(node);
        this.visit(node.body);
        break;
      case 'SwitchStatement':
        this.visit(node.discriminant);
        this.open(false);
        for (const { test, consequent } of node.cases) {
          if (test) this.visit(test);
          this.list(consequent);
        }
        this.close();
        break;
      case 'TryStatement':
        this.visit(node.block);
        if (node.handler) {
          this.open(false);
          if (node.handler.param) this.bind(node.handler.param, this.scope);
          this.block(node.handler.body.body);
          this.close();
        }
        if (node.finalizer) this.visit(node.finalizer);
        break;

      case 'ImportDeclaration': case 'ExportAllDeclaration': this.on.declaration(node, null); break;
      case 'ExportNamedDeclaration':
        this.on.declaration(node, null);
        if (node.declaration) this.visit(node.declaration);
        break;
      case 'ExportDefaultDeclaration':
        this.on.declaration(node, true);
        this.visit(node.declaration);
        this.on.declaration(node, false);
        break;
      default: throw new Error(`a node of type ${node.type}`);
    }
  }
}

module.exports = { Walk, kRead, kCall, kShorthand, kMember, kWrite, kShorthandWrite, kTypeof };

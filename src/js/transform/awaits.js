// What lets AsyncLocalStorage follow `await` (builtins/async_context.js), as the engine tells nobody when a function goes on: wherever one goes on,
// it first takes back the frame that it waited in.
//
//   await x                              R(C.frame,await x)
//   try { await x } catch { f() }        {const F=C.frame;try { await x } catch {R(F); f() }}
//   for await (const x of y) f(x)        {const F=C.frame;for await (const x of y) {R(F);f(x)}R(F);}
//
// R and F and C stand for names that the text does not use.
'use strict';

const isNode = (value) => value !== null && typeof value === 'object' && typeof value.type === 'string';
const isFunction = ({ type }) => type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression';

// Calls `visit` with each node directly below.
function eachChild(node, visit) {
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item);
    } else if (isNode(value)) {
      visit(value);
    }
  }
}

class AwaitRewriter {
  constructor(out, names) {
    this.out = out;
    this.names = names;
    this.found = false;
    this.loops = new Set(); // for-await loops and try statements in which a function waits
    this.labelStart = new Map(); // statement -> where the first of its labels starts
  }

  // Whether the function around `node` waits in it; notes which statements need their frame again.
  scan(node) {
    if (isFunction(node)) {
      eachChild(node, (child) => this.scan(child));
      return false;
    }
    let waits = node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await);
    eachChild(node, (child) => {
      if (this.scan(child)) waits = true;
    });
    if (waits && (node.type === 'TryStatement' || (node.type === 'ForOfStatement' && node.await))) this.loops.add(node);
    return waits;
  }

  // `inFunction`: what waits at the top level of a module is not a function (esm_evaluate.js runs it).
  visit(node, inFunction) {
    if (isFunction(node)) return eachChild(node, (child) => this.visit(child, true));
    if (node.type === 'LabeledStatement') this.labelStart.set(node.body, this.labelStart.get(node) ?? node.start);
    if (!inFunction) return eachChild(node, (child) => this.visit(child, false));
    const descend = () => eachChild(node, (child) => this.visit(child, true));
    if (node.type === 'AwaitExpression') this.await(node, descend);
    else if (this.loops.has(node)) this.statement(node, descend);
    else descend();
  }

  await(node, descend) {
    const { resume, context } = this.names;
    this.found = true;
    this.out.insert(node.start, `${resume}(${context}.frame,`);
    descend();
    this.out.insert(node.end, ')');
  }

  statement(node, descend) {
    const { out, names: { resume, context, frame } } = this;
    const again = `${resume}(${frame});`;
    this.found = true;
    out.insert(this.labelStart.get(node) ?? node.start, `{const ${frame}=${context}.frame;`);
    if (node.type === 'TryStatement') {
      if (node.handler !== null) out.insert(node.handler.body.start + 1, again);
      if (node.finalizer !== null) out.insert(node.finalizer.start + 1, again);
      descend();
      out.insert(node.end, '}');
    } else {
      const isBlock = node.body.type === 'BlockStatement';
      out.insert(node.body.start + (isBlock ? 1 : 0), isBlock ? again : `{${again}`);
      descend();
      out.insert(node.end, `${isBlock ? '' : '}'}${again}}`);
    }
  }
}

/// Edits `out`, a Rewriter of the text of `tree`; `names` is { resume, context, frame }. True when there was something to follow.
/// `inFunction` is false for a module, whose own top level may wait.
function followAwaits(tree, out, names, inFunction) {
  const rewriter = new AwaitRewriter(out, names);
  rewriter.scan(tree);
  rewriter.visit(tree, inFunction);
  return rewriter.found;
}

module.exports = { followAwaits };

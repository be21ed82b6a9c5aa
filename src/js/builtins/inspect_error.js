// The error part of inspect: header and frames as one text, and the choice of properties shown in braces after it.
const {
  ArrayIsArray, ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeSplice, ObjectGetOwnPropertyDescriptor,
  StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeRepeat, StringPrototypeReplaceAll,
  StringPrototypeSlice, StringPrototypeStartsWith,
} = primordials;

const { lookup } = require('inspect_kind');
const { formatFrames, header } = require('inspect_stack');

function drop(keys, key) {
  const at = ArrayPrototypeIndexOf(keys, key);
  if (at >= 0) ArrayPrototypeSplice(keys, at, 1);
}

// A subclass that does not set `name` would read as its base: `Foo [Error]: x`, or `ValidationError: x` when the
// class name already says Error. `title` is the class as inspect names objects, with its tag.
function nameClass(text, name, title) {
  if (typeof name !== 'string' || !StringPrototypeEndsWith(name, 'Error')) return text;
  if (!StringPrototypeStartsWith(text, name)) return text;
  const after = text[name.length];
  if ((after !== undefined && after !== ':' && after !== '\n') || title === name) return text;
  const rest = StringPrototypeSlice(text, name.length);
  return StringPrototypeIncludes(title, name) ? title + rest : `${title} [${name}]${rest}`;
}

/// The text of the error; edits `keys` (its own properties to be listed) in place.
function formatError(ctx, error, constructorName, title, keys) {
  const stack = lookup(error, 'stack');
  const frames = typeof stack === 'string' ? formatFrames(stack) : '';
  // A stack somebody wrote is shown as it is, as long as it is not empty.
  const engineMade = frames !== null || stack === '';
  let text = engineMade ? header(error) + (frames ?? '') : stack;
  const name = lookup(error, 'name');
  const shownName = constructorName === null && name === undefined ? 'Error' : name;
  text = nameClass(text, shownName, StringPrototypeSlice(title, 0, -1));
  if (engineMade ? !frames : !StringPrototypeIncludes(text, '\n    at')) text = `[${text}]`;

  if (!ctx.showHidden) {
    // What the text already says is not repeated.
    if (name === null || name === undefined) drop(keys, 'name');
    const spoken = ['name', 'message', 'stack'];
    for (let i = 0; i < spoken.length; i++) {
      const value = ObjectGetOwnPropertyDescriptor(error, spoken[i])?.value;
      if (typeof value !== 'string') continue;
      if (spoken[i] === 'stack' || StringPrototypeIncludes(text, value)) drop(keys, spoken[i]);
    }
    addHidden(error, 'cause', keys);
    if (ArrayIsArray(ObjectGetOwnPropertyDescriptor(error, 'errors')?.value)) addHidden(error, 'errors', keys);
  } else {
    // The engine's own position fields only repeat the first frame.
    drop(keys, 'line');
    drop(keys, 'column');
    drop(keys, 'sourceURL');
  }
  return ctx.indentation === 0 ? text :
    StringPrototypeReplaceAll(text, '\n', `\n${StringPrototypeRepeat(' ', ctx.indentation)}`);
}

function addHidden(error, key, keys) {
  if (ObjectGetOwnPropertyDescriptor(error, key) !== undefined && ArrayPrototypeIndexOf(keys, key) < 0) {
    ArrayPrototypePush(keys, key);
  }
}

module.exports = { formatError };

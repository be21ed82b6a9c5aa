// One component of a URL pattern: its text becomes parts, and the parts a regular expression and the pattern's normal form (URL Pattern
// Standard, 2.1 and 2.3 to 2.5).
'use strict';

const { RegExp, SafeSet, StringPrototypeCodePointAt, StringPrototypeEndsWith, bareArray } = primordials;
const { codeAt, sub } = require('url_text');
const {
  ERR_INVALID_URL_PATTERN, isNameCode, tokenize, kAsterisk, kChar, kClose, kEnd, kEscapedChar, kModifier, kName, kOpen, kRegExp,
} = require('url_pattern_tokens');

// Kinds of parts.
const kFixed = 0, kExpression = 1, kSegment = 2, kEverything = 3;

/// How a component is read: what a named group does not go beyond, and what is taken for part of a group in front of it.
const defaults = { __proto__: null, delimiter: '', prefix: '' };
const hostnames = { __proto__: null, delimiter: '.', prefix: '' };
const pathnames = { __proto__: null, delimiter: '/', prefix: '/' };

function escaped(text, special) {
  let result = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (!special.has(codeAt(text, i))) continue;
    result += `${sub(text, from, i)}\\`;
    from = i;
  }
  return result + sub(text, from, text.length);
}

function codesOf(text) {
  const codes = new SafeSet();
  for (let i = 0; i < text.length; i++) codes.add(codeAt(text, i));
  return codes;
}
const regExpCodes = codesOf('.+*?^${}()[]|/\\');
const patternCodes = codesOf('+*?:{}()\\');
const escapeRegExp = (text) => escaped(text, regExpCodes);
const escapePattern = (text) => escaped(text, patternCodes);

const segmentOf = ({ delimiter }) => `[^${escapeRegExp(delimiter)}]+?`;

// ---- parts ----------------------------------------------------------------------------------------------------------

/// `encode` brings literal text into its normal form, and throws for what is not valid.
function parseParts(text, options, encode) {
  const tokens = tokenize(text, false);
  const segment = segmentOf(options);
  const parts = bareArray();
  const names = new SafeSet();
  let at = 0;
  let pending = ''; // literal text so far
  let nextNumber = 0;

  const take = (type) => (tokens[at].type === type ? tokens[at++] : null);
  const takeExpression = (name) => take(kRegExp) ?? (name === null ? take(kAsterisk) : null);
  const takeModifier = () => (take(kModifier) ?? take(kAsterisk))?.value ?? '';
  const takeText = () => {
    let result = '';
    for (let token; (token = take(kChar) ?? take(kEscapedChar)) !== null;) result += token.value;
    return result;
  };
  const require = (type) => {
    if (take(type) === null) throw new ERR_INVALID_URL_PATTERN(`unexpected '${tokens[at].value}' at ${tokens[at].index}`);
  };
  const addPart = (kind, value, modifier, name, prefix, suffix) => {
    parts[parts.length] = { kind, value, modifier, name, prefix, suffix };
  };
  const addPending = () => {
    if (pending === '') return;
    const value = encode(pending);
    pending = '';
    addPart(kFixed, value, '', '', '', '');
  };
  const addGroup = (prefix, name, expression, suffix, modifier) => {
    if (name === null && expression === null && modifier === '') {
      pending += prefix;
      return;
    }
    addPending();
    if (name === null && expression === null) {
      if (prefix !== '') addPart(kFixed, encode(prefix), modifier, '', '', '');
      return;
    }
    let value = expression === null ? segment : expression.type === kAsterisk ? '.*' : expression.value;
    const kind = value === segment ? kSegment : value === '.*' ? kEverything : kExpression;
    if (kind !== kExpression) value = '';
    const ownName = name === null ? `${nextNumber++}` : name.value;
    if (names.has(ownName)) throw new ERR_INVALID_URL_PATTERN(`two groups named '${ownName}'`);
    names.add(ownName);
    addPart(kind, value, modifier, ownName, encode(prefix), encode(suffix));
  };

  while (at < tokens.length) {
    const before = take(kChar);
    const name = take(kName);
    const expression = takeExpression(name);
    if (name !== null || expression !== null) {
      let prefix = before === null ? '' : before.value;
      if (prefix !== '' && prefix !== options.prefix) {
        pending += prefix;
        prefix = '';
      }
      addPending();
      addGroup(prefix, name, expression, '', takeModifier());
      continue;
    }
    const literal = before ?? take(kEscapedChar);
    if (literal !== null) {
      pending += literal.value;
      continue;
    }
    if (take(kOpen) !== null) {
      const prefix = takeText();
      const inner = take(kName);
      const innerExpression = takeExpression(inner);
      const suffix = takeText();
      require(kClose);
      addGroup(prefix, inner, innerExpression, suffix, takeModifier());
      continue;
    }
    addPending();
    require(kEnd);
  }
  return parts;
}

// ---- the regular expression -------------------------------------------------------------------------------------------

function expressionOf(parts, options) {
  let source = '^';
  for (let i = 0; i < parts.length; i++) {
    const { kind, value, modifier } = parts[i];
    if (kind === kFixed) {
      source += modifier === '' ? escapeRegExp(value) : `(?:${escapeRegExp(value)})${modifier}`;
      continue;
    }
    const inner = kind === kSegment ? segmentOf(options) : kind === kEverything ? '.*' : value;
    const prefix = escapeRegExp(parts[i].prefix);
    const suffix = escapeRegExp(parts[i].suffix);
    const repeats = modifier === '*' || modifier === '+';
    if (prefix === '' && suffix === '') source += repeats ? `((?:${inner})${modifier})` : `(${inner})${modifier}`;
    else if (!repeats) source += `(?:${prefix}(${inner})${suffix})${modifier}`;
    else source += `(?:${prefix}((?:${inner})(?:${suffix}${prefix}(?:${inner}))*)${suffix})${modifier === '*' ? '?' : ''}`;
  }
  return `${source}$`;
}

// ---- the normal form --------------------------------------------------------------------------------------------------

const startsWithDigit = (text) => text !== '' && codeAt(text, 0) >= 48 && codeAt(text, 0) <= 57;
const startsWithNameCode = (text) => text !== '' && isNameCode(StringPrototypeCodePointAt(text, 0), false);

function needsBraces(part, previous, next, options) {
  const { kind, modifier, prefix, suffix } = part;
  const hasOwnName = !startsWithDigit(part.name);
  if (suffix !== '' || (prefix !== '' && prefix !== options.prefix)) return true;
  if (hasOwnName && kind === kSegment && modifier === '' && next !== undefined && next.prefix === '' && next.suffix === '') {
    if (next.kind === kFixed ? startsWithNameCode(next.value) : startsWithDigit(next.name)) return true;
  }
  return prefix === '' && options.prefix !== '' && previous !== undefined && previous.kind === kFixed &&
    StringPrototypeEndsWith(previous.value, options.prefix);
}

function textOf(parts, options) {
  let text = '';
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    const { kind, value, modifier, prefix, suffix } = part;
    if (kind === kFixed) {
      text += modifier === '' ? escapePattern(value) : `{${escapePattern(value)}}${modifier}`;
      continue;
    }
    const previous = i > 0 ? parts[i - 1] : undefined;
    const braces = needsBraces(part, previous, i + 1 < parts.length ? parts[i + 1] : undefined, options);
    const hasOwnName = !startsWithDigit(part.name);
    if (braces) text += '{';
    text += escapePattern(prefix);
    if (hasOwnName) text += `:${part.name}`;
    if (kind === kExpression) text += `(${value})`;
    else if (kind === kSegment && !hasOwnName) text += `(${segmentOf(options)})`;
    else if (kind === kEverything) {
      const alone = !hasOwnName && (previous === undefined || previous.kind === kFixed || previous.modifier !== '' || braces || prefix !== '');
      text += alone ? '*' : '(.*)';
    }
    if (kind === kSegment && hasOwnName && startsWithNameCode(suffix)) text += '\\';
    text += escapePattern(suffix);
    if (braces) text += '}';
    text += modifier;
  }
  return text;
}

/// { text, regExp, names, hasExpressions } of a component.
function compile(text, encode, options, ignoreCase) {
  const parts = parseParts(text, options, encode);
  const names = bareArray();
  let hasExpressions = false;
  for (let i = 0; i < parts.length; i++) {
    if (parts[i].kind === kFixed) continue;
    names[names.length] = parts[i].name;
    if (parts[i].kind === kExpression) hasExpressions = true;
  }
  let regExp;
  try {
    regExp = new RegExp(expressionOf(parts, options), ignoreCase ? 'vi' : 'v');
  } catch (error) {
    throw new ERR_INVALID_URL_PATTERN(error.message);
  }
  return { __proto__: null, text: textOf(parts, options), regExp, names, hasExpressions };
}

module.exports = { compile, defaults, escapePattern, hostnames, pathnames };

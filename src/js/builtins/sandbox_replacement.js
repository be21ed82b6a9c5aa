// What a replacement text stands for at one match (ECMA-262, GetSubstitution), for a program whose strings are limited.
'use strict';

const { StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeSlice } = primordials;

const digitAt = (text, at) => {
  const code = at < text.length ? StringPrototypeCharCodeAt(text, at) : 0;
  return code >= 48 && code <= 57 ? code - 48 : -1;
};

/// `args`: the match, its groups up to args[groups - 1]; `named`: the groups that have names, or undefined.
function expand(template, args, groups, position, string, named) {
  let made = '';
  let from = 0;
  const count = groups - 1;
  for (;;) {
    const at = StringPrototypeIndexOf(template, '$', from);
    if (at === -1 || at === template.length - 1) return made + StringPrototypeSlice(template, from);
    made += StringPrototypeSlice(template, from, at);
    from = at + 2;
    switch (template[at + 1]) {
      case '$': made += '$'; continue;
      case '&': made += args[0]; continue;
      case '`': made += StringPrototypeSlice(string, 0, position); continue;
      case "'": made += StringPrototypeSlice(string, position + args[0].length); continue;
      case '<': {
        const end = named === undefined ? -1 : StringPrototypeIndexOf(template, '>', from);
        if (end !== -1) {
          const value = named[StringPrototypeSlice(template, from, end)];
          if (value !== undefined) made += value;
          from = end + 1;
          continue;
        }
        break;
      }
    }
    const one = digitAt(template, at + 1);
    const two = one === -1 || digitAt(template, at + 2) === -1 ? -1 : one * 10 + digitAt(template, at + 2);
    const group = two >= 1 && two <= count ? two : one;
    if (group < 1 || group > count) {
      made += '$';
      from = at + 1;
      continue;
    }
    if (group === two && two !== one) from = at + 3;
    if (args[group] !== undefined) made += args[group];
  }
}

module.exports = { expand };

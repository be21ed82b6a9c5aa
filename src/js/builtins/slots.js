// Brand checks by trial.
'use strict';

const { RangeError } = primordials;

/// Whether `read(value)`, which throws a TypeError when `value` lacks a slot, finds it. That the stack is used up is no answer.
function finds(read, value) {
  try {
    read(value);
    return true;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return false;
  }
}

module.exports = { finds };

// TextEncoderStream and TextDecoderStream: https://encoding.spec.whatwg.org/#interface-textencoderstream
'use strict';

const { StringPrototypeCharCodeAt, StringPrototypeSlice, SymbolFor } = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS } = require('errors');
const { TextDecoder, TextEncoder, internals: encoding } = require('encoding');
const { internals: readables } = require('streams_readable');
const { makeTransform } = require('streams_transform_core');
const { internals: writables } = require('streams_writable');
const { expose } = require('streams_interface');
const { inspectMembers } = require('web_interface');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const more = { __proto__: null, stream: true };

class Encoding {
  #encoder = new TextEncoder();
  #high = ''; // the first half of a character, whose second half may be in the next chunk

  transform(chunk, stream) {
    let text = this.#high + `${chunk}`;
    this.#high = '';
    const end = text.length - 1;
    if (end < 0) return;
    if ((StringPrototypeCharCodeAt(text, end) & 0xfc00) === 0xd800) {
      this.#high = text[end];
      text = StringPrototypeSlice(text, 0, end);
    }
    if (text !== '') stream.enqueue(encoding.encode(this.#encoder, text));
  }

  flush(stream) {
    if (this.#high !== '') stream.enqueue(encoding.encode(this.#encoder, this.#high));
  }

  cancel() {}
}

class Decoding {
  #decoder;

  constructor(decoder) {
    this.#decoder = decoder;
  }

  transform(chunk, stream) {
    if (chunk === undefined) throw new ERR_INVALID_ARG_TYPE('chunk', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], chunk);
    const text = encoding.decode(this.#decoder, chunk, more);
    if (text !== '') stream.enqueue(text);
  }

  flush(stream) {
    const text = encoding.decode(this.#decoder);
    if (text !== '') stream.enqueue(text);
  }

  cancel() {}
}

class TextEncoderStream {
  #transform = makeTransform(new Encoding());

  get encoding() {
    if (!(#transform in this)) throw new ERR_INVALID_THIS('TextEncoderStream');
    return 'utf-8';
  }

  get readable() {
    if (!(#transform in this)) throw new ERR_INVALID_THIS('TextEncoderStream');
    return readables.faceOf(this.#transform.readable);
  }

  get writable() {
    if (!(#transform in this)) throw new ERR_INVALID_THIS('TextEncoderStream');
    return writables.faceOf(this.#transform.writable);
  }

  [kInspect](depth, options) {
    const { encoding: name, readable, writable } = this;
    return inspectMembers(this, depth, options, { encoding: name, readable, writable });
  }
}

class TextDecoderStream {
  #decoder;
  #transform;

  constructor(label = 'utf-8', options = undefined) {
    this.#decoder = new TextDecoder(label, options);
    this.#transform = makeTransform(new Decoding(this.#decoder));
  }

  get encoding() {
    if (!(#decoder in this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return encoding.encodingOf(this.#decoder);
  }

  get fatal() {
    if (!(#decoder in this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return encoding.fatalOf(this.#decoder);
  }

  get ignoreBOM() {
    if (!(#decoder in this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return encoding.ignoreBomOf(this.#decoder);
  }

  get readable() {
    if (!(#decoder in this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return readables.faceOf(this.#transform.readable);
  }

  get writable() {
    if (!(#decoder in this)) throw new ERR_INVALID_THIS('TextDecoderStream');
    return writables.faceOf(this.#transform.writable);
  }

  [kInspect](depth, options) {
    const { encoding: name, fatal, ignoreBOM, readable, writable } = this;
    return inspectMembers(this, depth, options, { encoding: name, fatal, ignoreBOM, readable, writable });
  }
}

expose(TextEncoderStream);
expose(TextDecoderStream);

module.exports = { TextDecoderStream, TextEncoderStream };

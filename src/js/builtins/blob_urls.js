// Blob URLs (https://w3c.github.io/FileAPI/#url): what URL.createObjectURL() gave out and nobody has revoked. Each keeps its Blob alive.
//
// For fetch(): resolve(url) -> the Blob, or null.
'use strict';

const { RangeError, SafeMap, StringPrototypeIndexOf } = primordials;
const { ConversionError } = require('errors');
const { isBlob } = require('blob').internals;
const { parseURL } = require('url_parser');
const { sub } = require('url_text');

const kUrlsMax = 2 ** 20; // by then a program has forgotten to revoke them

const blobs = new SafeMap();

function create(object) {
  if (!isBlob(object)) throw new ConversionError("Failed to execute 'createObjectURL' on 'URL': parameter 1 is not of type 'Blob'.");
  if (blobs.size >= kUrlsMax) throw new RangeError(`More than ${kUrlsMax} Blob URLs`);
  const url = `blob:null/${native.randomUUID()}`; // the origin is opaque: there is none
  blobs.set(url, object);
  return url;
}

function withoutFragment(url) {
  const hash = StringPrototypeIndexOf(url, '#');
  return hash === -1 ? url : sub(url, 0, hash);
}

const resolve = (url) => blobs.get(withoutFragment(url)) ?? null;

/// A URL with a fragment, or one that is not there, revokes nothing.
function revoke(text) {
  const record = parseURL(text, null);
  if (record !== null) blobs.delete(record.href);
}

module.exports = { create, resolve, revoke };

// The schemes that the URL Standard calls special: they always have a host (a file's may be empty) and a path of segments.
'use strict';

const { codeAt } = require('url_text');

/// A scheme's number is its place here; 0 is every other scheme.
const schemes = ['', 'http', 'https', 'ws', 'wss', 'ftp', 'file'];
const defaultPorts = [-1, 80, 443, 80, 443, 21, -1];
const kHttp = 1, kHttps = 2, kFile = 6;

/// Letters summed up, five bits each: tells apart any words of five letters at most.
const addLetter = (sum, code) => (sum << 5) | (code & 31);

function sumOf(scheme) {
  let sum = 0;
  for (let i = 0; i < scheme.length; i++) sum = addLetter(sum, codeAt(scheme, i));
  return sum;
}
const httpSum = sumOf('http'), httpsSum = sumOf('https'), wsSum = sumOf('ws'), wssSum = sumOf('wss'), ftpSum = sumOf('ftp');
const fileSum = sumOf('file');

/// The number of the scheme whose letters have this sum.
function kindOfSum(sum) {
  if (sum === httpsSum) return kHttps;
  if (sum === httpSum) return kHttp;
  if (sum === fileSum) return kFile;
  return sum === wsSum ? 3 : sum === wssSum ? 4 : sum === ftpSum ? 5 : 0;
}

/// The number of a scheme, lower-case and without its colon.
function kindOfScheme(scheme) {
  for (let kind = 1; kind < schemes.length; kind++) if (schemes[kind] === scheme) return kind;
  return 0;
}

module.exports = { addLetter, defaultPorts, kFile, kHttp, kHttps, kindOfScheme, kindOfSum, schemes };

// What is wrong with a specifier: the error's name, code and message.
const here = import.meta.dirname;
const relative = (text) => text?.replaceAll(here, '<here>').replaceAll(here.slice(0, here.lastIndexOf('/')), '<above>');
const attempt = async (specifier) => {
  try {
    const ns = await import(specifier);
    console.log(specifier, Object.keys(ns));
  } catch (error) {
    console.log(specifier, '=>', error.name, error.code, relative(error.message).split('\n')[0], relative(error.url));
  }
};
for (const specifier of ['./', '.', '..', './nope', './nope.js', 'nowhere', 'nowhere/sub', '@scope', '@scope/name', '@scope/name/sub.js', '#', '#none', '#unknown', './a%2fb.js', './a%5Cb.js',
  'unknown:bar', 'node:nowhere', 'data:text/css,x', 'data:nothing', 'file://host/x', './fixtures', './fixtures/text.txt', '.\\a.js', '%70k', '.hidden', 'with space', 'back\\slash',
  'data:text/javascript,import "./relative.js"', 'data:text/javascript,import "bare"', 'data:text/javascript,import "node:path"; export default 1', 'fs/nothing', 'node:', './fixtures/empty.js/', './fixtures/list/']) await attempt(specifier);

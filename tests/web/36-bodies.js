// Blob, File, FormData, Headers, Request and Response are there without any module, and work together.
// flags: --profile=web
'use strict';
const names = ['Blob', 'File', 'FormData', 'Headers', 'Request', 'Response'];
console.log(names.filter((name) => typeof globalThis[name] !== 'function' || Object.keys(globalThis).includes(name)).join() || 'all there, none enumerable');
(async () => {
  const data = new FormData();
  data.append('text', 'é');
  data.append('file', new File(['abc'], 'a.txt', { type: 'text/plain', lastModified: 1 }));
  const request = new Request('http://example.test/', { method: 'POST', body: data, headers: { Accept: '*/*' } });
  console.log(request.method, [...request.headers.keys()].join());
  const copy = request.clone();
  const read = await request.formData();
  console.log(read.get('text'), read.get('file'), request.bodyUsed, copy.bodyUsed);
  console.log((await copy.text()).split('\r\n').length);
  const response = new Response(structuredClone(read.get('file')).slice(1));
  for await (const chunk of response.body) console.log(new TextDecoder().decode(chunk));
  await response.text().catch(({ name, message }) => console.log(name, message));
  try {
    new Request('relative');
  } catch ({ name, message }) {
    console.log(name, message);
  }
})();

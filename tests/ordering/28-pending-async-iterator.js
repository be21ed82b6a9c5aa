// Neither does a for await loop over something that never yields.
process.on('exit', (code) => console.log('exit', code));
async function* silent() { try { await new Promise(() => {}); yield 1; } finally { console.log('never'); } }
(async () => { for await (const value of silent()) console.log('never', value); })();

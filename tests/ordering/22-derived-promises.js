// Only the end of a chain is unhandled; a handled one is not, a derived one is.
process.on('unhandledRejection', (reason, promise) => console.log('unhandled', reason, promise === derived));
const source = Promise.reject('source');
const derived = source.then(() => {});
const other = Promise.reject('other');
other.catch(() => { console.log('handled other'); });
Promise.all([Promise.reject('all 1'), Promise.reject('all 2')]).catch((reason) => console.log('caught', reason));
Promise.allSettled([Promise.reject('settled')]);
Promise.race([Promise.reject('race'), Promise.reject('race 2')]).catch((reason) => console.log('caught', reason));

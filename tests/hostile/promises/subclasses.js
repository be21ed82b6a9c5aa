// Subclasses whose constructors call the executor twice, never, or keep it.
// outcome: output
process.on('unhandledRejection', (error) => console.log('unhandled', error.name));
class Twice extends Promise { constructor(executor) { super((resolve, reject) => { executor(resolve, reject); try { executor(resolve, reject); } catch {} }); } }
class Never extends Promise { constructor(executor) { super(() => {}); } }
class Other extends Promise { static get [Symbol.species]() { return Never; } }
for (const kind of [Twice, Never, Other]) {
  for (const make of [() => kind.resolve(1), () => kind.all([1]), () => new kind(() => {}).then(() => {}), () => kind.resolve(1).finally(() => {}), () => kind.withResolvers()]) {
    try { make(); console.log(kind.name, 'made'); } catch (error) { console.log(kind.name, error.name); }
  }
}

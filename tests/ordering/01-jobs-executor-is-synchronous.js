// The executor runs at once, a reaction never does.
console.log(1);
const promise = new Promise((resolve) => { console.log(2); resolve(); console.log(3); });
promise.then(() => console.log(6));
console.log(4);
(async () => { console.log(5); await promise; console.log(7); })();

// A timer of another duration that is due in the same pass can be cleared too.
const end = Date.now() + 200;
setTimeout(() => { console.log('5 ms'); clearTimeout(later); }, 5);
const later = setTimeout(() => console.log('never'), 100);
setTimeout(() => console.log('101 ms'), 101);
while (Date.now() < end);

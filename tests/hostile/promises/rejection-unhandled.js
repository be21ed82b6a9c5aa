// A rejection that nobody handles ends the program, by name of its reason.
// outcome: error 1
// says: the reason
Promise.reject(new Error('the reason'));
setTimeout(() => console.log('this must not run'), 10);

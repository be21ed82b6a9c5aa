// A reason that is no Error is wrapped in ERR_UNHANDLED_REJECTION.
process.on('uncaughtException', (error, origin) => {
  console.log(error.name, error.code, origin);
  console.log(' ', error.message.split('\n').pop());
});
for (const reason of ['text', 42, null, undefined, { a: 1 }, Symbol('s')]) Promise.reject(reason);

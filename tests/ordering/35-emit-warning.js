// process.emitWarning is delivered by the warning event in a tick of its own.
process.on('warning', (warning) => console.log(warning.name, warning.code, warning.message, warning.detail));
process.emitWarning('plain');
process.emitWarning('typed', 'CustomWarning');
process.emitWarning('coded', 'CustomWarning', 'C001');
process.emitWarning('with options', { type: 'OptionWarning', code: 'C002', detail: 'more' });
process.emitWarning(new Error('an error'));
process.nextTick(() => console.log('tick'));
console.log('script');

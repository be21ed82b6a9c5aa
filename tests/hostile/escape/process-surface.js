// What `process` must not offer: signals, other processes, the host's memory, folders, users.
// outcome: output
const attempts = {
  binding: () => process.binding('fs'),
  _linkedBinding: () => process._linkedBinding('fs'),
  internalBinding: () => internalBinding('fs'),
  dlopen: () => process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'),
  kill: () => process.kill(process.pid ?? 1, 0),
  _kill: () => process._kill(1, 0),
  chdir: () => process.chdir('/'),
  umask: () => process.umask(0),
  setuid: () => process.setuid(0),
  setgid: () => process.setgid(0),
  initgroups: () => process.initgroups('root', 0),
  execve: () => process.execve('/bin/true', []),
  _debugProcess: () => process._debugProcess(1),
  _debugEnd: () => process._debugEnd(),
  _startProfilerIdleNotifier: () => process._startProfilerIdleNotifier(),
  _getActiveHandles: () => process._getActiveHandles()[0].constructor,
  getBuiltinModule: () => process.getBuiltinModule('node:fs').readFileSync,
  mainModule: () => process.mainModule.require('fs'),
  report: () => process.report.writeReport('/tmp/report'),
  loadEnvFile: () => process.loadEnvFile('/etc/environment'),
  setSourceMapsEnabled: () => process.setSourceMapsEnabled(true).constructor,
  openStdin: () => process.openStdin().fd,
  send: () => process.send({}),
  disconnect: () => process.disconnect(),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    console.log(name, 'worked');
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof TypeError || error.code === 'ERR_DENIED')) console.log(name, error);
  }
}
console.log('done');

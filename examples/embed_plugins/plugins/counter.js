let messages = 0;

// A hook that watches and changes nothing.
module.exports = {
  onMessage(text, host) {
    host.log(`message ${++messages} for version ${host.version}`);
  },
};

module.exports = {
  async onMessage(text, host) {
    const word = await host.lookUp(text);
    return `${text} is ${word}`;
  },
};

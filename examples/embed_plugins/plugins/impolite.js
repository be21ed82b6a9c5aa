module.exports = {
  onMessage(text) {
    return { text }; // hooks answer a string or nothing
  },
};

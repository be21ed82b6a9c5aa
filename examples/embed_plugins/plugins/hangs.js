module.exports = {
  onMessage(text) {
    return text.startsWith('c') ? new Promise(() => {}) : text; // some answers never come
  },
};

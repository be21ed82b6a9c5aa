module.exports = {
  onMessage: (text) => `${text}, please`,
};

module.exports = { onMessage(text { return text; } };

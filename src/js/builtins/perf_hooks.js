// `node:perf_hooks`, as much of it as there is.
module.exports = require('performance');

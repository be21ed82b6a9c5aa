// The functions of C++ for messages between runtimes, made with the first use (src/js/workers/host_workers.cpp).
'use strict';

module.exports = native.messageFunctions();

// The same as in streams_after_everything_was_replaced_test.js for built-ins that are loaded only then.
'use strict';
process.argv[2] = 'late';
require('./streams_after_everything_was_replaced_test.js');

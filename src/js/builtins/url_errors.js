// What is wrong with a file URL, for module loading (esm_urls.js) and for node:url (url_file.js).
'use strict';

const { TypeError } = primordials;
const { coded } = require('errors');

module.exports = {
  ERR_INVALID_FILE_URL_HOST: coded(TypeError, 'ERR_INVALID_FILE_URL_HOST',
    () => `File URL host must be "localhost" or empty on ${native.platform}`),
  ERR_INVALID_FILE_URL_PATH: coded(TypeError, 'ERR_INVALID_FILE_URL_PATH', (why) => `File URL path ${why}`),
};

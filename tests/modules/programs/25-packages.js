// Packages: "exports" with its conditions and patterns, "imports", a package's own name, "main".
const here = import.meta.dirname;
const attempt = async (specifier) => {
  try {
    console.log(specifier, (await import(specifier)).default);
  } catch (error) {
    console.log(specifier, '=>', error.name, error.code, error.code === 'ERR_INVALID_PACKAGE_CONFIG' || error.message.replaceAll(here, '<here>').split('\n')[0]);
  }
};
for (const specifier of ['conditional', 'conditional/import', 'conditional/nested', 'conditional/order', 'conditional/none', 'conditional/pattern/x', 'conditional/pattern/deep/y', 'conditional/pattern/none',
  'conditional/ending/x.mjs', 'conditional/blocked', 'conditional/pattern/blocked/x', 'conditional/outside', 'conditional/number', 'conditional/list', 'conditional/empty', 'conditional/directory',
  'conditional/missing', 'conditional/unknown', 'conditional/sync', 'conditional/package.json', 'conditional/lib/x.mjs', 'conditional/modules', 'conditional/pattern/../x',
  'old', 'old/lib/file.cjs', 'old/lib/file', 'old/lib', 'no-main', 'no-main/other.cjs', 'bad-main', 'nothing-in-it', '@scope/scoped', '@scope/scoped/sub.js', 'string-exports', 'string-exports/x',
  'bad-json', 'mixed-keys', 'module-programs', '#self', '#list/a', '#list/none', '#package', 'nested-outer']) await attempt(specifier);

// The same for the CommonJS twin of a text.
exports.f = function f(x) { return x; };
exports.obj = { method() { return 1; }, nested: { deep: {} } };
exports.num = 1;
exports.Cls = class Cls {};

// An unref'd immediate alone does not keep the loop; beside a ref'd one it runs.
setImmediate(() => console.log('ran beside another')).unref();
setImmediate(() => console.log('the other'));

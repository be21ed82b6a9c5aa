// refresh starts the delay anew from the call, also after firing.
const order = [];
const timer = setTimeout(() => {
  order.push('refreshed');
  if (order.length < 4) timer.refresh();
  else console.log(order.join(' '));
}, 300);
setTimeout(() => order.push('between'), 400);
setTimeout(() => console.log('refresh returns the handle:', timer.refresh() === timer), 200);

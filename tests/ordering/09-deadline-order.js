// Timers fire by deadline, not by call order.
setTimeout(() => console.log('600'), 600);
setTimeout(() => console.log('200'), 200);
setTimeout(() => console.log('400'), 400);
setTimeout(() => console.log('1'), 1);

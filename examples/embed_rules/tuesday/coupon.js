rule('coupon', (order) => {
  if (order.coupon === undefined return;
  return { discountPercent: 10 };
});

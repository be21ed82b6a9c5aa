const coupons = { SPRING: 10 };

rule('coupon', (order) => {
  const name = order.coupon.toUpperCase(); // an order may have none
  return { discountPercent: coupons[name] ?? 0 };
});

const coupons = new Map([['SPRING', 15]]);

rule('coupon', ({ coupon }) => (coupons.has(coupon) ? { discountPercent: coupons.get(coupon) } : undefined));
rule('loyalty', ({ customer }) => (customer === 'Bob' ? { discountPercent: '5' } : undefined));

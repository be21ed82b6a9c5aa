const total = (order) => order.items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);

rule('free shipping from 100', (order) => (total(order) >= 100 ? { shipping: 0 } : undefined));
rule('embargo', ({ country }) => (country === 'XX' ? { reject: `nothing goes to ${country}` } : undefined));

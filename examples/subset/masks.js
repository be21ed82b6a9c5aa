// What is done to each page of customers on its way: names, addresses and telephone numbers become others, also where they stand in the notes.
// The same value becomes the same one in every run of one seed, so that two copies fit each other.
import { mask } from 'millrace:masks';

export default {
  customer: {
    columns: ['name', 'email', 'phone', 'notes'], // the others do not come here at all
    transform({ columns: { name, email, phone, notes } }) {
      for (let i = 0; i < name.length; i++) {
        // A name that is chosen by the address is the one that stands in the masked address.
        const others = [[email[i], mask.email(email[i])], [phone[i], mask.phone(phone[i])], [name[i], mask.name(email[i])]];
        for (const [from, to] of others) if (from !== null) notes[i] = notes[i]?.replaceAll(from, to) ?? null;
        [email[i], phone[i], name[i]] = others.map(([, to]) => to);
      }
    },
  },
};

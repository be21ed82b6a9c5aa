// The colour scheme: the system's, or light, or dark, as it was chosen here last.
const kKey = 'millrace-theme';
const kChoices = ['auto', 'light', 'dark'];
const kWords = { auto: 'as the system', light: 'light', dark: 'dark' };

export class Theme {
  #choice = kChoices.includes(localStorage.getItem(kKey)) ? localStorage.getItem(kKey) : 'auto';
  #label;
  #changed;

  constructor(label, changed) {
    this.#label = label;
    this.#changed = changed;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
    this.#apply();
  }

  next() {
    this.#choice = kChoices[(kChoices.indexOf(this.#choice) + 1) % kChoices.length];
    localStorage.setItem(kKey, this.#choice);
    this.#apply();
    this.#changed();
  }

  #apply() {
    if (this.#choice === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#choice;
    this.#label.textContent = `Theme: ${kWords[this.#choice]}`;
  }
}

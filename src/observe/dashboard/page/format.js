// Numbers with their units, as a person reads them. What is not known is a dash.
const integers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const kUnknown = '–';

/// Three digits that count: 1.23, 12.3, 123, 1,230.
export function digits(value) {
  const size = Math.abs(value);
  if (size >= 1000) return integers.format(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(2);
}

/// The same without zeros that say nothing: 2 ms, 60 min.
export function round(text) {
  return text.replace(/\.0+(?=\D|$)/, '');
}

export function count(value) {
  return value === null || value === undefined ? kUnknown : integers.format(value);
}

/// [number, unit]
export function durationParts(seconds) {
  if (seconds === null || seconds === undefined) return [kUnknown, ''];
  const size = Math.abs(seconds);
  if (size === 0) return ['0', 'ms'];
  if (size < 0.9995e-6) return [digits(seconds * 1e9), 'ns'];
  if (size < 0.9995e-3) return [digits(seconds * 1e6), 'µs'];
  if (size < 0.9995) return [digits(seconds * 1e3), 'ms'];
  if (size < 120) return [digits(seconds), 's'];
  if (size < 7200) return [digits(seconds / 60), 'min'];
  return [digits(seconds / 3600), 'h'];
}

export function duration(seconds) {
  return durationParts(seconds).join('\u00a0').trim();
}

export function bytesParts(bytes) {
  if (bytes === null || bytes === undefined) return [kUnknown, ''];
  let value = bytes;
  let unit = 0;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return [unit === 0 ? String(value) : digits(value), units[unit]];
}

export function bytes(value) {
  return bytesParts(value).join('\u00a0').trim();
}

export function percent(share) {
  const value = share * 100;
  return value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0);
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
export function timeOfDay(iso) {
  return clock.format(new Date(iso));
}

export const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
